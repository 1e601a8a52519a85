"""The pipeline on the demo's session with the real models, its pieces alone, and what a crash leaves of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.diarisation import VoiceWindow
from services.adapters.diarisation.campplus import CampPlus
from services.adapters.errors import IntegrationError
from services.adapters.speech import Recognition, Span, Word
from services.transcriber import Transcriber
from services.transcription import Passage, conclude
from tests.services.adapters.speech.material import (
    demo,
    embedder,
    likeness,
    lines,
    recogniser,
    seconds,
)
from tests.services.given_speech import Given

ABSENT = Path("no-such-folder")  # a voice model that fails, quickly


@cache
def transcribed() -> tuple[Passage, ...]:
    """The demo, fed a second at a time."""
    return tuple(_fed(Transcriber(recogniser(), embedder()), demo()))


def _fed(transcriber: Transcriber, samples: Samples) -> list[Passage]:
    found = []
    for at in range(0, len(samples), SAMPLE_RATE):
        found += transcriber.feed(samples[at : at + SAMPLE_RATE])
    return found + transcriber.finish()


@pytest.mark.parametrize("speakers", [2, None], ids=["two expected", "estimated"])
def test_each_line_is_its_speakers(speakers: int | None) -> None:
    made = conclude(transcribed(), speakers=speakers, duration=seconds(demo()))
    assert (made.language, made.speakers_problem) == ("en", None)
    assert made.duration == pytest.approx(seconds(demo()), abs=0.001)
    names = {"T": "Speaker 1", "C": "Speaker 2"}
    assert [turn.speaker for turn in made.turns] == [names[who] for who, _ in lines()]
    for turn, (_, said) in zip(made.turns, lines(), strict=True):
        assert likeness(turn.text, said) > 0.6
    everything = " ".join(turn.text for turn in made.turns)
    assert likeness(everything, " ".join(said for _, said in lines())) > 0.93


def test_turns_are_in_order_and_hold_their_words() -> None:
    made = conclude(transcribed(), speakers=2, duration=seconds(demo()))
    times = [time for turn in made.turns for time in (turn.start, turn.end)]
    assert times == sorted(times)
    for turn in made.turns:
        assert (turn.start, turn.end) == (turn.words[0].start, turn.words[-1].end)
        assert turn.text == " ".join(word.text for word in turn.words)
    first = made.as_json()["turns"][0]
    assert set(first) == {"speaker", "start", "end", "text", "words"}
    assert set(first["words"][0]) == {"word", "start", "end", "probability"}


def test_a_restart_after_a_crash_makes_the_same_transcript() -> None:
    """Stored are bytes; what was not stored is done again from the end of the last passage."""
    given = Given()
    unbroken = _fed(Transcriber(given, given), demo())
    stored = [Passage.from_bytes(passage.to_bytes()) for passage in unbroken[:2]]
    transcriber = Transcriber(given, given, language="en", start=stored[-1].end, index=len(stored))
    again = _fed(transcriber, demo()[round(stored[-1].end * SAMPLE_RATE) :])
    assert [p.to_bytes() for p in again] == [p.to_bytes() for p in unbroken[2:]]
    assert len(again) >= 2


def test_passages_follow_one_another() -> None:
    found = transcribed()
    assert [passage.index for passage in found] == list(range(len(found)))
    assert [passage.start for passage in found[1:]] == [passage.end for passage in found[:-1]]
    assert found[-1].end == pytest.approx(seconds(demo()), abs=0.001)
    assert all(passage.language_is_sure for passage in found)


def test_without_a_voice_model_there_is_still_a_transcript() -> None:
    transcriber = Transcriber(recogniser(), CampPlus(ABSENT))
    (passage,) = _fed(transcriber, demo()[: 11 * SAMPLE_RATE])
    assert passage.voices_failed
    passage = Passage.from_bytes(passage.to_bytes())
    made = conclude([passage], speakers=2, duration=11.0)
    assert {turn.speaker for turn in made.turns} == {"Speaker 1"}
    assert likeness(made.turns[0].text, lines()[0][1] + lines()[1][1]) > 0.8
    assert made.speakers_problem
    assert made.speakers_problem.endswith(".")


class LosesSpeech:
    """A recogniser that leaves out `lost` seconds of the speech whenever it is given hotwords, as small models do."""

    def __init__(self, lost: float) -> None:
        self.lost, self.asked = lost, []

    def recognise(
        self, _: Samples, speech: Sequence[Span], *, hotwords: Sequence[str], **__: Any
    ) -> Recognition:
        self.asked.append(tuple(hotwords))
        lost = self.lost if hotwords else 0.0
        said = "EMDR" if hotwords else "MDR"
        words = [
            Word(said, at / 10, at / 10 + 0.1, 0.9)
            for start, end in speech
            for at in range(round(10 * start), round(10 * end))
        ]
        return Recognition("en", 0.99, tuple(words[round(10 * lost) :]))


@pytest.mark.parametrize(
    ("lost", "asked", "said"),
    [(3.0, [("EMDR",), ()], "MDR"), (1.0, [("EMDR",)], "EMDR")],
    ids=["a sentence", "a word"],
)
def test_a_vocabulary_costs_no_sentence(
    lost: float, asked: list[tuple[str, ...]], said: str
) -> None:
    """A passage that loses more than two seconds of speech is decoded once more without hotwords."""
    recogniser = LosesSpeech(lost)
    (found,) = _fed(
        Transcriber(recogniser, CampPlus(ABSENT), language="en", hotwords=("EMDR",)),
        demo()[: 11 * SAMPLE_RATE],
    )
    assert recogniser.asked == asked
    assert {word.text for word in found.words} == {said}


def test_passages_beside_each_other_are_those_one_after_the_other() -> None:
    given = Given()
    one, two = (
        [p.to_bytes() for p in _fed(Transcriber(given, given, at_once=at_once), demo())]
        for at_once in (1, 2)
    )
    assert one == two


class SecondFirst:
    """A recogniser that is done with the second passage before the first, and fails at the fourth."""

    def __init__(self) -> None:
        self.asked, self.second = count(1), Event()

    def recognise(self, *_: Any, **__: Any) -> Recognition:
        number = next(self.asked)
        if number == 1:
            assert self.second.wait(30)
        elif number == 2:
            self.second.set()
        elif number == 4:
            raise IntegrationError("the speech model failed", retryable=True)
        return Recognition("en", 1.0, (Word(f"{number}", 0.0, 0.1, 0.9),))


def test_passages_come_out_in_order_whichever_is_done_first() -> None:
    transcriber = Transcriber(SecondFirst(), CampPlus(ABSENT), language="en", at_once=2)
    sound = np.tile(demo(), 2)
    found = transcriber.feed(sound[: 95 * SAMPLE_RATE])
    transcriber.in_hand()()
    found += transcriber.ready()
    assert [passage.index for passage in found] == [0, 1, 2]
    assert [passage.start for passage in found[1:]] == [passage.end for passage in found[:-1]]
    assert {word.text for word in found[2].words} == {"3"}
    with pytest.raises(IntegrationError):
        transcriber.finish()


class Script:
    """A recogniser that says what it is told to, and notes what it was asked."""

    def __init__(self, *answers: tuple[str, float]) -> None:
        self.answers, self.asked = list(answers), []

    def recognise(
        self,
        samples: Samples,
        speech: Sequence[Span],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        quick: bool = False,
        hurried: bool = False,
    ) -> Recognition:
        self.asked.append((language, tuple(hotwords)))
        return Recognition(*self.answers.pop(0), words=(Word("so", 1.0, 1.2, 0.9),))


def test_the_language_is_detected_once_it_is_sure() -> None:
    script = Script(("nl", 0.3), *(("de", 0.9) for _ in range(4)))
    found = _fed(Transcriber(script, CampPlus(ABSENT)), demo())
    assert [language for language, _ in script.asked] == [None, None, "de", "de", "de"]
    assert [(p.language, p.language_is_sure) for p in found][:2] == [("nl", False), ("de", True)]
    assert conclude(found, speakers=1, duration=90).language == "de"


def test_a_word_or_two_decide_no_language() -> None:
    script = Script(("cy", 0.99), ("en", 0.9), ("en", 0.9))
    pause = np.zeros(25 * SAMPLE_RATE, np.float32)
    _fed(
        Transcriber(script, CampPlus(ABSENT)),
        np.concatenate([demo()[: 2 * SAMPLE_RATE], pause, demo()[: 30 * SAMPLE_RATE]]),
    )
    assert [language for language, _ in script.asked][:2] == [None, None]


def test_silence_is_not_given_to_the_recogniser() -> None:
    script = Script()
    found = _fed(Transcriber(script, CampPlus(ABSENT)), np.zeros(45 * SAMPLE_RATE, np.float32))
    assert script.asked == []
    assert [(p.words, p.windows, p.language) for p in found] == [((), (), None)] * len(found)
    made = conclude(found, speakers=2, duration=45.0)
    assert (made.language, made.turns, made.speakers_problem) == (None, (), None)


def _spoken(text: str, start: float, each: float = 0.3) -> list[Word]:
    return [
        Word(word, start + at * each, start + (at + 1) * each, 0.9)
        for at, word in enumerate(text.split())
    ]


def _passage(words: Sequence[Word], **changes: object) -> Passage:
    spans = [(words[0].start, words[-1].end)] if words else []
    plain = Passage(0, 0.0, 300.0, "en", True, tuple(words), tuple(spans), ())
    return replace(plain, **changes)  # type: ignore[arg-type]


def _texts(words: Sequence[Word]) -> list[str]:
    made = conclude([_passage(words)], speakers=2, duration=300.0)
    return [turn.text for turn in made.turns]


def test_an_utterance_ends_with_a_long_pause_and_not_with_a_short_one() -> None:
    words = [*_spoken("I do not", 0), *_spoken("know.", 2.4), *_spoken("Perhaps.", 4.8)]
    assert _texts(words) == ["I do not know.", "Perhaps."]


def test_a_monologue_is_broken_at_ends_of_sentences() -> None:
    sentence = "one two three four five six seven eight nine “ten.”"
    found = _texts(_spoken(" ".join([sentence] * 20), 0))
    assert len(found) == 3
    assert all(text.endswith("ten.”") for text in found)


def test_a_monologue_without_sentences_is_broken_too() -> None:
    found = _texts(_spoken("and " * 500, 0))
    assert [len(text.split()) for text in found] == [300, 200]


def test_too_little_speech_for_speakers_is_said() -> None:
    made = conclude([_passage(_spoken("Yes.", 1))], speakers=2, duration=3.0)
    assert made.speakers_problem == "There is too little speech to tell the speakers apart."
    assert [turn.speaker for turn in made.turns] == ["Speaker 1"]


times = st.floats(0, 1e5).map(lambda value: round(value, 3))
vectors = st.lists(
    st.lists(st.floats(-1, 1, width=16), min_size=192, max_size=192), min_size=0, max_size=3
)


@given(
    index=st.integers(0, 10_000),
    language=st.sampled_from([None, "en", "und"]),
    words=st.lists(st.tuples(st.text(max_size=8), times, times, st.floats(0, 1)), max_size=6),
    speech=st.lists(st.tuples(times, times), max_size=6),
    voices=vectors,
    failed=st.booleans(),
)
def test_a_passage_survives_being_stored(  # type: ignore[no-untyped-def]
    index, language, words, speech, voices, failed
) -> None:
    passage = Passage(
        index, 1.5, 28.25, language, language is not None,
        tuple(Word(*word) for word in words), tuple(speech),
        tuple(VoiceWindow(at / 2, at / 2 + 0.7, np.array(v, np.float32)) for at, v in enumerate(voices)),
        failed,
    )  # fmt: skip
    back = Passage.from_bytes(passage.to_bytes())
    assert replace(back, windows=()) == replace(passage, windows=())
    assert [(w.start, w.end) for w in back.windows] == [(w.start, w.end) for w in passage.windows]
    for one, other in zip(back.windows, passage.windows, strict=True):
        assert one.vector.dtype == np.float32
        assert np.array_equal(one.vector, other.vector)
    assert back.to_bytes() == passage.to_bytes()


def test_real_vectors_lose_nothing_that_matters() -> None:
    for passage in transcribed():
        for one, other in zip(
            Passage.from_bytes(passage.to_bytes()).windows, passage.windows, strict=True
        ):
            assert one.vector @ other.vector == pytest.approx(1, abs=5e-4)
