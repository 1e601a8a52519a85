"""Voice activity, and the cutting of a stream into passages at silence.

Silero VAD (bundled with faster-whisper) hears each passage once; recogniser and speaker model both take the
spans found here.
"""

import math
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

HALVED = 16.0  # seconds that are left at the end and worth two passages
REST = 10.0  # seconds more than the longest passage that may be left; two thirds of all are no longer than that

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


def levelled(samples: Samples) -> Samples:
    """The samples with the louder 40 % of them at LEVEL.

    Quiet far-field recordings lose speech to the VAD unless they are made louder first.
    """
    whole = samples[: len(samples) // 400 * 400].reshape(-1, 400)  # 25 ms
    if not len(whole):
        return samples
    power = np.sort((whole**2).mean(1))[-max(1, round(0.4 * len(whole))) :]
    gain = min(LEVEL / max(float(np.sqrt(power.mean())), 1e-5), LARGEST_GAIN)
    louder: Samples = np.clip(samples * np.float32(gain), np.float32(-1), np.float32(1))
    return louder


def speech_probabilities(samples: Samples) -> NDArray[np.float32]:
    """One per frame of 32 ms; the length is a multiple of FRAME."""
    from faster_whisper.vad import get_vad_model

    session: Any = get_vad_model().session
    joined = np.concatenate([np.zeros(CONTEXT, np.float32), samples])
    frames = np.lib.stride_tricks.sliding_window_view(joined, FRAME + CONTEXT)[::FRAME]
    fresh = np.zeros((1, 1, 128), np.float32)
    inputs = {"input": np.ascontiguousarray(frames), "h": fresh, "c": fresh}
    return np.asarray(session.run(None, inputs)[0], np.float32).reshape(-1)


class PassageCutter:
    """Feed samples, get passages of `shortest` to `longest` seconds, cut where silence is longest.

    Together they are the stream, gapless. A passage follows from the `longest` seconds after its start and
    nothing else: neither from the sizes of what is fed nor from what came before, so that after a crash a
    cutter that starts there cuts as the first would have. Only what is left at the end (`finish`) is cut
    otherwise: in two about as long as each other, since somebody waits for both.
    """

    def __init__(
        self, *, start: float = 0.0, shortest: float = 20.0, longest: float = 30.0
    ) -> None:
        # Never more than the longest: a recogniser's window ends there.
        self._shortest, self._longest = (
            math.floor(seconds / FRAME_SECONDS) for seconds in (shortest, longest)
        )
        self._start = start
        self._frames = 0  # frames that earlier passages took
        self._samples = np.zeros(0, np.float32)

    def feed(self, samples: Samples, *, ending: bool = False) -> list[Cut]:
        """`ending`: the last samples are on their way, and `finish` is to have up to REST seconds more to halve."""
        self._samples = np.concatenate([self._samples, samples])
        enough = self._longest * FRAME + (round(REST * SAMPLE_RATE) if ending else 0)
        cuts = []
        while len(self._samples) >= enough:
            heard = speech_probabilities(levelled(self._samples[: self._longest * FRAME]))
            cuts.append(self._cut(heard[: _best_silence(heard, self._shortest)]))
        return cuts

    def finish(self) -> list[Cut]:
        """What is left. The cutter is at its end."""
        if not len(self._samples):
            return []
        heard = self._heard_so_far()
        if len(heard) * FRAME_SECONDS < HALVED:
            return [self._cut(heard)]
        middle = _best_silence(heard[: 2 * len(heard) // 3], len(heard) // 3)
        return [self._cut(heard[:middle]), self._cut(heard[middle:])]

    def waiting(self) -> Cut:
        """What is in no passage yet. It stays here: the next samples may still move the cut."""
        speech = speech_spans(self._heard_so_far()) if len(self._samples) else []
        return Cut(self._position(), self._samples.copy(), tuple(speech))

    def _heard_so_far(self) -> NDArray[np.float32]:
        left = levelled(self._samples)
        return speech_probabilities(np.pad(left, (0, -len(left) % FRAME)))

    def _position(self) -> float:
        return round(self._start + self._frames * FRAME_SECONDS, 3)

    def _cut(self, heard: NDArray[np.float32]) -> Cut:
        cut = Cut(
            start=self._position(),
            samples=self._samples[: len(heard) * FRAME].copy(),
            speech=tuple(speech_spans(heard)),
        )
        self._samples = self._samples[len(heard) * FRAME :]
        self._frames += len(heard)
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


def _best_silence(heard: NDArray[np.float32], shortest: int) -> int:
    """Frame at which to cut: the middle of the longest silence after the first `shortest` frames, the latest
    of those of a second or more; without any silence, the least speech-like frame."""
    quiet = np.flatnonzero(heard < RELEASE)
    best, cut = 0.0, 0
    for run in np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1) if len(quiet) else []:
        first, last = max(int(run[0]), shortest), int(run[-1]) + 1
        length = (last - first) * FRAME_SECONDS
        if length < SHORTEST_SILENCE:
            continue
        worth = min(length, 1.0)
        if worth >= best:
            best, cut = worth, (first + last) // 2
    return cut or shortest + int(np.argmin(heard[shortest:]))
