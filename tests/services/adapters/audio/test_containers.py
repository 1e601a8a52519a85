"""Containers by their bytes: nothing else may reach FFmpeg, some of whose demuxers open files and addresses."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adapters.audio.containers import (
    HEADER_LIMIT,
    begins_container,
    container_of,
    needs_seeking,
    peek,
    stream_header,
)
from services.adapters.audio.decoding import DEMUXERS, decode
from tests.sounds import CODECS, encode, fragmented_mp4, live_webm, tone


@pytest.mark.parametrize("name", CODECS)
def test_each_container_is_known_by_its_beginning(name: str) -> None:
    data = encode(tone(1.0), name)
    expected = "mp4" if name == "m4a" else name
    assert container_of(data[:4096]) == expected
    assert expected in DEMUXERS
    assert begins_container(io.BytesIO(data))


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_an_mp3_without_a_tag_is_known_by_its_frames(rate: int) -> None:
    data = encode(
        tone(1.0, rate=rate), "mp3", rate=rate, options={"id3v2_version": "0", "write_xing": "0"}
    )
    assert not data.startswith(b"ID3")
    assert container_of(data[:4096]) == "mp3"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"\xff\xfb",
        b"#EXTM3U\nhttps://example.org/a.ts\n",
        b"ffconcat version 1.0\n",
        b"<?xml version='1.0'?><MPD>",
        b"RIFF\0\0\0\0AVI LIST",
        b"FLV\x01",
        b"\x47" + b"\0" * 187 + b"\x47",
        b"OggS\0\0" + b"\0" * 30,  # a later page
        b"\xff\xfe" + "text".encode("utf-16-le") * 99,
    ],
)
def test_anything_else_is_not(head: bytes) -> None:
    assert container_of(head) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(head: bytes) -> None:
    container_of(head)
    stream_header(head)
    needs_seeking(head)


@given(
    st.sampled_from(
        [
            b"ID3",
            b"OggS\0\x02",
            b"fLaC",
            b"\0\0\0\x08ftyp",
            b"\x1a\x45\xdf\xa3",
            b"RIFF\0\0\0\0WAVE",
            b"\xff\xfb\x90\x00",
        ]
    ),
    st.binary(max_size=300),
)
def test_a_header_is_a_beginning_of_what_was_given(magic: bytes, rest: bytes) -> None:
    head = magic + rest
    assert head.startswith(stream_header(head))
    needs_seeking(head)


@pytest.mark.parametrize("name", ["live", "fragmented", "ogg", "wav", "flac"])
def test_a_header_holds_no_sound(name: str) -> None:
    sound = tone(10.0, level=0.5)
    data = {"live": live_webm, "fragmented": fragmented_mp4}.get(name, lambda s: encode(s, name))(
        sound
    )
    header = stream_header(data)
    assert 0 < len(header) < 10_000
    assert stream_header(io.BytesIO(data)) == header
    assert stream_header(header) == header
    assert len(header) < 0.2 * len(data)


def test_a_header_makes_a_later_cluster_readable() -> None:
    data = live_webm(tone(4.0))
    at = data.index(b"\x1f\x43\xb6\x75", len(data) // 2)
    behind = np.concatenate(list(decode([io.BytesIO(stream_header(data) + data[at:])])))
    assert 0.5 < len(behind) / 16_000 < 2.2


def test_an_index_at_the_end_needs_seeking() -> None:
    phone = encode(tone(1.0), "m4a")
    index = phone.index(b"moov") - 4
    first, sound = phone[: phone.index(b"mdat") - 4], phone[phone.index(b"mdat") - 4 : index]
    assert needs_seeking(phone)
    assert not needs_seeking(first + phone[index:] + sound)
    assert not needs_seeking(fragmented_mp4(tone(1.0)))
    assert not needs_seeking(live_webm(tone(1.0)))


def test_a_header_is_never_longer_than_the_limit() -> None:
    cover = b"\x1a\x45\xdf\xa3" + bytes(2 * HEADER_LIMIT)
    assert len(stream_header(io.BytesIO(cover))) == HEADER_LIMIT


def test_peek_leaves_the_position() -> None:
    stream = io.BytesIO(b"0123456789")
    stream.seek(3)
    assert (peek(stream, 4), stream.tell()) == (b"3456", 3)
    assert peek(stream, 99) == b"3456789"
