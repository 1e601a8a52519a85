"""Passages that are heard twice: which, what is believed, and what it costs; the real model on the demo's dialogue."""

from collections.abc import Sequence
from typing import Any

import pytest
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment, Word

from services.adapters.speech import faster_whisper
from services.adapters.speech.second_hearing import is_doubtful, surer
from tests.services.adapters.speech.material import likeness, lines, passages, recogniser


def segment(
    *sure: float, seek: int = 0, mean: float = -0.2, tokens: int = 9, compression: float = 1.5
) -> Segment:
    words = [Word(at, at + 1, " word", each) for at, each in enumerate(sure)]
    return Segment(
        id=1,
        seek=seek,
        start=0.0,
        end=float(len(sure)),
        text="",
        tokens=[1] * tokens,
        avg_logprob=mean,
        compression_ratio=compression,
        no_speech_prob=0.0,
        words=words,
        temperature=0.0,
    )


@pytest.mark.parametrize(
    ("heard", "doubtful"),
    [
        ([segment(0.9), segment(0.9)], False),
        ([segment(0.9), segment(0.9, seek=1500)], True),
        ([segment(0.9, mean=-0.5)], True),
        ([segment(0.9, mean=-0.5), segment(0.9, mean=-0.2, tokens=29)], False),
        ([], False),
    ],
)
def test_broken_off_or_unlikely_is_heard_again(heard: Sequence[Segment], *, doubtful: bool) -> None:
    assert is_doubtful(heard) is doubtful


FIRST = [segment(*[0.6] * 20)]


@pytest.mark.parametrize(
    ("second", "believed"),
    [
        (segment(*[0.8] * 21), True),
        (segment(*[0.5] * 21), False),
        (segment(*[0.8] * 23), False),  # ran on
        (segment(*[0.8] * 18), False),  # stopped early
        (segment(*[0.8] * 20, compression=2.5), False),  # a loop
        (segment(), False),
    ],
)
def test_the_surer_is_believed_unless_it_may_be_made_up(second: Segment, *, believed: bool) -> None:
    again = [second]
    assert surer(FIRST, again) is (again if believed else FIRST)


def heard(
    monkeypatch: pytest.MonkeyPatch, *, doubt: bool, believe: int, hurried: bool = False
) -> tuple[list[str], int]:
    """The words of the demo's first passage, and how often the encoder ran."""
    ran = []
    encode = WhisperModel.encode

    def counted(self: WhisperModel, features: Any) -> StorageView:
        ran.append(features.shape)
        return encode(self, features)

    monkeypatch.setattr(WhisperModel, "encode", counted)
    monkeypatch.setattr(faster_whisper, "is_doubtful", lambda _: doubt)
    monkeypatch.setattr(faster_whisper, "surer", lambda *both: both[believe])
    cut = passages()[0]
    found = recogniser().recognise(cut.samples, cut.speech, language="en", hurried=hurried)
    assert all(0 <= word.start <= word.end <= cut.duration for word in found.words)
    return [word.text for word in found.words], len(ran)


def test_the_other_way_hears_the_same_and_the_sound_is_encoded_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recogniser()._model()._encoded.windows.clear()  # type: ignore[attr-defined]
    first, once = heard(monkeypatch, doubt=False, believe=0)
    second, again = heard(monkeypatch, doubt=True, believe=1)
    assert once >= 1
    assert again == 0  # and what was encoded last is known still
    assert likeness(" ".join(second), " ".join(first)) > 0.9
    said = " ".join(text for _, text in lines())
    assert sum(word.strip(".,?") in said for word in second) > 0.8 * len(second)


def test_where_somebody_waits_it_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = heard(monkeypatch, doubt=False, believe=0)
    hurried, _ = heard(monkeypatch, doubt=True, believe=1, hurried=True)
    assert hurried == first != heard(monkeypatch, doubt=True, believe=1)[0]
