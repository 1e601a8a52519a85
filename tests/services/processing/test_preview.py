"""A session heard a second at a time: what was said is there soon, firm after the next pass, and no pass is long."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.speech import Recognition, Span, SpeechRecogniser
from services.processing.agreement import Guess
from services.processing.preview import MOST, Preview
from tests.services.adapters.speech.material import demo, likeness, lines, plain, recogniser


@dataclass
class Counting:
    """The real recogniser, and how much it was given to hear."""

    recogniser: SpeechRecogniser
    seconds: list[float] = field(default_factory=list)

    def recognise(self, samples: Samples, speech: Sequence[Span], **how: Any) -> Recognition:
        assert how["quick"]
        self.seconds.append(len(samples) / SAMPLE_RATE)
        return self.recogniser.recognise(samples, speech, **how)


@pytest.fixture
def counting() -> Counting:
    return Counting(recogniser())


def text(guess: Sequence[Guess]) -> str:
    return " ".join(line.text for line, _ in guess)


def firm(guess: Sequence[Guess]) -> list[str]:
    return [word for line, agreed in guess for word in line.text.split()[:agreed]]


def heard(preview: Preview, start: int, end: int, *, until: float = 0.0) -> list[list[Guess]]:
    """What each pass says, one pass for every second of the demo."""
    passes = []
    for second in range(start, end):
        preview.add(second, demo()[second * SAMPLE_RATE : (second + 1) * SAMPLE_RATE])
        passes.append(preview.listen(language="en", until=until))
    return passes


def test_every_word_is_there_and_firm_soon_and_no_pass_is_long(counting: Counting) -> None:
    passes = heard(Preview(counting), 0, 24)
    meant = " ".join(said for _, said in lines())
    spoken = plain(meant)[: len(plain(text(passes[-1])))]
    assert likeness(text(passes[-1]), " ".join(spoken)) > 0.9
    behind = [len(text(now).split()) - len(firm(now)) for now in passes[3:]]
    assert np.median(behind) <= 4
    assert max(counting.seconds) <= MOST
    assert len(counting.seconds) <= 24 + 3  # one for each second, and those that settled


def test_what_was_firm_stays(counting: Counting) -> None:
    passes = heard(Preview(counting), 0, 12)
    for earlier, later in pairwise(passes):
        sure = plain(" ".join(firm(earlier)))
        assert likeness(" ".join(plain(text(later))[: len(sure)]), " ".join(sure)) > 0.8


def test_what_the_transcript_has_is_not_said_again(counting: Counting) -> None:
    preview = Preview(counting)
    heard(preview, 0, 10)
    *_, last = heard(preview, 10, 14, until=9.0)
    assert last
    assert all(line.end > 9.0 for line, _ in last)
    assert min(line.start for line, _ in last) > 8.0


def test_times_are_the_recordings_also_after_sound_that_is_missing(counting: Counting) -> None:
    preview = Preview(counting)
    heard(preview, 0, 3)
    preview.add(8.0, demo()[: 3 * SAMPLE_RATE])  # five seconds never came
    found = preview.listen(language="en", until=0.0)
    assert any(line.start >= 7.9 for line, _ in found)
    assert all(line.end <= 11.1 for line, _ in found)
    preview.add(100.0, demo()[: 3 * SAMPLE_RATE])  # the transcript says what was before
    assert all(line.start >= 99.9 for line, _ in preview.listen(language="en", until=50.0))


def test_silence_is_not_heard_at_all(counting: Counting) -> None:
    preview = Preview(counting)
    assert preview.listen(language=None, until=0.0) == []
    for second in range(20):
        preview.add(second, np.zeros(SAMPLE_RATE, np.float32))
        assert preview.listen(language=None, until=0.0) == []
    assert counting.seconds == []
