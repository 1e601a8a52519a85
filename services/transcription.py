"""From samples to a transcript with speakers: the pure pipeline, without database, storage or queue.

While audio arrives a `Transcriber` turns it into `Passage`s; when the last one is there, `conclude`
labels the speakers and makes the transcript. A passage is stored as bytes, so that after a crash only
what came after the last stored one is done again.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from services.adapters.audio import Samples
from services.adapters.diarisation import SpeakerEmbedder, SpeakerTurn, VoiceWindow
from services.adapters.errors import IntegrationError
from services.adapters.speech import Recognition, Span, SpeechRecogniser, Word

if TYPE_CHECKING:
    from services.adapters.speech.silence import Cut

ENOUGH_SPEECH = 5.0  # seconds in a passage before its language counts for the session
SURE_LANGUAGE = 0.5  # probability
BEYOND_DOUBT = 0.9
MOST_UNHEARD = 2.0  # seconds of speech without a word that a vocabulary may cost
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


class Transcriber:
    """Feed it the samples of one session in order; it hands back each passage as soon as it is done.

    To resume after a crash give `start` (the end of the last stored passage), `index` (how many are
    stored) and the language they were in, and feed the samples from `start` on.
    """

    def __init__(
        self,
        recogniser: SpeechRecogniser,
        embedder: SpeakerEmbedder,
        *,
        language: str | None = None,
        hotwords: Sequence[str] = (),
        start: float = 0.0,
        index: int = 0,
    ) -> None:
        from services.adapters.speech.silence import PassageCutter

        self._recogniser, self._embedder = recogniser, embedder
        self._language, self._hotwords = language, tuple(hotwords)
        self._index = index
        self._guessed: str | None = None  # language of the last guess, where that was beyond doubt
        self._cutter = PassageCutter(start=start)

    def feed(self, samples: Samples) -> list[Passage]:
        """Passages that these samples complete. Raises WeightsMissing, IntegrationError."""
        return [self._passage(cut) for cut in self._cutter.feed(samples)]

    def finish(self) -> list[Passage]:
        """The passages that are left, after the last samples. Raises as `feed` does."""
        return [self._passage(cut) for cut in self._cutter.finish()]

    def guess(self) -> list[Word]:
        """What was said since the last passage: the quick way, and said differently when more has come.
        Raises as `feed` does."""
        cut = self._cutter.waiting()
        if not cut.speech:
            return []
        language = self._language or self._guessed  # to detect it costs as much as to recognise
        found = self._recogniser.recognise(cut.samples, cut.speech, language=language, quick=True)
        self._guessed = found.language if found.language_probability >= BEYOND_DOUBT else None
        return [_later(word, cut.start) for word in found.words]

    def _passage(self, cut: "Cut") -> Passage:
        recognition = self._recognise(cut)
        try:
            windows, failed = (
                self._embedder.embed(cut.samples, cut.speech) if cut.speech else [],
                False,
            )
        except IntegrationError:
            windows, failed = [], True  # the words are worth having without the voices
        passage = Passage(
            index=self._index,
            start=cut.start,
            end=round(cut.start + cut.duration, 3),
            language=recognition.language if recognition else self._language,
            language_is_sure=self._language is not None,
            words=tuple(_later(word, cut.start) for word in recognition.words)
            if recognition
            else (),
            speech=tuple((_at(cut.start, a), _at(cut.start, b)) for a, b in cut.speech),
            windows=tuple(
                VoiceWindow(_at(cut.start, w.start), _at(cut.start, w.end), w.vector)
                for w in windows
            ),
            voices_failed=failed,
        )
        self._index += 1
        return passage

    def _recognise(self, cut: "Cut") -> Recognition | None:
        if not cut.speech:
            return None  # a recogniser makes words up when it is given silence
        from services.adapters.speech.omission import unheard

        recognition = self._heard(cut, self._hotwords)
        if self._hotwords and unheard(cut.speech, recognition.words) > MOST_UNHEARD:
            # A vocabulary can make a small model leave out whole sentences.
            plain = self._heard(cut, ())
            recognition = min(recognition, plain, key=lambda each: unheard(cut.speech, each.words))
        spoken = sum(end - start for start, end in cut.speech)
        if spoken >= ENOUGH_SPEECH and recognition.language_probability >= SURE_LANGUAGE:
            self._language = recognition.language
        return recognition

    def _heard(self, cut: "Cut", hotwords: Sequence[str]) -> Recognition:
        return self._recogniser.recognise(
            cut.samples, cut.speech, language=self._language, hotwords=hotwords
        )


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


def _later(word: Word, seconds: float) -> Word:
    return Word(word.text, _at(seconds, word.start), _at(seconds, word.end), word.probability)


def _at(start: float, offset: float) -> float:
    return round(start + offset, 3)
