"""The rules against made-up words, one by one, then the real pipeline on sound in which nobody speaks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adapters.speech import Word
from services.adapters.speech.hallucination import SpokenSegment, believable
from services.transcriber import Transcriber
from tests.services.adapters.speech.material import embedder, plain, recogniser

RATE = 16_000


def segment(text: str, *, each: float = 0.3, **figures: float) -> SpokenSegment:
    """`each` is seconds per word."""
    words = tuple(
        Word(word, at * each, at * each + each, 0.9) for at, word in enumerate(text.split())
    )
    settled = {"no_speech": 0.05, "log_probability": -0.2, "compression": 1.3} | figures
    return SpokenSegment(words, **settled)


def kept(*segments: SpokenSegment) -> list[str]:
    return [" ".join(word.text for word in each.words) for each in believable(segments)]


@pytest.mark.parametrize(
    "segment",
    [
        segment("so we went home", no_speech=0.9, log_probability=-0.7),
        segment("so we went home", log_probability=-1.2, compression=2.6),
        segment("Thank you for watching!", log_probability=-0.7),
        segment("Thank you.", no_speech=0.7),
        segment("Untertitel der Amara.org-Community", log_probability=-0.7),
        segment("Subtitles by somebody else", log_probability=-0.7),
        segment("you", log_probability=-0.7),
        segment("I said that it was all over by then", each=0.02),
        segment(""),
        segment(". ... ♪"),
    ],
    ids=lambda segment: " ".join(word.text for word in segment.words),
)
def test_what_is_made_up_is_left_out(segment: SpokenSegment) -> None:
    assert kept(segment) == []


@pytest.mark.parametrize(
    "segment",
    [
        segment("so we went home", no_speech=0.9, log_probability=-0.4),
        segment("so we went home", log_probability=-1.2),
        segment("Thank you.", log_probability=-0.3),  # clients do say it
        segment("Bye bye.", log_probability=-0.3),
        segment("no no no no", log_probability=-0.3),
        segment("I said that it was all over by then", each=0.12),  # fast, but human
        segment("you know", log_probability=-0.7),
    ],
    ids=lambda segment: " ".join(word.text for word in segment.words),
)
def test_what_people_say_stays(segment: SpokenSegment) -> None:
    assert kept(segment) == [" ".join(word.text for word in segment.words)]


def test_the_rest_of_a_sentence_stays_though_its_own_window_is_short() -> None:
    """Heard so in an evaluation session: what is left after the first window is 1.5 s, which sounds like no speech."""
    said = segment("when he made his confession", no_speech=0.01, log_probability=-0.29)
    rest = segment("of having been a shopboy.", no_speech=0.61, log_probability=-0.7)
    assert len(kept(said, rest)) == 2
    assert kept(rest) == []
    assert len(kept(said, segment("of music", no_speech=0.8, log_probability=-1.1))) == 1


def test_a_loop_is_cut_to_its_first_round() -> None:
    assert kept(segment("well " + "I do not know. " * 9 + "so")) == ["well I do not know. so"]
    assert kept(segment("no " * 8)) == ["no"]
    assert kept(segment("no, No. no " * 3)) == ["no,"]


def test_a_segment_that_comes_again_is_said_once_unless_it_is_sure() -> None:
    beep = segment("BEEP", no_speech=0.8)
    assert kept(beep, beep, beep) == ["BEEP"]
    assert kept(segment("Yes."), segment("Yes.")) == ["Yes.", "Yes."]


def test_three_rounds_are_speech() -> None:
    said = "I do not know " * 3
    assert kept(segment(said)) == [said.strip()]


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 5))
def test_only_repetitions_are_cut(words: list[str], rounds: int) -> None:
    said = segment(" ".join(words * rounds))
    found = " ".join(kept(said)).split()
    assert len(found) <= len(words) * rounds
    assert set(found) == set(words)
    assert found[:1] == words[:1]


def _chords() -> np.ndarray:
    """Four chords of waiting-room music, plucked, with overtones."""
    at = np.arange(3 * RATE) / RATE
    chords = ([220, 277, 330], [196, 247, 294], [175, 220, 262], [165, 208, 247])
    played = [
        sum(np.sin(2 * np.pi * hertz * k * at) / k**1.5 for hertz in chord for k in (1, 2, 3))
        * np.exp(-at / 1.5)
        for chord in chords
    ]
    return 0.1 * np.concatenate(played * 3)


def _hold_tone() -> np.ndarray:
    """425 Hz, a second on, four off: a telephone that rings."""
    at = np.arange(31 * RATE) / RATE
    return 0.2 * np.sin(2 * np.pi * 425 * at) * (at % 5 < 1)


def _hiss() -> np.ndarray:
    return 0.02 * np.random.default_rng(3).standard_normal(31 * RATE)


def _hum() -> np.ndarray:
    """Mains hum with brown noise: an empty room beside a road."""
    random = np.random.default_rng(4)
    at = np.arange(31 * RATE) / RATE
    brown = np.cumsum(random.standard_normal(len(at)))
    brown -= np.convolve(brown, np.ones(801) / 801, "same")
    return 0.01 * np.sin(2 * np.pi * 50 * at) + 0.01 * brown / np.abs(brown).max()


def _clicks() -> np.ndarray:
    """A keyboard: short bursts at odd times."""
    random = np.random.default_rng(5)
    sound = 0.001 * random.standard_normal(31 * RATE)
    for at in random.integers(0, 30 * RATE, 90):
        sound[at : at + 400] += 0.3 * random.standard_normal(400) * np.exp(-np.arange(400) / 60)
    return sound


NOBODY = {
    "digital silence": lambda: np.zeros(31 * RATE),
    "hiss": _hiss,
    "hum": _hum,
    "clicks": _clicks,
    "hold tone": _hold_tone,
    "music": _chords,
}


@pytest.mark.parametrize("sound", NOBODY.values(), ids=NOBODY)
def test_the_pipeline_hears_no_word_where_nobody_speaks(sound) -> None:  # type: ignore[no-untyped-def]
    transcriber = Transcriber(recogniser(), embedder())
    found = transcriber.feed(sound().astype(np.float32)) + transcriber.finish()
    assert [word.text for passage in found for word in passage.words] == []


def test_a_voice_activity_that_errs_makes_no_sentence() -> None:
    """As if music were speech: at most an odd word, never something that could be clinical."""
    found = recogniser().recognise(
        _chords()[: 12 * RATE].astype(np.float32), [(0.5, 11.5)], language="en"
    )
    assert len(plain(" ".join(word.text for word in found.words))) <= 2
