"""Windows that end soon after what is in them, on the real model."""

import numpy as np
import pytest
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim

from config import settings
from services.adapters.audio import SAMPLE_RATE
from services.adapters.speech.short_windows import FRAMES, SPARE, ShortWindows
from tests.services.adapters.speech.material import demo, likeness

SPOKEN = 12.0  # seconds


@pytest.fixture(scope="module")
def model() -> ShortWindows:
    return ShortWindows(
        str(settings().weights_dir / "whisper-base"),
        device="cpu",
        compute_type="int8",
        local_files_only=True,
    )


def seconds(encoded: StorageView) -> float:
    return encoded.shape[1] / 50  # the encoder halves the frames


def test_silence_that_fills_up_is_left_out(model: ShortWindows) -> None:
    features = model.feature_extractor(demo()[: round(SPOKEN * SAMPLE_RATE)], padding=0)
    assert features.shape[1] == SPOKEN * FRAMES
    assert seconds(model.encode(pad_or_trim(features))) == SPOKEN + SPARE
    assert seconds(model.encode(features)) == SPOKEN  # nothing is filled up that was not
    assert seconds(model.encode(np.zeros((1, 80, 3000), np.float32))) == SPARE


def test_a_full_window_stays_whole(model: ShortWindows) -> None:
    features = model.feature_extractor(demo()[: 30 * SAMPLE_RATE])
    assert seconds(model.encode(pad_or_trim(features))) == 30


def test_a_window_that_was_encoded_last_is_not_encoded_again(
    model: ShortWindows, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, encode = [], WhisperModel.encode

    def counted(self: WhisperModel, features: np.ndarray) -> StorageView:
        ran.append(features.shape)
        return encode(self, features)

    monkeypatch.setattr(WhisperModel, "encode", counted)
    first, second = (
        model.feature_extractor(demo()[at * SAMPLE_RATE : (at + 4) * SAMPLE_RATE]) for at in (0, 4)
    )
    known = model.encode(first)
    assert model.encode(first.copy()) is known
    model.encode(second)
    assert model.encode(first) is known
    assert len(ran) == 2


def test_the_same_is_heard(model: ShortWindows) -> None:
    sound = demo()[: 16 * SAMPLE_RATE]
    options = {"language": "en", "word_timestamps": True}
    short, _ = model.transcribe(sound, **options)
    short = list(short)
    whole = list(WhisperModel.transcribe(_Whole(model), sound, **options)[0])
    said, meant = (" ".join(each.text for each in found) for found in (short, whole))
    assert likeness(said, meant) > 0.9
    ends = [found[-1].words[-1].end for found in (short, whole)]
    assert ends[0] == pytest.approx(ends[1], abs=0.3)


class _Whole(WhisperModel):
    """The same weights, windows of 30 s."""

    def __init__(self, model: WhisperModel) -> None:
        self.__dict__ = dict(model.__dict__)
