"""Clustering of made-up voices: one to four, known or unknown how many, with noise among them; then real ones."""

import json
import os
from collections.abc import Sequence
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from services.adapters.audio.decoding import decode
from services.adapters.diarisation import SpeakerTurn, VoiceWindow
from services.adapters.diarisation.clustering import STEP, diarise
from services.adapters.speech.silence import PassageCutter
from tests.services.adapters.speech.material import ROOT, embedder

EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
LIKENESS = 0.72  # cosine of a window with its voice, as CAM++ has it for 0.7 s
Span = tuple[float, float]


def voices(count: int, seed: int = 0) -> np.ndarray:
    """Unit vectors; two of them have a cosine of about 0.3, as two people's mean voices have."""
    random = np.random.default_rng(seed)
    common = random.normal(size=192)
    made = random.normal(size=(count, 192)) + 0.65 * common
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def say(
    order: Sequence[int],
    made: np.ndarray,
    *,
    seconds: float = 4.0,
    pause: float = 0.4,
    seed: int = 0,
) -> tuple[list[VoiceWindow], list[Span]]:
    """Turns of these speakers in this order, as windows and speech spans."""
    random = np.random.default_rng(seed)
    windows, speech, at = [], [], 0.5
    for who in order:
        speech.append((round(at, 3), round(at + seconds, 3)))
        for start in np.arange(at, at + seconds - 0.69, 0.35):
            noise = random.normal(size=192)
            noise -= (noise @ made[who]) * made[who]
            noise /= np.linalg.norm(noise)
            vector = LIKENESS * made[who] + (1 - LIKENESS**2) ** 0.5 * noise
            windows.append(VoiceWindow(start, start + 0.7, vector.astype(np.float32)))
        at += seconds + pause
    return windows, speech


def order_of(turns: Sequence[SpeakerTurn]) -> list[int]:
    """Speakers in order, each change once."""
    found: list[int] = []
    for turn in turns:
        if found[-1:] != [turn.speaker]:
            found.append(turn.speaker)
    return found


ORDERS = {
    1: [0, 0, 0, 0, 0],
    2: [0, 1, 0, 1, 0, 1, 0, 1],
    3: [0, 1, 2, 0, 2, 1, 0, 1, 2],
    4: [0, 1, 2, 3, 0, 2, 1, 3, 2, 0, 3, 1],
}


