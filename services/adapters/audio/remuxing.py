"""The sound of a row of chunks as one Ogg/Opus file, which a browser can play and seek in from any byte."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import BinaryIO

import numpy as np

from services.adapters.audio import SAMPLE_RATE
from services.adapters.audio.containers import SNIFF, container_of
from services.adapters.audio.decoding import decode, open_audio
from services.adapters.audio.streams import files_in

BIT_RATE = 32_000  # bit/s, speech, when sound has to be encoded


class _Sink:
    """A file that can only be written to: what the Ogg muxer asks for."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(bytes(data))
        return len(data)


def copy_opus(chunks: Iterable[BinaryIO], write: Callable[[bytes], object]) -> bool:
    """Copies the packets of one Opus stream without encoding them anew. False, with nothing or something
    written, when it is not one Opus stream: encode it instead, to a new destination."""
    import av

    files = files_in(chunks)
    file = next(files, None)
    container = container_of(file.head(SNIFF)) if file else None
    if file is None or container is None:
        return False
    with open_audio(file, container) as opened:  # type: ignore[arg-type]
        source = opened.streams.audio[0]
        if source.codec_context.name not in ("opus", "libopus"):
            return False
        with av.open(_Sink(write), "w", format="ogg") as output:
            target = output.add_stream_from_template(source)
            first: int | None = None
            for packet in opened.demux(source):
                if packet.dts is None or packet.pts is None:
                    continue
                first = packet.pts if first is None else first
                packet.pts -= first
                packet.dts = packet.pts
                packet.stream = target
                output.mux(packet)
    return next(files, None) is None


def encode_opus(chunks: Iterable[BinaryIO], write: Callable[[bytes], object]) -> None:
    """Decodes and encodes as mono Opus; silence stands where packets are missing. Raises AudioUnreadable."""
    import av

    with av.open(_Sink(write), "w", format="ogg") as output:
        target = output.add_stream("libopus", rate=SAMPLE_RATE)
        target.layout = "mono"
        target.bit_rate = BIT_RATE
        at = 0
        for block in decode(chunks):
            whole = np.clip(block * 32767, -32768, 32767).astype(np.int16)[np.newaxis, :]
            frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, at
            frame.time_base = Fraction(1, SAMPLE_RATE)
            at += whole.shape[1]
            output.mux(target.encode(frame))
        output.mux(target.encode(None))
