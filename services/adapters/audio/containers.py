"""Telling audio containers apart by their bytes, and finding the header that later chunks need.

FFmpeg is never asked to guess the format: some of its demuxers (playlists, HLS, concat) open other
files and addresses. Only the six containers named here are opened, each by its own demuxer.
"""

from typing import BinaryIO

CONTENT_TYPES = {
    "webm": "audio/webm",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "flac": "audio/flac",
}
HEADER_LIMIT = 1 << 20  # bytes; a header with cover art may reach some 100 kB
SNIFF = 4096  # bytes needed to recognise a container, two MP3 frames included

CLUSTER = b"\x1f\x43\xb6\x75"  # Matroska: where the sound starts
_MP3_KBITS = {  # ISO 11172-3 and 13818-3, layer III
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def container_of(head: bytes) -> str | None:
    """Container that begins with these bytes (4 kB are enough), or None: not audio, or the middle of a stream."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if head.startswith(b"OggS"):
        # Bit 1 of the header type marks the first page of a stream; later pages are no beginning.
        return "ogg" if len(head) > 5 and head[5] & 2 else None
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"ID3") or _is_mp3_frame_pair(head):
        return "mp3"
    return None


def begins_container(chunk: BinaryIO) -> bool:
    """Whether a chunk is the beginning of a file of its own. Leaves the position where it was."""
    return container_of(peek(chunk, SNIFF)) is not None


def stream_header(chunk: BinaryIO | bytes) -> bytes:
    """Bytes of a stream before its first sound, at most HEADER_LIMIT: what makes a later chunk decodable.

    Webm: up to the first Cluster. Ogg: the pages before any sound. MP4: up to the first moof or mdat.
    Wav, FLAC: the header blocks. MP3 has no header: its first two frames. Empty for an unknown beginning.
    """
    head = chunk[:HEADER_LIMIT] if isinstance(chunk, bytes) else peek(chunk, HEADER_LIMIT)
    container = container_of(head[:SNIFF])
    if container == "webm":
        end = head.find(CLUSTER)
        return head[:end] if end > 0 else head
    if container == "mp4":
        return head[: _mp4_media_start(head)]
    if container == "ogg":
        return head[: _ogg_media_start(head)]
    if container == "wav":
        end = head.find(b"data")
        return head[: end + 8] if end > 0 else head
    if container == "flac":
        return head[: _flac_media_start(head)]
    if container == "mp3":
        return _mp3_two_frames(head[_id3_size(head) :])
    return b""


def needs_seeking(head: bytes) -> bool:
    """Whether an MP4 keeps its index behind the sound (phones do), so that it cannot be read front to back."""
    return container_of(head[:SNIFF]) == "mp4" and b"moov" not in [
        kind for kind, _, _ in _mp4_boxes(head)
    ]


def peek(stream: BinaryIO, size: int) -> bytes:
    """Up to `size` bytes from here, the position left where it was."""
    position = stream.tell()
    pieces: list[bytes] = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    stream.seek(position)
    return b"".join(pieces)


def _mp4_boxes(head: bytes) -> list[tuple[bytes, int, int]]:
    """(kind, start, size) of the top-level boxes up to the first box of media data, that one left out."""
    boxes, at = [], 0
    while at + 8 <= len(head):
        size, kind = int.from_bytes(head[at : at + 4]), head[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(head[at + 8 : at + 16])
        if kind in (b"moof", b"mdat") or size < 8:
            break
        boxes.append((kind, at, size))
        at += size
    return boxes


def _mp4_media_start(head: bytes) -> int:
    boxes = _mp4_boxes(head)
    return boxes[-1][1] + boxes[-1][2] if boxes else 0


def _ogg_media_start(head: bytes) -> int:
    """End of the last page whose granule position is 0: by RFC 3533 and the codec mappings these hold headers."""
    at = 0
    while head[at : at + 4] == b"OggS" and at + 27 <= len(head):
        if int.from_bytes(head[at + 6 : at + 14], "little") not in (0, 2**64 - 1):
            break
        lacing = head[at + 27 : at + 27 + head[at + 26]]
        at += 27 + len(lacing) + sum(lacing)
    return at


def _flac_media_start(head: bytes) -> int:
    at, last = 4, False
    while not last and at + 4 <= len(head):
        last = bool(head[at] & 0x80)
        at += 4 + int.from_bytes(head[at + 1 : at + 4])
    return at


def _id3_size(head: bytes) -> int:
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:  # four bytes of seven bits each
        size = size << 7 | byte & 0x7F
    return 10 + size


def _mp3_frame_size(header: bytes) -> int | None:
    """Bytes of a layer III frame from its four-byte header, None when it is not one."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, kbits, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or kbits in (0, 15) or rate == 3:
        return None
    per_frame = 144 if version == 3 else 72
    bits = _MP3_KBITS[3 if version == 3 else 2][kbits] * 1000
    return per_frame * bits // _MP3_RATES[version][rate] + (header[2] >> 1 & 1)


def _mp3_two_frames(head: bytes) -> bytes:
    first = _mp3_frame_size(head[:4]) or 4
    return head[: first + (_mp3_frame_size(head[first : first + 4]) or 4)]


def _is_mp3_frame_pair(head: bytes) -> bool:
    size = _mp3_frame_size(head[:4])
    return size is not None and _mp3_frame_size(head[size : size + 4]) is not None
