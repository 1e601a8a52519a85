"""Checking what was sent, by decoding it: the name and the declared type of a file count for nothing."""

import io
import re
from typing import TYPE_CHECKING, BinaryIO

from services.adapters.audio import AudioFacts
from services.adapters.audio.containers import (
    CLUSTER,
    CONTENT_TYPES,
    SNIFF,
    container_of,
    peek,
    stream_header,
)
from services.adapters.audio.decoding import NOT_AUDIO, frames, open_audio
from services.adapters.audio.streams import JoinedChunks
from services.adapters.errors import AudioUnreadable

if TYPE_CHECKING:
    from av.container import InputContainer

LISTENED = 10.0  # seconds that are decoded; of the rest only the packets are counted
_PROTECTED = (b"drms", b"enca")  # MP4 sample entries of encrypted sound

EMPTY = "The file is empty. Record or export it again."
PROTECTED = (
    "This file is copy-protected (DRM), so it cannot be read. Send a recording without protection."
)
NO_SOUND = "No sound can be decoded from this file. Copy or export it again."


def probe(stream: BinaryIO) -> AudioFacts:
    """Facts of a file by decoding its first 10 s and walking all its packets; memory stays flat.

    The stream is seekable and is left at its beginning. Silence is audio like any other.
    Raises AudioUnreadable with a sentence for the person who sent the file.
    """
    stream.seek(0)
    head = peek(stream, SNIFF)
    if not head:
        raise AudioUnreadable(EMPTY)
    container = container_of(head)
    if container is None:
        raise AudioUnreadable(NOT_AUDIO)
    if container == "mp4" and _is_protected(stream):
        raise AudioUnreadable(PROTECTED)
    listened = _listen(stream, container)
    if not listened:
        raise AudioUnreadable(NO_SOUND)
    stream.seek(0)
    with _opened(stream, container) as opened:
        audio = opened.streams.audio[0]
        counted, declared = _walk(opened), _declared(opened)
        complete = declared is None or counted >= 0.98 * declared - 1.0
        facts = AudioFacts(
            container=container,
            content_type=CONTENT_TYPES[container],
            codec=audio.codec_context.name,
            sample_rate=audio.codec_context.sample_rate,
            channels=audio.codec_context.channels,
            duration=round(max(counted, listened if listened < LISTENED else 0.0), 3),
            complete=complete and not (container == "wav" and _wav_is_short(stream)),
        )
    stream.seek(0)
    return facts


def probe_continuation(head: bytes | BinaryIO, chunk: BinaryIO) -> float:
    """Seconds that a later chunk of a stream adds; it is decodable only behind the stream's beginning.

    `head` is the first chunk or its `stream_header`. Both streams are left at their beginning.
    Raises AudioUnreadable when the chunk adds no sound.
    """
    header = stream_header(head)
    container = container_of(header[:SNIFF])
    chunk.seek(0)
    body = chunk.read()
    chunk.seek(0)
    if not body:
        raise AudioUnreadable("This part of the recording is empty.")
    if container is None:
        raise AudioUnreadable(NOT_AUDIO)
    added = _listen(io.BytesIO(_behind(header, container, body)), container, until=None)
    if added <= 0:
        raise AudioUnreadable(
            "This part of the recording cannot be read as a continuation of the parts before it. "
            "Send the recording again, or send the file in one piece."
        )
    return round(added, 3)


def _behind(header: bytes, container: str, body: bytes) -> bytes:
    """A file of the header and the part of the chunk that starts at a boundary the container knows."""
    if (
        container == "mp3"
    ):  # has no header: what stands for it is sound, and only names the container
        return body
    if container == "mp4":
        at = body.find(b"moof")  # a fragment; what comes before it belongs to the fragment before
        return header + body[at - 4 :] if at >= 4 else b""
    if container == "webm" and not body.startswith(CLUSTER):
        # The chunk starts within a cluster, often within a block: open a cluster of unknown size at time
        # 0 and go on from the first SimpleBlock.
        block = re.search(rb"\xa3(?:[\x81-\xfe]|[\x40-\x7f].)\x81..[\x00\x80]", body, re.DOTALL)
        if block:
            return (
                header + CLUSTER + b"\x01" + b"\xff" * 7 + b"\xe7\x81\x00" + body[block.start() :]
            )
    return header + body


def _listen(stream: BinaryIO, container: str, *, until: float | None = LISTENED) -> float:
    """Seconds that decode, counting no further than `until`; 0 when nothing does or it cannot be opened
    for a part, whereas a whole file that cannot be opened raises AudioUnreadable."""
    stream.seek(0)
    seconds = 0.0
    try:
        opened = _opened(stream, container)
    except AudioUnreadable:
        if until is None:
            return 0.0
        raise
    with opened:
        for frame in frames(opened):
            seconds += frame.samples / frame.sample_rate
            if until is not None and seconds >= until:
                break
    return seconds


def _opened(stream: BinaryIO, container: str) -> "InputContainer":
    if container == "mp4":
        # Where it can seek, FFmpeg looks at all fragments first and gives the file up if the last is cut off.
        return open_audio(JoinedChunks(stream, iter(())), container)  # type: ignore[arg-type]
    return open_audio(stream, container)


def _walk(opened: "InputContainer") -> float:
    """Seconds of sound in all packets of the first audio stream, without decoding them."""
    import av

    audio = opened.streams.audio[0]
    seconds = 0.0
    try:
        for packet in opened.demux(audio):
            if packet.duration and packet.time_base and packet.size:
                seconds += float(packet.duration * packet.time_base)
    except av.FFmpegError:
        pass  # a broken tail: what came before it counts
    return seconds


def _declared(opened: "InputContainer") -> float | None:
    """Seconds that the header claims; None for a live stream, whose header was written before the end."""
    audio = opened.streams.audio[0]
    if audio.duration and audio.time_base:
        return float(audio.duration * audio.time_base)
    return opened.duration / 1e6 if opened.duration else None


def _wav_is_short(stream: BinaryIO) -> bool:
    """Whether fewer bytes follow the header than it announces (FFmpeg corrects the duration silently)."""
    stream.seek(0)
    header = stream_header(stream)
    announced = int.from_bytes(header[-4:], "little")
    # A live recorder could not know the size and wrote 0 or the largest number.
    return 0 < announced < 2**31 and stream.seek(0, io.SEEK_END) < len(header) + announced


def _is_protected(stream: BinaryIO) -> bool:
    """Whether an MP4's sample descriptions name an encrypted format (they lie in the moov box)."""
    stream.seek(0)
    at = 0
    found = False
    while len(box := peek(stream, 16)) >= 8:
        size = int.from_bytes(box[:4])
        if size == 1:
            size = int.from_bytes(box[8:16])
        if box[4:8] == b"moov":
            moov = stream.read(min(size, 1 << 24))
            found = any(
                moov[match.start() + 16 : match.start() + 20] in _PROTECTED
                for match in re.finditer(b"stsd", moov)
            )
        if found or size < 8:
            break
        at += size
        stream.seek(at)
    stream.seek(0)
    return found
