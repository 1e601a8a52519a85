"""Decoding what browsers, phones and recorders make, and what is left of it when it was damaged on the way."""

import gc
import io
import os
import struct
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.audio.containers import SNIFF, container_of
from services.adapters.audio.decoding import decode
from services.adapters.errors import AudioUnreadable
from tests.sounds import CODECS, encode, fragmented_mp4, live_webm, split, tone

SOME = hypothesis(max_examples=15, deadline=None)
PADDING = 0.1  # seconds that MP3 and AAC put around the sound
FORMATS = [
    *((name, 48_000, 1, None) for name in CODECS),
    *((name, 8_000, 1, None) for name in CODECS),
    *((name, 44_100, 2, None) for name in ("wav", "mp3", "m4a", "flac")),
    *((name, 96_000, 2, None) for name in ("wav", "m4a", "flac")),
    ("wav", 96_000, 2, "pcm_s24le"),
    ("wav", 48_000, 1, "pcm_f32le"),
    ("wav", 8_000, 1, "pcm_u8"),
    ("wav", 8_000, 1, "pcm_mulaw"),
    ("ogg", 44_100, 2, "flac"),
]  # fmt: skip


def whole(data: bytes, **options: float) -> Samples:
    return np.concatenate(list(decode([io.BytesIO(data)], **options)))


@cache
def decoded(name: str) -> Samples:
    return whole(three_seconds(name))


