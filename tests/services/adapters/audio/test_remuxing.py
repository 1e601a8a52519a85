"""The file to play: one Ogg/Opus stream out of whatever chunks there are."""

import io

import av
import numpy as np
import pytest

from services.adapters.audio.decoding import decode
from services.adapters.audio.probe import probe
from services.adapters.audio.remuxing import copy_opus, encode_opus
from services.adapters.errors import AudioUnreadable
from tests.sounds import encode, live_webm, split, tone


def decoded(*contents: bytes) -> np.ndarray:
    return np.concatenate(list(decode([io.BytesIO(content) for content in contents])))


@pytest.mark.parametrize("parts", [1, 4])
def test_opus_is_copied_bit_by_bit(parts: int) -> None:
    source = live_webm(tone(5.0))
    pieces: list[bytes] = []
    assert copy_opus(split(source, parts), pieces.append)
    copied = b"".join(pieces)
    facts = probe(io.BytesIO(copied))
    assert (facts.container, facts.codec) == ("ogg", "opus")
    assert facts.duration == pytest.approx(5.0, abs=0.05)
    assert _packets(copied, "ogg") == _packets(source, "matroska")
    assert len(copied) < 1.1 * len(source)


def test_a_copied_stream_begins_at_zero() -> None:
    """A browser that was paused before it began starts its clock later."""
    source = live_webm(tone(6.0))
    first = source.index(b"\x1f\x43\xb6\x75")
    third = source.index(b"\x1f\x43\xb6\x75", len(source) // 2)
    pieces: list[bytes] = []
    assert copy_opus([io.BytesIO(source[:first] + source[third:])], pieces.append)
    with av.open(io.BytesIO(b"".join(pieces)), format="ogg") as opened:
        times = [
            packet.pts for packet in opened.demux(opened.streams.audio[0]) if packet.pts is not None
        ]
    assert times[0] == 0
    assert times == sorted(times)


@pytest.mark.parametrize(
    "row",
    [
        [encode(tone(1.0), "wav")],
        [encode(tone(1.0), "ogg", codec="flac")],
        [live_webm(tone(1.0)), live_webm(tone(1.0))],  # two recordings, one after the other
        [b"\0" * 5000],
        [],
    ],
    ids=["wav", "flac in ogg", "two streams", "garbage", "nothing"],
)
def test_what_is_not_one_opus_stream_is_not_copied(row: list[bytes]) -> None:
    assert not copy_opus([io.BytesIO(content) for content in row], lambda data: None)


def test_anything_else_is_encoded_as_one_timeline() -> None:
    row = [encode(tone(2.0, 440.0), "wav"), live_webm(tone(2.0, 880.0))]
    pieces: list[bytes] = []
    encode_opus([io.BytesIO(content) for content in row], pieces.append)
    content = b"".join(pieces)
    facts = probe(io.BytesIO(content))
    assert (facts.container, facts.codec, facts.channels) == ("ogg", "opus", 1)
    samples = decoded(content)
    assert len(samples) / 16_000 == pytest.approx(4.0, abs=0.05)
    for second, expected in ((1, 440), (3, 880)):
        spectrum = np.abs(np.fft.rfft(samples[(second - 1) * 16_000 + 4000 :][:16_000]))
        assert np.argmax(spectrum) == pytest.approx(expected, abs=2)
    assert 8 * len(content) / 4.0 < 60_000  # bits a second


def test_loud_sound_is_not_folded_over() -> None:
    source = encode(tone(2.0, level=1.0), "wav", channels=2)
    pieces: list[bytes] = []
    encode_opus([io.BytesIO(source)], pieces.append)
    samples = decoded(b"".join(pieces))[4000:28_000]
    steps = np.abs(np.diff(samples))
    assert (
        steps.max() < 0.25
    )  # a sine of 440 Hz moves by 0.17 a sample; wrapped around it jumps by 2


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(AudioUnreadable):
        encode_opus([io.BytesIO(b"\0" * 100)], lambda data: None)


def _packets(content: bytes, container: str) -> list[bytes]:
    with av.open(io.BytesIO(content), format=container) as opened:
        return [bytes(packet) for packet in opened.demux(opened.streams.audio[0]) if packet.size]
