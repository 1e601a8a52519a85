"""Streaming decoder: chunks in, blocks of 16 kHz mono samples out, in memory that does not grow."""

import gc
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.audio.containers import SNIFF, container_of
from services.adapters.audio.streams import JoinedChunks, files_in, pieces_of
from services.adapters.errors import AudioUnreadable

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

log = logging.getLogger(__name__)

DEMUXERS = {
    "webm": "matroska",
    "ogg": "ogg",
    "wav": "wav",
    "mp3": "mp3",
    "mp4": "mov",
    "flac": "flac",
}
# Containers whose packets carry the time at which they sound; the others count bytes or samples.
TIMED = {"webm", "ogg", "mp4"}
GAP = 0.25  # seconds missing between two packets before silence is put in their place
LONGEST_GAP = 4 * 3600.0  # seconds; a larger jump is a broken clock, not a pause

NOT_AUDIO = "This is not an audio file that can be read. Send a .wav, .mp3, .m4a, .webm, .ogg or .flac file."


def decode(
    chunks: BinaryIO | Iterable[BinaryIO], *, skip: float = 0.0, block: float = 1.0
) -> Iterator[Samples]:
    """Blocks of `block` seconds (the last may be shorter), the first `skip` seconds left out.

    `chunks` is one stream or a row of them: a chunk either begins a file of its own or continues the
    one before it; all come out as one timeline. The row may block while later chunks are awaited.
    What is readable of a truncated file comes out. Raises AudioUnreadable when nothing is readable.
    """
    if not isinstance(chunks, Iterable) or hasattr(chunks, "read"):
        stream: BinaryIO = chunks  # type: ignore[assignment]
        chunks = [stream] if stream.seekable() else pieces_of(stream)
    ahead = round(skip * SAMPLE_RATE)
    heard, error = False, AudioUnreadable("The file is empty.")
    pending: list[Samples] = []
    size, count = round(block * SAMPLE_RATE), 0
    for file in files_in(chunks):
        try:
            for samples in _samples(file):
                heard = True
                if ahead >= len(samples):
                    ahead -= len(samples)
                    continue
                pending.append(samples[ahead:])
                count += len(samples) - ahead
                ahead = 0
                if count >= size:
                    joined = np.concatenate(pending)
                    whole = count - count % size
                    yield from (joined[at : at + size] for at in range(0, whole, size))
                    pending, count = [joined[whole:]], count - whole
        except AudioUnreadable as unreadable:
            error = unreadable
            log.warning("audio.part_unreadable")
    if count:
        yield np.concatenate(pending)
    if not heard:
        raise error


def open_audio(stream: BinaryIO, container: str) -> "InputContainer":
    """The container opened by its own demuxer; it has an audio stream. Raises AudioUnreadable."""
    import av

    try:
        opened: InputContainer = av.open(
            stream, mode="r", format=DEMUXERS[container], metadata_errors="ignore"
        )
    except (av.FFmpegError, ValueError) as error:
        raise AudioUnreadable(
            "This file is damaged or incomplete: its beginning or its index cannot be read. "
            "Copy or export it again."
        ) from error
    if not opened.streams.audio:
        opened.close()
        raise AudioUnreadable("This file has a picture but no sound.")
    return opened


def frames(opened: "InputContainer") -> "Iterator[AudioFrame]":
    """Decoded frames of the first audio stream; damaged packets are passed over, a broken tail ends it."""
    import av

    audio = opened.streams.audio[0]
    packets = opened.demux(audio)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _samples(file: JoinedChunks) -> Iterator[Samples]:
    """16 kHz mono samples of one file, silence put where packets are missing."""
    container = container_of(file.head(SNIFF))
    if container is None:
        raise AudioUnreadable(NOT_AUDIO)
    with open_audio(file, container) as opened:  # type: ignore[arg-type]
        resampler = _Resampler()
        expected: float | None = None
        for frame in frames(opened):
            if container in TIMED and frame.time is not None:
                missing = frame.time - expected if expected is not None else 0.0
                if GAP <= missing <= LONGEST_GAP:
                    yield from resampler.flush()
                    yield from _silence(missing)
                expected = frame.time + frame.samples / frame.sample_rate
            yield from resampler.push(frame)
        yield from resampler.flush()
    # Filter graphs are in reference cycles. Not the oldest generation: that takes 0.1 s a file, and a session
    # may come in hundreds of them.
    gc.collect(1)


def _silence(seconds: float) -> Iterator[Samples]:
    left = round(seconds * SAMPLE_RATE)
    while left > 0:
        yield np.zeros(min(left, SAMPLE_RATE), np.float32)
        left -= SAMPLE_RATE


class _Resampler:
    """To 16 kHz mono; starts anew when the format changes within a file (chained Ogg, another microphone)."""

    def __init__(self) -> None:
        self._format: tuple[str, str, int] | None = None

    def push(self, frame: "AudioFrame") -> Iterator[Samples]:
        from av.audio.resampler import AudioResampler

        incoming = (frame.format.name, frame.layout.name, frame.sample_rate)
        if incoming != self._format:
            yield from self.flush()
            self._format = incoming
            # FFmpeg adds channels up in float without regard to ±1: both sides of a stereo file at 0.707.
            self._gain = 0.5**0.5 if frame.layout.nb_channels == 2 else 1.0
            self._resampler = AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
        # Times are handled by the caller; odd ones would make the filter drop sound.
        frame.pts = None
        yield from self._arrays(self._resampler.resample(frame))

    def flush(self) -> Iterator[Samples]:
        if self._format is not None:
            yield from self._arrays(self._resampler.resample(None))
            self._format = None

    def _arrays(self, resampled: "list[AudioFrame]") -> Iterator[Samples]:
        for frame in resampled:
            yield np.clip(frame.to_ndarray()[0].astype(np.float32) * np.float32(self._gain), -1, 1)