def hertz(samples: Samples) -> float:
    """The loudest frequency, to about 1 Hz a second of sound."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


@cache
def three_seconds(name: str) -> bytes:
    if name == "live":
        return live_webm(tone(3.0))
    return fragmented_mp4(tone(3.0)) if name == "fragmented" else encode(tone(3.0), name)


@pytest.mark.parametrize(
    ("name", "rate", "channels", "codec"),
    FORMATS,
    ids=lambda value: str(value) if value else "",
)
def test_every_format_becomes_16_khz_mono(
    name: str, rate: int, channels: int, codec: str | None
) -> None:
    data = encode(tone(2.0, 440.0, rate=rate), name, rate=rate, channels=channels, codec=codec)
    samples = whole(data)
    assert samples.dtype == np.float32
    assert 2.0 - 0.01 <= len(samples) / SAMPLE_RATE <= 2.0 + PADDING
    middle = samples[SAMPLE_RATE // 2 : SAMPLE_RATE * 3 // 2]
    assert hertz(middle) == pytest.approx(440, abs=2)
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.3 / 2**0.5, rel=0.06)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_loudest_sound_stays_within_one(channels: int) -> None:
    samples = whole(encode(tone(1.0, level=1.0), "wav", channels=channels))
    assert 0.97 < np.abs(samples).max() <= 1.0


def test_blocks_are_a_second_each_and_the_last_the_rest() -> None:
    blocks = list(decode([io.BytesIO(encode(tone(3.25), "wav"))]))
    assert [len(block) for block in blocks] == [16_000, 16_000, 16_000, 4_000]


@SOME
@given(st.floats(0, 3.5), st.floats(0.2, 2.0))
def test_what_is_skipped_is_all_that_is_missing(skip: float, block: float) -> None:
    data = three_seconds("ogg")
    blocks = list(decode([io.BytesIO(data)], skip=skip, block=block))
    expected = decoded("ogg")[round(skip * SAMPLE_RATE) :]
    assert np.array_equal(np.concatenate([np.zeros(0, np.float32), *blocks]), expected)
    assert all(len(each) == round(block * SAMPLE_RATE) for each in blocks[:-1])


@SOME
@given(st.sampled_from([*CODECS, "live", "fragmented"]), st.data())
def test_chunks_cut_anywhere_are_one_file(name: str, data: st.DataObject) -> None:
    content = three_seconds(name)
    edges = data.draw(st.lists(st.integers(SNIFF, len(content) - 1), max_size=6, unique=True))
    # An MP3 cut just before a frame looks like two files, and is decoded as two.
    edges = [at for at in sorted(edges) if container_of(content[at : at + SNIFF]) is None]
    edges = [0, *edges, len(content)]
    chunks = [io.BytesIO(content[a:b]) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(list(decode(chunks))), decoded(name))


def test_files_in_a_row_are_one_timeline() -> None:
    row = [
        *split(three_seconds("live"), 3),
        io.BytesIO(three_seconds("mp3")),
        io.BytesIO(three_seconds("wav")),
        *split(three_seconds("fragmented"), 2),
    ]
    samples = np.concatenate(list(decode(row)))
    assert len(samples) / SAMPLE_RATE == pytest.approx(12.0, abs=4 * PADDING)


def test_an_unreadable_file_in_a_row_takes_nothing_with_it() -> None:
    broken = io.BytesIO(three_seconds("flac")[:60])
    row = [io.BytesIO(three_seconds("wav")), broken, io.BytesIO(three_seconds("ogg"))]
    assert len(np.concatenate(list(decode(row)))) / SAMPLE_RATE == pytest.approx(6.0, abs=0.1)


def test_a_stream_that_cannot_seek_is_read_as_it_comes() -> None:
    with os.fdopen(os.memfd_create("sound"), "w+b") as file:
        file.write(three_seconds("live"))
        file.seek(0)

        class Pipe(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def, override]
                return os.readv(file.fileno(), [memoryview(buffer)[:1000]])

        samples = np.concatenate(list(decode(io.BufferedReader(Pipe()))))  # type: ignore[arg-type]
    assert len(samples) == len(whole(three_seconds("live")))


@pytest.mark.parametrize("name", ["wav", "mp3", "webm", "ogg", "flac", "live", "fragmented"])
def test_of_a_truncated_file_what_is_there_comes_out(name: str) -> None:
    content = three_seconds(name)
    samples = whole(content[: round(len(content) * 0.7)])
    assert 0.9 < len(samples) / SAMPLE_RATE < 2.3
    full = whole(content)[: len(samples)]
    assert np.abs(samples[:-2000] - full[:-2000]).max() < 0.02


def test_an_m4a_without_its_index_is_refused() -> None:
    content = three_seconds("m4a")
    with pytest.raises(AudioUnreadable, match="damaged or incomplete"):
        whole(content[: round(len(content) * 0.7)])


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 5000, b"%PDF-1.7\n", bytes(range(256)) * 20, b"RIFF\0\0\0\0AVI LIST" * 9,
     b"#EXTM3U\n#EXTINF:1\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile '/etc/passwd'\n"],
    ids=["empty", "zeros", "pdf", "garbage", "avi", "playlist", "concat"],
)  # fmt: skip
def test_what_is_no_audio_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(AudioUnreadable) as caught:
        whole(content)
    assert str(caught.value).endswith(".")


def test_no_chunks_are_an_empty_file() -> None:
    with pytest.raises(AudioUnreadable, match="empty"):
        list(decode([]))


def test_a_film_without_sound_is_refused() -> None:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        out.mux(stream.encode(None))
    with pytest.raises(AudioUnreadable, match="picture but no sound"):
        whole(target.getvalue())


@hypothesis(max_examples=40, deadline=None)
@given(
    st.sampled_from([*CODECS, "live", "fragmented"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30),
    st.floats(0.01, 1.0),
)
def test_damage_anywhere_is_survived(
    name: str, damage: list[tuple[float, int]], share: float
) -> None:
    content = bytearray(three_seconds(name))
    for place, value in damage:
        content[int(place * len(content))] = value
    try:
        samples = whole(bytes(content[: int(share * len(content))]))
    except AudioUnreadable:
        return
    assert np.abs(samples).max() <= 1.0


@pytest.mark.parametrize("count", [100, 480, 4800])  # 2, 10 and 100 ms
@pytest.mark.parametrize("name", CODECS)
def test_very_short_files(name: str, count: int) -> None:
    assert 0 < len(whole(encode(tone(count / 48_000), name))) / SAMPLE_RATE < 0.2


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wav_whose_header_does_not_know_its_length(size: int) -> None:
    assert len(whole(_wav_header(size) + b"\1\0" * 48_000)) == 48_000


def test_a_missing_piece_becomes_silence_so_that_later_times_stay_true() -> None:
    sound = np.concatenate([tone(2.0, 440.0), tone(2.0, 880.0)])
    content = live_webm(sound)
    clusters = [at for at in range(len(content)) if content.startswith(b"\x1f\x43\xb6\x75", at)]
    assert len(clusters) == 5
    samples = whole(
        content[: clusters[1]] + content[clusters[2] :]
    )  # about the second second is lost
    assert len(samples) / SAMPLE_RATE == pytest.approx(4.0, abs=0.05)
    assert np.abs(samples[18_000:28_000]).max() < 1e-4
    assert hertz(samples[2_000:14_000]) == pytest.approx(440, abs=3)
    assert hertz(samples[34_000:62_000]) == pytest.approx(880, abs=3)


class _Endless(io.RawIOBase):
    """A WAV of that many bytes of sound, made as it is read."""

    def __init__(self, size: int) -> None:
        self._left, self._head = size, _wav_header(0xFFFFFFFF)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head, b""
        body = b"\1\0" * (min(self._left, max(size - len(head), 0)) // 2)
        self._left -= len(body)
        return head + body


def test_twenty_minutes_take_no_more_memory_than_ten_seconds() -> None:
    """Decoded they are 77 MB."""
    list(decode(_Endless(10 * 32_000)))
    gc.collect()
    before = highest = _resident()
    count = 0
    for block in decode(_Endless(1200 * 32_000)):
        count += len(block)
        highest = max(highest, _resident())
    assert count == 1200 * SAMPLE_RATE
    assert highest - before < 16 << 20


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _wav_header(size: int) -> bytes:
    """16 kHz mono, 16 bit."""
    chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    riff = struct.pack("<4sI4s", b"RIFF", min(size + 36, 0xFFFFFFFF), b"WAVE")
    return riff + chunk + struct.pack("<4sI", b"data", size)


def test_a_row_may_block_and_what_has_come_is_decoded_meanwhile() -> None:
    """A live recording: blocks come out before the last chunk is there."""
    chunks, given_out = list(split(three_seconds("live"), 6)), []

    def row() -> Iterator[io.BytesIO]:
        for at, chunk in enumerate(chunks):
            given_out.append(at)
            yield chunk

    blocks = decode(row(), block=0.5)
    assert len(next(blocks)) == 8_000
    assert len(given_out) < len(chunks)
    assert sum(map(len, blocks)) + 8_000 == len(whole(three_seconds("live")))