@pytest.mark.parametrize("count", ORDERS)
@pytest.mark.parametrize("told", [True, False], ids=["told", "estimated"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_voice_is_one_speaker(count: int, told: bool, seed: int) -> None:
    order = ORDERS[count]
    windows, speech = say(order, voices(count, seed), seed=seed)
    turns = diarise(windows, speech, speakers=count if told else None)
    assert order_of(turns) == ([0] if count == 1 else order)


def test_speakers_go_by_their_first_appearance() -> None:
    windows, speech = say([2, 0, 2, 1, 0, 1], voices(3))
    assert order_of(diarise(windows, speech, speakers=3)) == [0, 1, 0, 2, 1, 2]


@pytest.mark.parametrize("expected", [2, 3, 4])
def test_one_voice_stays_one_however_many_are_expected(expected: int) -> None:
    windows, speech = say([0] * 12, voices(1))
    assert order_of(diarise(windows, speech, speakers=expected)) == [0]


def test_never_more_than_expected() -> None:
    windows, speech = say(ORDERS[4], voices(4))
    assert {turn.speaker for turn in diarise(windows, speech, speakers=2)} == {0, 1}


def test_someone_who_hardly_speaks_is_found_among_long_turns() -> None:
    made = voices(2)
    long, speech = say([0] * 12, made, seconds=8.0)
    short, spans = say([1, 1], made, seconds=2.5, seed=9)
    later = speech[-1][1] + 1
    long += [VoiceWindow(w.start + later, w.end + later, w.vector) for w in short]
    speech += [(a + later, b + later) for a, b in spans]
    turns = diarise(long, speech, speakers=2)
    assert order_of(turns) == [0, 1]


def test_coughs_and_doors_make_no_speaker() -> None:
    windows, speech = say(ORDERS[2] * 2, voices(2))
    random = np.random.default_rng(5)
    for at in (10, 70):
        vector = random.normal(size=192)
        windows[at] = VoiceWindow(
            windows[at].start,
            windows[at].end,
            (vector / np.linalg.norm(vector)).astype(np.float32),
        )
    for expected in (2, 3):
        assert order_of(diarise(windows, speech, speakers=expected)) == ORDERS[2] * 2


def test_turns_change_where_the_voice_changes_without_a_pause() -> None:
    windows, speech = say([0, 1, 0, 1], voices(2), seconds=5.0, pause=0.0)
    turns = diarise(windows, [(speech[0][0], speech[-1][1])], speakers=2)
    assert order_of(turns) == [0, 1, 0, 1]
    changes = [turn.start for turn in turns[1:]]
    assert np.allclose(changes, [5.5, 10.5, 15.5], atol=0.35)


def test_a_long_session_is_clustered_as_a_short_one() -> None:
    windows, speech = say([0, 1] * 240, voices(2), seconds=4.0)  # 35 minutes, 4,800 windows
    assert len(windows) > 4000
    assert order_of(diarise(windows, speech, speakers=2)) == [0, 1] * 240


def test_nothing_to_go_by() -> None:
    assert diarise([], [(0.0, 0.2)], speakers=2) == []
    windows, _ = say([0], voices(1), seconds=0.8)
    (turn,) = diarise(windows[:1], [(0.5, 1.3)], speakers=2)
    assert (turn.speaker, turn.start, turn.end) == (0, 0.5, 1.3)


def test_a_short_call_belongs_to_the_voice_beside_it() -> None:
    windows, speech = say([0, 1, 0, 1], voices(2), pause=3.0)
    call = (speech[1][1] + 0.2, speech[1][1] + 0.4)  # too short for a window of its own
    turns = diarise(windows, sorted([*speech, call]), speakers=2)
    assert [turn.speaker for turn in turns if turn.start == call[0]] == [1]


@st.composite
def sessions(draw: st.DrawFn) -> tuple[list[VoiceWindow], list[Span]]:
    """Any speech at all, with any vectors."""
    windows, speech, at = [], [], 0.0
    random = np.random.default_rng(draw(st.integers(0, 99)))
    for pause, length in draw(
        st.lists(st.tuples(st.floats(0.11, 3), st.floats(0.05, 6)), min_size=1, max_size=12)
    ):
        start, end = round(at + pause, 3), round(at + pause + length, 3)
        speech.append((start, end))
        for begin in np.arange(start, end - 0.3, 0.35):
            vector = random.normal(size=192).astype(np.float32)
            windows.append(
                VoiceWindow(begin, min(end, begin + 0.7), vector / np.linalg.norm(vector))
            )
        at = end
    return windows, speech


@hypothesis(max_examples=60, deadline=None)
@given(sessions(), st.one_of(st.none(), st.integers(1, 5)))
def test_all_speech_and_nothing_else_is_somebodys(
    session: tuple[list[VoiceWindow], list[Span]], speakers: int | None
) -> None:
    windows, speech = session
    turns = diarise(windows, speech, speakers=speakers)
    if not windows:
        assert turns == []
        return
    ends = [end for turn in turns for end in (turn.start, turn.end)]
    assert ends == sorted(ends)
    spoken = sum(end - start for start, end in speech)
    assert sum(turn.end - turn.start for turn in turns) == pytest.approx(
        spoken, abs=2 * STEP * len(speech)
    )
    assert all(any(a - 1e-6 <= t.start and t.end <= b + 1e-6 for a, b in speech) for t in turns)
    first_seen = list(dict.fromkeys(turn.speaker for turn in turns))
    assert first_seen == list(range(len(first_seen)))
    assert len(first_seen) <= (speakers or 8)


@pytest.mark.parametrize(
    ("name", "most"), [("hard/hard_1688_1998.flac", 1.0), ("pyannote/sample.flac", 3.0)]
)
def test_real_voices(name: str, most: float) -> None:
    """Short turns of two men through a bad line, and a telephone call: % of speech with the wrong person."""
    entries = json.loads(_there("manifest.json").read_text())
    reference = next(entry["turns"] for entry in entries if entry["path"] == name)
    reference = [turn for turn in reference if turn[2] < 75]
    windows, speech = _heard(name, ceil(reference[-1][2]))
    for speakers in (2, None):
        turns = diarise(windows, speech, speakers=speakers)
        assert _confusion(reference, turns) <= most


ALONE = (
    "jfk.flac",
    "librispeech-test-other/1688-142285-0001.flac",
    "librispeech-test-other/2609-156975-0001.flac",
    "librispeech-test-other/3080-5032-0001.flac",
    "librispeech-test-other/3331-159605-0000.flac",
)


@pytest.mark.parametrize("name", ALONE)
def test_a_person_who_tries_it_alone_is_not_two(name: str) -> None:
    """5 to 14 s, in which a few words can sound unlike the rest."""
    turns = diarise(*_heard(name), speakers=2)
    assert {turn.speaker for turn in turns} == {0}


@pytest.mark.parametrize(("one", "other"), [(2, 1), (3, 4), (4, 1)])
def test_two_who_say_a_sentence_each_are_two(one: int, other: int) -> None:
    windows, speech = _heard(ALONE[one])
    later = speech[-1][1] + 0.5
    more, spoken = _heard(ALONE[other])
    windows += [VoiceWindow(w.start + later, w.end + later, w.vector) for w in more]
    turns = diarise(windows, speech + [(a + later, b + later) for a, b in spoken], speakers=2)
    assert {turn.speaker for turn in turns if turn.end < later} == {0}
    assert {turn.speaker for turn in turns if turn.start > later} == {1}


def _heard(name: str, seconds: int | None = None) -> tuple[list[VoiceWindow], list[Span]]:
    cutter = PassageCutter()
    with _there(name).open("rb") as stream:
        blocks = islice(decode([stream]), seconds)
        cuts = [cut for block in blocks for cut in cutter.feed(block)]
    windows, speech = [], []
    for cut in cuts + cutter.finish():
        speech += [(cut.start + a, cut.start + b) for a, b in cut.speech]
        windows += [
            VoiceWindow(cut.start + w.start, cut.start + w.end, w.vector)
            for w in embedder().embed(cut.samples, cut.speech)
        ]
    return windows, speech


def _there(name: str) -> Path:
    if not (EVAL / name).is_file():
        pytest.skip(
            f"no evaluation audio in {EVAL.name}: set VERBATIM_EVAL_DIR to measure real voices"
        )
    return EVAL / name


def _confusion(reference: Sequence[Sequence[Any]], turns: Sequence[SpeakerTurn]) -> float:
    """By pyannote.metrics: % of the reference speech."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    meant, said = Annotation(), Annotation()
    for at, (who, start, end) in enumerate(reference):
        meant[Segment(start, end), at] = who
    for at, turn in enumerate(turns):
        said[Segment(turn.start, turn.end), at] = str(turn.speaker)
    extent = meant.get_timeline().extent() | said.get_timeline().extent()
    from pyannote.core import Timeline

    parts = DiarizationErrorRate()(meant, said, uem=Timeline([extent]), detailed=True)
    return float(100 * parts["confusion"] / parts["total"])
