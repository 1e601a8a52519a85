"""Opus packets of a live recording → samples, a few at a time."""

from collections.abc import Sequence

import av
import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.audio.live_encoding import RATE
from services.adapters.errors import AudioUnreadable


class PacketDecoder:
    """Keeps what Opus carries from packet to packet. Begun in the middle it is right after a few of them."""

    def __init__(self) -> None:
        self._codec = av.CodecContext.create("opus", "r")
        self._codec.sample_rate, self._codec.layout = RATE, "mono"
        self._resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)

    def decode(self, packets: Sequence[bytes]) -> Samples:
        """Raises AudioUnreadable for what is no Opus packet."""
        found: list[Samples] = [np.zeros(0, np.float32)]
        try:
            for packet in packets:
                for frame in self._codec.decode(av.Packet(packet)):
                    frame.pts = None
                    found += [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        except av.error.FFmpegError as error:
            raise AudioUnreadable("a packet of a live recording cannot be decoded") from error
        return np.concatenate(found)
