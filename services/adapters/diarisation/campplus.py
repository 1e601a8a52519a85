"""Voice embeddings of speech windows: CAM++ in onnxruntime, no PyTorch."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services.adapters import weights
from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.diarisation import VoiceWindow
from services.adapters.errors import IntegrationError, WeightsMissing

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FILES = ("campplus.onnx",)
# Seconds. Longer windows blur short turns, shorter ones tell voices apart badly.
WINDOW, HOP = 0.7, 0.35
SHORTEST = 0.3  # seconds; a shorter span says too little about a voice
NEAR = 0.4  # seconds of silence across which such a span is heard together with its neighbour
BATCH = 32  # windows per call; more costs memory and gains nothing on two cores

FRAME, STEP, FFT = 400, 160, 512  # samples: 25 ms frames every 10 ms


class CampPlus:
    """SpeakerEmbedder; the model is loaded at the first speech and kept."""

    def __init__(self, weights_dir: Path) -> None:
        self._folder = Path(weights_dir)
        self._loaded: InferenceSession | None = None
        self._lock = Lock()

    def embed(self, samples: Samples, speech: Sequence[tuple[float, float]]) -> list[VoiceWindow]:
        windows: list[tuple[float, float]] = []
        features: list[NDArray[np.float32]] = []
        for start, end in _joined(speech):
            first = round(start * SAMPLE_RATE)
            bank = filterbank(samples[first : round(end * SAMPLE_RATE)])
            for window_start, window_end in _windows(end - start):
                at = round(window_start * SAMPLE_RATE / STEP)
                count = round((window_end - window_start) * SAMPLE_RATE / STEP) - 2
                piece = bank[max(0, min(at, len(bank) - count)) :][:count]
                if len(piece) >= 20:
                    windows.append((start + window_start, start + window_end))
                    features.append(piece - piece.mean(0))  # the channel and the gain fall out here
        vectors = self._run(features)
        return [
            VoiceWindow(round(start, 3), round(end, 3), vector)
            for (start, end), vector in zip(windows, vectors, strict=True)
        ]

    def _run(self, features: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Unit vectors; windows of equal length go through together."""
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

        out: NDArray[np.float32] = np.zeros((len(features), 192), np.float32)
        by_length: dict[int, list[int]] = {}
        for index, piece in enumerate(features):
            by_length.setdefault(len(piece), []).append(index)
        for indices in by_length.values():
            for at in range(0, len(indices), BATCH):
                batch = indices[at : at + BATCH]
                fbank = np.stack([features[index] for index in batch])
                try:
                    out[batch] = self._session().run(None, {"fbank": fbank})[0]
                except (Fail, RuntimeException) as error:
                    raise IntegrationError("the voice model failed", retryable=True) from error
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return out

    def _session(self) -> "InferenceSession":
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> "InferenceSession":
        weights.check(self._folder, FILES)
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as failures

        options = onnxruntime.SessionOptions()
        # One: a second makes windows this small little faster, and half as dear again or more.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Windows differ in length: an arena keeps the sum of all.
        options.enable_cpu_mem_arena = False
        try:
            return onnxruntime.InferenceSession(
                str(self._folder / FILES[0]), options, providers=["CPUExecutionProvider"]
            )
        except (failures.Fail, failures.InvalidGraph, failures.InvalidProtobuf) as error:
            raise WeightsMissing(
                f"The voice model in {self._folder} cannot be loaded. Delete the folder and run "
                "`python -m commands.weights`."
            ) from error


def _joined(speech: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The spans, one that is too short by itself made one with a neighbour that is near."""
    out: list[tuple[float, float]] = []
    for start, end in speech:
        shorter = min(end - start, out[-1][1] - out[-1][0]) if out else SHORTEST
        if shorter < SHORTEST and start - out[-1][1] < NEAR:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _windows(seconds: float) -> Iterator[tuple[float, float]]:
    """Windows of WINDOW every HOP; the last ends with the span. A span shorter than one is one window."""
    if seconds < SHORTEST:
        return
    at = 0.0
    while at + WINDOW < seconds:
        yield at, at + WINDOW
        at += HOP
    yield max(0.0, seconds - WINDOW), seconds


def filterbank(samples: Samples) -> NDArray[np.float32]:
    """Kaldi's 80 log mel energies per 10 ms, (frames, 80): Povey window, pre-emphasis 0.97, no dither."""
    if len(samples) < FRAME:
        return np.zeros((0, 80), np.float32)
    mels, window = _kaldi()
    frames = np.lib.stride_tricks.sliding_window_view(samples * np.float32(32768), FRAME)[::STEP]
    frames = frames - frames.mean(1, keepdims=True)
    emphasised = np.empty_like(frames)
    emphasised[:, 1:] = frames[:, 1:] - 0.97 * frames[:, :-1]
    emphasised[:, 0] = 0.03 * frames[:, 0]
    power = np.abs(np.fft.rfft(emphasised * window, FFT)).astype(np.float32) ** 2
    bank: NDArray[np.float32] = np.log(np.maximum(power @ mels.T, np.finfo(np.float32).eps))
    return bank


@cache
def _kaldi() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(80 triangular filters over 257 bins, equally spaced in mel from 20 Hz to 8 kHz; Povey window)."""

    def mel(hertz: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray(1127 * np.log(1 + np.asarray(hertz) / 700))

    edges = np.linspace(mel(20.0), mel(8000.0), 82)
    bins = mel(np.arange(FFT // 2 + 1) * SAMPLE_RATE / FFT)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0, np.minimum(rising, falling))
    filters[:, -1] = 0  # Kaldi leaves the Nyquist bin out
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1))
    return filters.astype(np.float32), (hann**0.85).astype(np.float32)
