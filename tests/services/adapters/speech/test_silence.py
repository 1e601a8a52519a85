"""Voice activity on real sound, and the cutter: nothing lost or doubled, cuts in silence, the same after a restart."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.speech.silence import (
    FRAME,
    FRAME_SECONDS,
    Cut,
    PassageCutter,
    levelled,
    speech_probabilities,
    speech_spans,
    widened,
)
from tests.services.adapters.speech.material import demo, passages, seconds

SLOW = hypothesis(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.data_too_large]
)


def cut(
    samples: Samples, sizes: list[int], start: float = 0.0, *, ending: bool = False
) -> list[Cut]:
    """What a cutter makes of samples that arrive in pieces of these sizes, over and over."""
    cutter, cuts, at, turn = PassageCutter(start=start), [], 0, 0
    while at < len(samples):
        size = sizes[turn % len(sizes)]
        cuts += cutter.feed(samples[at : at + size], ending=ending)
        at, turn = at + size, turn + 1
    return cuts + cutter.finish()


@st.composite
def streams(draw: st.DrawFn) -> Samples:
    """Pieces of the demo's speech and of silence, up to 100 s, not even in length."""
    pieces = draw(
        st.lists(st.tuples(st.booleans(), st.integers(0, 90), st.integers(1, 400_000)), max_size=5)
    )
    parts = [
        demo()[at * SAMPLE_RATE :][:size] if speech else np.zeros(size, np.float32)
        for speech, at, size in pieces
    ]
    return np.concatenate([np.zeros(0, np.float32), *parts])


@SLOW
@given(streams(), st.lists(st.integers(480, 200_000), min_size=1, max_size=4), st.booleans())
@example(np.zeros(3000, np.float32), [1], False)
def test_no_sample_is_lost_or_doubled(samples: Samples, sizes: list[int], ending: bool) -> None:
    cuts = cut(samples, sizes, ending=ending)
    assert np.array_equal(np.concatenate([np.zeros(0), *(each.samples for each in cuts)]), samples)
    at = 0.0
    for each in cuts:
        assert each.start == pytest.approx(at, abs=0.0006)
        at += each.duration
    assert all(20 <= each.duration <= 30 for each in cuts[:-2])
    assert all(0 < each.duration <= 30 for each in cuts[-2:])
    for each in cuts:
        ends = [end for span in each.speech for end in span]
        assert ends == sorted(ends)
        assert all(0 <= end <= each.duration + FRAME_SECONDS for end in ends)


@SLOW
@given(streams(), st.lists(st.integers(1, 200_000), min_size=1, max_size=4), st.data())
def test_a_restart_cuts_as_if_nothing_had_happened(
    samples: Samples, sizes: list[int], data: st.DataObject
) -> None:
    cuts = cut(samples, [16_000])
    done = data.draw(st.integers(0, max(0, len(cuts) - 2)))  # the two of the end belong together
    start = cuts[done].start if cuts else 0.0
    again = cut(samples[round(start * SAMPLE_RATE) :], sizes, start)
    assert [(each.start, each.speech) for each in again] == [
        (each.start, each.speech) for each in cuts[done:]
    ]
    for one, other in zip(again, cuts[done:], strict=True):
        assert np.array_equal(one.samples, other.samples)


@pytest.mark.parametrize("length", [17, 24, 33, 39])
def test_what_is_left_at_the_end_is_halved_in_a_pause(length: int) -> None:
    one, other = cut(demo()[: length * SAMPLE_RATE], [SAMPLE_RATE], ending=True)
    assert 0.5 <= one.duration / other.duration <= 2
    assert one.duration - one.speech[-1][1] > 0.1
    assert other.speech[0][0] > 0.1


def test_what_is_short_at_the_end_stays_in_one() -> None:
    assert len(cut(demo()[: 15 * SAMPLE_RATE], [SAMPLE_RATE], ending=True)) == 1


def test_waiting_shows_what_is_left_and_leaves_it() -> None:
    cutter = PassageCutter(start=7.0)
    assert cutter.waiting().speech == ()
    assert cutter.feed(demo()[: 8 * SAMPLE_RATE]) == []
    first, second = cutter.waiting(), cutter.waiting()
    assert (first.start, first.speech) == (second.start, second.speech)
    assert first.speech
    assert np.array_equal(first.samples, demo()[: 8 * SAMPLE_RATE])
    (left,) = cutter.finish()
    assert (left.start, left.speech) == (7.0, first.speech)


