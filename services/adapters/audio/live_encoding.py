"""Frames of sound as they come over the network → one WebM file with mono Opus, handed over piece by piece."""

from fractions import Fraction
from typing import TypeAlias

import av
import numpy as np

Frame: TypeAlias = av.AudioFrame

RATE = 48_000  # samples a second: Opus's own
BITRATE = 32_000  # bits a second, as the recorder in the browser
CLUSTER = 1.0  # seconds: what is muxed leaves the muxer at the latest after this long
LONGEST_GAP = 30.0  # seconds without frames that are filled with silence, so that times stay true


class _Pieces:
    """A file that can only be written on: what was written since the last look is taken out of it."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


class LiveEncoder:
    """Not for several threads at once. `seconds` is how much sound was taken in, silence included."""

    def __init__(self) -> None:
        self._file = _Pieces()
        options = {
            "live": "1",  # no index and no duration: nothing that would have to be written later
            "cluster_time_limit": str(round(CLUSTER * 1000)),
            "flush_packets": "1",
        }
        self._container = av.open(self._file, "w", format="webm", options=options)
        self._stream = self._container.add_stream(
            "libopus", rate=RATE, layout="mono", options={"application": "voip"}
        )
        self._stream.bit_rate = BITRATE
        self._resampler = av.AudioResampler("s16", "mono", RATE)
        self._packets: list[bytes] = []  # of Opus, not looked at yet
        self._taken = 0  # samples at RATE
        self._due: float | None = None  # when the next frame should begin, by the sender's clock

    @property
    def seconds(self) -> float:
        return self._taken / RATE

    def add(self, frame: Frame) -> None:
        """A frame of any rate and layout; a hole before it, by its own timestamp, becomes silence."""
        if frame.pts is not None and frame.time_base is not None:
            at = float(frame.pts * frame.time_base)
            length = frame.samples / frame.sample_rate
            hole = at - self._due if self._due is not None else 0.0
            if length <= hole <= LONGEST_GAP:
                self._encode(np.zeros((1, round(hole * RATE)), np.int16))
            self._due = at + length
        frame.pts = None  # the resampler would refuse one that jumps
        for piece in self._resampler.resample(frame):
            self._encode(piece.to_ndarray())

    def take(self) -> bytes:
        """What has been encoded since the last time; all pieces one after the other are the file."""
        return self._file.take()

    def take_packets(self) -> list[bytes]:
        """The Opus packets since the last time: the same sound, without waiting for the muxer."""
        taken, self._packets = self._packets, []
        return taken

    def close(self) -> bytes:
        """The last piece."""
        for piece in self._resampler.resample(None):
            self._encode(piece.to_ndarray())
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._file.take()

    def _encode(self, samples: np.ndarray) -> None:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "s16", "mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = self._taken
        self._taken += samples.shape[1]
        packets = self._stream.encode(frame)
        self._packets += [bytes(packet) for packet in packets]
        self._container.mux(packets)
