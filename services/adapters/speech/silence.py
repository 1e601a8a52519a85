"""Voice activity and the cutting of a stream into passages at silence, in one pass over the samples.

Silero VAD (bundled with faster-whisper) runs once, frame by frame, its state carried from block to
block; recogniser and speaker model both take the spans found here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.speech import Span

FRAME = 512  # samples that Silero judges at a time: 32 ms
CONTEXT = 64  # samples of the frame before that it wants to see again
FRAME_SECONDS = FRAME / SAMPLE_RATE

THRESHOLD = 0.5  # probability at which speech begins
RELEASE = 0.35  # and below which it ends (Silero's own default: threshold - 0.15)
SHORTEST_SILENCE = 0.2  # seconds; shorter ones belong to the speech around them
SHORTEST_SPEECH = 0.1
PAD = 0.05  # seconds of sound kept on either side of speech

LEVEL = 0.06  # RMS that speech is brought to before the VAD hears it
LARGEST_GAIN = 50.0


@dataclass(frozen=True)
class Cut:
    """A passage of sound between two silences."""

    start: float  # seconds from the beginning of the stream
    samples: Samples
    speech: tuple[Span, ...]  # seconds from the first sample of the passage

    @property
    def duration(self) -> float:
        return len(self.samples) / SAMPLE_RATE


class Level:
    """Running loudness of the louder 40 % of a stream, forgotten with a half-life of a minute.

    Quiet far-field recordings lose speech to the VAD unless they are made louder first.
    """

    _BINS = np.arange(-100.0, 1.0)  # dB of 25 ms frames
    _HALF_LIFE = 60.0  # seconds

    def __init__(self) -> None:
        self._counts = np.zeros(len(self._BINS))

    def normalise(self, samples: Samples) -> Samples:
        whole = samples[: len(samples) // 400 * 400].reshape(-1, 400)
        power = np.maximum((whole**2).mean(1), 1e-10)
        bins = np.clip(np.round(10 * np.log10(power)) + 100, 0, 100).astype(int)
        self._counts *= 0.5 ** (len(samples) / SAMPLE_RATE / self._HALF_LIFE)
        self._counts += np.bincount(bins, minlength=len(self._BINS))
        total = self._counts.sum()
        if not total:
            return samples
        loud = np.where(np.cumsum(self._counts) > 0.6 * total, self._counts, 0.0)
        level = float(np.sqrt((loud * 10 ** (self._BINS / 10)).sum() / max(loud.sum(), 1e-9)))
        return np.clip(samples * min(LEVEL / max(level, 1e-5), LARGEST_GAIN), -1, 1)


class VoiceActivity:
    """Speech probability of each 32 ms frame of a stream."""

    def __init__(self) -> None:
        from faster_whisper.vad import get_vad_model

        self._session: Any = get_vad_model().session
        self._state = [np.zeros((1, 1, 128), np.float32) for _ in range(2)]
        self._context = np.zeros(CONTEXT, np.float32)

    def probabilities(self, samples: Samples) -> NDArray[np.float32]:
        """One per frame; the length is a multiple of FRAME."""
        if not len(samples):
            return np.zeros(0, np.float32)
        joined = np.concatenate([self._context, samples])
        frames = np.lib.stride_tricks.sliding_window_view(joined, FRAME + CONTEXT)[::FRAME]
        self._context = joined[-CONTEXT:]
        inputs = {"input": np.ascontiguousarray(frames), "h": self._state[0], "c": self._state[1]}
        found, *self._state = self._session.run(None, inputs)
        return np.asarray(found, np.float32).reshape(-1)


class PassageCutter:
    """Feed samples, get passages of `shortest` to `longest` seconds, cut where silence is longest.

    The last passage (`finish`) may be shorter. Together they are the stream, gapless.
    """

    def __init__(
        self, *, start: float = 0.0, shortest: float = 20.0, longest: float = 30.0
    ) -> None:
        self._vad = VoiceActivity()
        self._level = Level()
        self._shortest, self._longest = (
            round(seconds / FRAME_SECONDS) for seconds in (shortest, longest)
        )
        self._start = start
        self._frames = 0  # frames that earlier passages took
        self._samples = np.zeros(0, np.float32)
        self._heard = np.zeros(0, np.float32)  # probability per frame of _samples

    def feed(self, samples: Samples) -> list[Cut]:
        self._samples = np.concatenate([self._samples, samples])
        self._listen(len(self._samples) // FRAME * FRAME)
        cuts = []
        while len(self._heard) >= self._longest:
            cuts.append(self._cut(_best_silence(self._heard, self._shortest, self._longest)))
        return cuts

    def finish(self) -> list[Cut]:
        """What is left. The cutter is at its end."""
        length = len(self._samples)
        if not length:
            return []
        self._samples = np.pad(self._samples, (0, -length % FRAME))
        self._listen(len(self._samples))
        self._samples = self._samples[:length]
        return [self._cut(len(self._heard))]

    def _listen(self, end: int) -> None:
        fresh = self._samples[len(self._heard) * FRAME : end]
        heard = self._vad.probabilities(self._level.normalise(fresh))
        self._heard = np.concatenate([self._heard, heard])

    def _cut(self, frames: int) -> Cut:
        cut = Cut(
            start=round(self._start + self._frames * FRAME_SECONDS, 3),
            samples=self._samples[: frames * FRAME].copy(),
            speech=tuple(speech_spans(self._heard[:frames])),
        )
        self._samples = self._samples[frames * FRAME :]
        self._heard = self._heard[frames:]
        self._frames += frames
        return cut


def speech_spans(heard: NDArray[np.float32]) -> list[Span]:
    """Spans of speech in seconds, from frame probabilities, with hysteresis, padding and bridged gaps."""
    spans: list[list[int]] = []
    inside = False
    for at, probability in enumerate(heard):
        if not inside and probability >= THRESHOLD:
            bridged = spans and (at - spans[-1][1]) * FRAME_SECONDS < SHORTEST_SILENCE
            if not bridged:
                spans.append([at, at])
            inside = True
        if inside:
            inside = probability >= RELEASE
            spans[-1][1] = at + 1 if inside else at
    end = len(heard) * FRAME_SECONDS
    return [
        (
            round(max(0.0, first * FRAME_SECONDS - PAD), 3),
            round(min(end, last * FRAME_SECONDS + PAD), 3),
        )
        for first, last in spans
        if (last - first) * FRAME_SECONDS >= SHORTEST_SPEECH
    ]


def widened(spans: Sequence[Span], *, pad: float, join: float, end: float) -> list[Span]:
    """Spans padded on both sides within [0, end], those closer than `join` seconds made one."""
    out: list[Span] = []
    for start, stop in spans:
        start, stop = max(0.0, start - pad), min(end, stop + pad)
        if out and start - out[-1][1] < join:
            out[-1] = (out[-1][0], stop)
        else:
            out.append((start, stop))
    return out


def _best_silence(heard: NDArray[np.float32], shortest: int, longest: int) -> int:
    """Frame at which to cut: the middle of the longest silence in the second half of what is allowed,
    where a late one is worth a little more; without any silence, the least speech-like frame."""
    quiet = np.flatnonzero(heard[:longest] < RELEASE)
    best, cut = 0.0, 0
    for run in np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1) if len(quiet) else []:
        first, last = max(int(run[0]), shortest), int(run[-1]) + 1
        length = (last - first) * FRAME_SECONDS
        if length < SHORTEST_SILENCE:
            continue
        worth = min(length, 1.0)
        if worth >= best:
            best, cut = worth, (first + last) // 2
    if not cut:
        cut = shortest + int(np.argmin(heard[shortest:longest]))
    return max(1, cut)
