"""Passages that are decoded twice: which, and what is believed. Answers of the model are given."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jiwer
import numpy as np
import pytest
from faster_whisper.transcribe import Segment

from services.adapters.audio import SAMPLE_RATE
from services.adapters.speech.second_hearing import ONCE_MORE, is_doubtful, surer
from tests.services.adapters.speech.material import lines, passages, plain, recogniser
from tests.services.adapters.speech.scripted import ScriptedRecogniser, ScriptedWhisper, segment


def figures(*sure: float, compression: float = 1.5, tokens: int = 9, **how: Any) -> Segment:
    """A segment of words that are `sure`, by its figures."""
    said = segment(*(("word", each) for each in sure), **how)
    return replace(said, tokens=[1] * tokens, compression_ratio=compression)


@pytest.mark.parametrize(
    ("heard", "doubtful"),
    [
        ([figures(0.9), figures(0.9)], False),
        ([figures(0.9), figures(0.9, seek=1500)], True),
        ([figures(0.9, mean=-0.5)], True),
        ([figures(0.9, mean=-0.5), figures(0.9, mean=-0.2, tokens=29)], False),
        ([], False),
    ],
)
def test_broken_off_or_unlikely_is_heard_again(heard: Sequence[Segment], *, doubtful: bool) -> None:
    assert is_doubtful(heard) is doubtful


FIRST = [figures(*[0.6] * 20)]


@pytest.mark.parametrize(
    ("second", "believed"),
    [
        (figures(*[0.8] * 21), True),
        (figures(*[0.5] * 21), False),
        (figures(*[0.8] * 23), False),  # ran on
        (figures(*[0.8] * 18), False),  # stopped early
        (figures(*[0.8] * 20, compression=2.5), False),  # a loop
        (figures(), False),
    ],
)
def test_the_surer_is_believed_unless_it_may_be_made_up(second: Segment, *, believed: bool) -> None:
    again = [second]
    assert surer(FIRST, again) is (again if believed else FIRST)


SPEECH = [(0.0, 1.5)]
SAMPLES = np.zeros(2 * SAMPLE_RATE, np.float32)
UNSURE = [segment(("she", 0.5), ("felt", 0.4), ("warm", 0.3), mean=-0.9)]
SURE = [segment(("she", 0.9), ("felt", 0.9), ("worn", 0.8))]


def recognised(model: ScriptedWhisper, **options: Any) -> list[str]:
    options = {"language": "en"} | options
    found = ScriptedRecogniser(model).recognise(SAMPLES, SPEECH, **options)
    assert model.answers == []
    return [word.text for word in found.words]


def test_a_doubtful_passage_is_decoded_again_and_the_surer_answer_is_taken() -> None:
    model = ScriptedWhisper(UNSURE, SURE)
    assert recognised(model, language=None, hotwords=("EMDR",)) == ["she", "felt", "worn"]
    first, second = model.asked
    assert (first["language"], second["language"]) == (None, "en")  # detected once
    assert first["hotwords"] == second["hotwords"] == "EMDR"
    assert ONCE_MORE.items() <= second.items()
    assert not ONCE_MORE.items() & first.items()


def test_a_second_answer_that_is_less_sure_is_not_taken() -> None:
    worse = [segment(("she", 0.4), ("felt", 0.3), ("warmth", 0.2))]
    assert recognised(ScriptedWhisper(UNSURE, worse)) == ["she", "felt", "warm"]


def test_what_is_sure_is_decoded_once() -> None:
    assert recognised(ScriptedWhisper(SURE)) == ["she", "felt", "worn"]


def test_where_somebody_waits_it_is_decoded_once() -> None:
    assert recognised(ScriptedWhisper(UNSURE), hurried=True) == ["she", "felt", "warm"]


def test_both_ways_of_decoding_find_the_words_of_the_passage() -> None:
    """With the real model: one error in 69 words with every kernel that was tried. A decoder that loses the thread
    leaves out a sentence, a tenth of this passage."""
    model, meant = recogniser()._model(), plain(" ".join(said for _, said in lines()))
    for how in ({}, ONCE_MORE):
        found, _ = model.transcribe(passages()[0].samples, language="en", **how)
        said = plain(" ".join(each.text for each in found))
        assert jiwer.wer(" ".join(meant[: len(said)]), " ".join(said)) < 0.1
