"""The voice model: its input has the properties it must have, and it tells the demo's two voices apart."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from config import settings
from services.adapters.audio import Samples
from services.adapters.diarisation import VoiceWindow
from services.adapters.diarisation.campplus import (
    FRAME,
    HOP,
    SHORTEST,
    STEP,
    WINDOW,
    CampPlus,
    filterbank,
)
from services.adapters.diarisation.clustering import SAME_VOICE
from services.adapters.errors import WeightsMissing
from tests.services.adapters.speech.material import embedder, lines, passages
from tests.sounds import tone

RATE = 16_000


def mel(hertz: float) -> float:
    return float(1127 * np.log(1 + hertz / 700))


@pytest.mark.parametrize("hertz", [150, 440, 1000, 3000, 6500])
def test_a_tone_is_loudest_in_the_band_that_holds_it(hertz: float) -> None:
    bands = filterbank(tone(0.5, hertz, rate=RATE)).mean(0)
    width = (mel(8000) - mel(20)) / 81
    assert abs(int(bands.argmax()) - ((mel(hertz) - mel(20)) / width - 1)) <= 1


def test_louder_sound_moves_all_bands_alike() -> None:
    """Which is why taking the mean away makes the vector independent of the gain."""
    sound = np.random.default_rng(0).normal(0, 0.05, RATE).astype(np.float32)
    moved = filterbank(sound * np.float32(4)) - filterbank(sound)
    assert np.allclose(moved, 2 * np.log(4), atol=1e-3)


def test_frames_are_25_ms_every_10_ms() -> None:
    sound = np.random.default_rng(1).normal(0, 0.05, RATE).astype(np.float32)
    bank = filterbank(sound)
    assert bank.shape == (1 + (RATE - FRAME) // STEP, 80)
    assert bank.dtype == np.float32
    assert np.allclose(filterbank(sound[3 * STEP :]), bank[3:])
    assert filterbank(sound[: FRAME - 1]).shape == (0, 80)
    assert np.isfinite(filterbank(np.zeros(RATE, np.float32))).all()


def test_a_constant_offset_is_not_heard() -> None:
    sound = np.random.default_rng(2).normal(0, 0.05, RATE).astype(np.float32)
    assert np.allclose(filterbank(sound), filterbank(sound + np.float32(0.2)), atol=0.05)


def _voices() -> dict[str, list[VoiceWindow]]:
    """The demo's windows by voice. Between two turns it is silent for 0.7 s, within one for less than 0.5."""
    turns: list[list[VoiceWindow]] = []
    end = -1.0
    for passage in passages():
        for window in embedder().embed(passage.samples, passage.speech):
            if passage.start + window.start - end > 0.5:
                turns.append([])
            turns[-1].append(window)
            end = passage.start + window.end
    assert len(turns) == len(lines())
    voices: dict[str, list[VoiceWindow]] = {"T": [], "C": []}
    for (who, _), windows in zip(lines(), turns, strict=True):
        voices[who] += windows
    return voices


def test_two_voices_are_apart() -> None:
    voices = {who: np.stack([w.vector for w in windows]) for who, windows in _voices().items()}
    means = {who: vectors.mean(0) for who, vectors in voices.items()}
    unit = {who: mean / np.linalg.norm(mean) for who, mean in means.items()}
    assert unit["T"] @ unit["C"] < SAME_VOICE
    for who, other in (("T", "C"), ("C", "T")):
        nearer = voices[who] @ unit[who] > voices[who] @ unit[other]
        assert nearer.mean() > 0.98


def test_windows_cover_the_speech_and_are_unit_vectors() -> None:
    passage = passages()[0]
    for start, end in passage.speech[:4]:
        windows = embedder().embed(passage.samples, [(start, end)])
        assert windows[0].start == pytest.approx(start, abs=0.001)
        assert windows[-1].end == pytest.approx(end, abs=0.001)
        steps = np.diff([window.start for window in windows])
        assert (steps > 0).all()
        assert (steps <= HOP + 0.001).all()
        assert {round(w.end - w.start, 2) for w in windows} == {min(WINDOW, round(end - start, 2))}
        assert np.allclose([np.linalg.norm(window.vector) for window in windows], 1, atol=1e-5)


def test_a_window_does_not_depend_on_its_company() -> None:
    passage = passages()[0]
    speech = passage.speech[:4]
    together = embedder().embed(passage.samples, speech)
    alone = [w for span in speech for w in embedder().embed(passage.samples, [span])]
    assert [(w.start, w.end) for w in together] == [(w.start, w.end) for w in alone]
    assert np.allclose([w.vector for w in together], [w.vector for w in alone], atol=1e-4)


def test_loudness_does_not_change_a_voice() -> None:
    passage = passages()[0]
    quiet: Samples = passage.samples * np.float32(0.1)
    for one, other in zip(
        embedder().embed(passage.samples, passage.speech[:2]),
        embedder().embed(quiet, passage.speech[:2]),
        strict=True,
    ):
        assert one.vector @ other.vector > 0.99


def test_what_is_too_short_says_nothing_about_a_voice() -> None:
    samples = passages()[0].samples
    assert embedder().embed(samples, [(1.0, 1.0 + SHORTEST - 0.01)]) == []
    assert len(embedder().embed(samples, [(1.0, 1.0 + SHORTEST + 0.01)])) == 1
    assert embedder().embed(samples, []) == []


def test_a_short_span_is_heard_with_the_one_that_is_near() -> None:
    def spans(*speech: tuple[float, float]) -> list[tuple[float, float]]:
        return [(w.start, w.end) for w in embedder().embed(passages()[0].samples, speech)]

    assert spans((1.0, 1.2), (1.5, 2.1)) == spans((1.0, 2.1))
    assert spans((1.0, 1.6), (1.9, 2.1)) == spans((1.0, 2.1))
    assert spans((1.0, 1.2), (1.7, 2.3)) == spans((1.7, 2.3))  # too far
    assert spans((1.0, 1.6), (1.8, 2.4)) == [(1.0, 1.6), (1.8, 2.4)]  # both long enough


def test_missing_and_altered_weights_are_told_with_what_to_do(tmp_path: Path) -> None:
    samples, speech = passages()[0].samples, [(1.0, 2.0)]
    with pytest.raises(WeightsMissing, match=r"campplus\.onnx is missing.*commands\.weights"):
        CampPlus(tmp_path / "none").embed(samples, speech)
    altered = tmp_path / "altered"
    shutil.copytree(settings().weights_dir / "campplus", altered)
    with (altered / "campplus.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\1\2\3\4")
    with pytest.raises(WeightsMissing, match="was altered"):
        CampPlus(altered).embed(samples, speech)
    (altered / "verified.json").unlink()
    (altered / "campplus.onnx").write_bytes(b"no model")
    with pytest.raises(WeightsMissing, match="cannot be loaded"):
        CampPlus(altered).embed(samples, speech)
