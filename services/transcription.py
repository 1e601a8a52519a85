"""From passages to a transcript with speakers: pure, without database, storage or queue.

While audio arrives a `Transcriber` turns it into `Passage`s (services/transcriber.py); when the last one is there,
`conclude` labels the speakers and makes the transcript. A passage is stored as bytes, so that after a crash only
what came after the last stored one is done again.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from services.adapters.diarisation import SpeakerTurn, VoiceWindow
from services.adapters.speech import Span, Word

LONGEST_UTTERANCE = 25.0  # seconds before an utterance ends with the next sentence
LONGEST_UNBROKEN = 45.0  # seconds before it ends with the next breath, sentence or not
PAUSE = 2.0  # seconds of silence that end an utterance
BREATH = 0.35  # seconds


@dataclass(frozen=True)
class Passage:
    """20 to 30 s of a session: its words, and its voices for the speakers. PHI as a whole."""

    index: int
    start: float  # seconds from the beginning of the session
    end: float
    language: str | None  # None while no speech was heard
    language_is_sure: bool
    words: tuple[Word, ...]  # times from the beginning of the session, as all below
    speech: tuple[Span, ...]
    windows: tuple[VoiceWindow, ...]
    voices_failed: bool = False

    def to_bytes(self) -> bytes:
        """Compact: JSON, then the voice windows' vectors as half floats."""
        head = json.dumps(
            {
                "index": self.index,
                "span": [self.start, self.end],
                "language": [self.language, self.language_is_sure],
                "words": [[w.text, w.start, w.end, w.probability] for w in self.words],
                "speech": self.speech,
                "windows": [[window.start, window.end] for window in self.windows],
                "voices_failed": self.voices_failed,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        vectors = np.array([window.vector for window in self.windows], np.float16)
        return struct.pack("<I", len(head)) + head + vectors.tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Passage":
        (size,) = struct.unpack_from("<I", stored)
        head = json.loads(stored[4 : 4 + size])
        spans = head["windows"]
        vectors = np.frombuffer(stored, np.float16, offset=4 + size).astype(np.float32)
        vectors = vectors.reshape(len(spans), -1) if spans else vectors
        return cls(
            index=head["index"],
            start=head["span"][0],
            end=head["span"][1],
            language=head["language"][0],
            language_is_sure=head["language"][1],
            words=tuple(Word(*word) for word in head["words"]),
            speech=tuple((start, end) for start, end in head["speech"]),
            windows=tuple(
                VoiceWindow(start, end, vector)
                for (start, end), vector in zip(spans, vectors, strict=True)
            ),
            voices_failed=head["voices_failed"],
        )


@dataclass(frozen=True)
class Turn:
    """One utterance: what one speaker says without a long pause."""

    speaker: str  # "Speaker 1" is the first to speak
    start: float
    end: float
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Transcription:
    language: str | None  # None when nothing was said
    duration: float
    turns: tuple[Turn, ...]
    speakers_problem: str | None = (
        None  # a sentence for the reader when speakers could not be told apart
    )

    def as_json(self) -> dict[str, Any]:
        """{"language", "duration", "turns": [{"speaker", "start", "end", "text", "words": [...]}]}"""
        turns = [asdict(turn) for turn in self.turns]
        for turn in turns:
            turn["words"] = [{"word": word.pop("text"), **word} for word in turn["words"]]
        return {"language": self.language, "duration": self.duration, "turns": turns}


def conclude(
    passages: Sequence[Passage], *, speakers: int | None, duration: float
) -> Transcription:
    """The transcript of a session from all its passages, in order.

    `speakers` is how many are expected (individual 2, couple 3), None to estimate. When speakers
    cannot be told apart everything is "Speaker 1"'s, and `speakers_problem` says why.
    """
    words = [word for passage in passages for word in passage.words]
    turns, problem = _speaker_turns(passages, speakers)
    return Transcription(
        language=_language(passages),
        duration=round(duration, 3),
        turns=tuple(_utterances(words, turns)),
        speakers_problem=problem if words else None,
    )


def _speaker_turns(
    passages: Sequence[Passage], speakers: int | None
) -> tuple[list[SpeakerTurn], str | None]:
    from services.adapters.diarisation.clustering import diarise

    if any(passage.voices_failed for passage in passages):
        return [], "The speakers could not be told apart: the voice model failed. Try again later."
    windows = [window for passage in passages for window in passage.windows]
    speech = [span for passage in passages for span in passage.speech]
    turns = diarise(windows, speech, speakers=speakers)
    if not turns:
        return [], "There is too little speech to tell the speakers apart."
    return turns, None


def _utterances(words: Sequence[Word], turns: Sequence[SpeakerTurn]) -> list[Turn]:
    from services.adapters.diarisation.words import speakers_of

    names: dict[int, str] = {}
    out: list[Turn] = []
    said: list[Word] = []
    labels = speakers_of(words, turns)
    for at, (word, label) in enumerate(zip(words, labels, strict=True)):
        said.append(word)
        last = at + 1 == len(words)
        if last or labels[at + 1] != label or _is_break(said, words[at + 1]):
            name = names.setdefault(label, f"Speaker {len(names) + 1}")
            text = " ".join(word.text for word in said)
            out.append(Turn(name, said[0].start, said[-1].end, text, tuple(said)))
            said = []
    return out


def _is_break(said: Sequence[Word], following: Word) -> bool:
    """Whether the utterance ends here though the same speaker goes on."""
    from services.adapters.diarisation.words import ends_sentence

    pause = following.start - said[-1].end
    length = said[-1].end - said[0].start
    return (
        pause >= PAUSE
        or (length >= LONGEST_UTTERANCE and ends_sentence(said[-1].text))
        or (length >= LONGEST_UNBROKEN and (pause >= BREATH or length >= 2 * LONGEST_UNBROKEN))
    )


def _language(passages: Sequence[Passage]) -> str | None:
    """The session's: the first that is sure, else the first heard."""
    heard = [passage for passage in passages if passage.words]
    sure = [passage.language for passage in heard if passage.language_is_sure]
    return next(iter(sure or [passage.language for passage in heard]), None)