def test_cuts_fall_between_sentences() -> None:
    """The demo has 0.7 s between turns; every cut is in such a pause."""
    edges = [each.start for each in passages()[1:]]
    assert len(edges) == 4
    for before, after in zip(passages(), passages()[1:], strict=False):
        assert before.duration - before.speech[-1][1] > 0.2
        assert after.speech[0][0] > 0.2


def test_speech_without_a_pause_is_cut_where_it_is_least_like_speech() -> None:
    start, end = 14.2, 21.3  # one sentence of the demo
    sentence = demo()[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    cuts = cut(np.tile(sentence, 9), [16_000])
    assert all(20 <= each.duration <= 30 for each in cuts[:-2])
    assert all(each.speech for each in cuts)


def test_speech_is_found_and_silence_is_not() -> None:
    spoken = [span for each in passages() for span in each.speech]
    assert 0.7 < sum(end - start for start, end in spoken) / seconds(demo()) < 0.9
    for silence in (np.zeros(SAMPLE_RATE * 31, np.float32), _noise(0.002), _noise(0.1)):
        assert [span for each in cut(silence, [16_000]) for span in each.speech] == []


def test_quiet_speech_is_found_as_well_as_loud_speech() -> None:
    loud = cut(demo(), [16_000])
    quiet = cut(demo() * np.float32(0.02), [16_000])
    assert [len(each.speech) for each in quiet] == [len(each.speech) for each in loud]
    for one, other in zip(quiet, loud, strict=True):
        assert np.allclose(one.speech, other.speech, atol=0.1)


def test_levelling_brings_the_loud_part_to_one_level_and_never_clips_over() -> None:
    sound = np.concatenate([np.zeros(16_000), 0.001 * np.sin(np.arange(16_000) / 5)])
    level = np.sqrt((levelled(sound.astype(np.float32))[17_000:31_000] ** 2).mean())
    assert 0.02 < level < 0.06  # limited by the largest gain
    assert np.abs(levelled(np.full(4000, 0.9, np.float32))).max() <= 1
    assert len(levelled(np.zeros(100, np.float32))) == 100


def test_probabilities_are_one_a_frame() -> None:
    heard = speech_probabilities(demo()[: 200 * FRAME])
    assert heard.shape == (200,)
    assert heard.min() >= 0
    assert heard.max() <= 1


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ([], []),
        ([0.1] * 10, []),
        ([0.9] * 2, []),  # 64 ms: a click
        ([0.1] * 10 + [0.9] * 10 + [0.1] * 10, [(0.27, 0.69)]),
        ([0.9] * 10 + [0.4] * 5 + [0.1] * 10, [(0.0, 0.53)]),  # between the thresholds it goes on
        ([0.9] * 5 + [0.1] * 4 + [0.9] * 5, [(0.0, 0.448)]),  # 128 ms of silence are bridged
        ([0.9] * 5 + [0.1] * 8 + [0.9] * 5, [(0.0, 0.21), (0.366, 0.576)]),
    ],
)
def test_spans(heard: list[float], expected: list[tuple[float, float]]) -> None:
    assert speech_spans(np.array(heard, np.float32)) == expected


@given(st.lists(st.floats(0, 1, width=32), max_size=200))
def test_spans_are_in_order_and_apart(heard: list[float]) -> None:
    ends = [end for span in speech_spans(np.array(heard, np.float32)) for end in span]
    assert ends == sorted(ends)
    assert all(0 <= end <= len(heard) * FRAME_SECONDS + 1e-3 for end in ends)


def test_widened_joins_what_is_close() -> None:
    spans = [(0.2, 1.0), (2.5, 3.0), (6.0, 6.5)]
    assert widened(spans, pad=0.4, join=1.0, end=6.6) == [(0.0, 3.4), (5.6, 6.6)]


def _noise(level: float) -> Samples:
    random = np.random.default_rng(1)
    return (level * random.standard_normal(31 * SAMPLE_RATE)).astype(np.float32)
