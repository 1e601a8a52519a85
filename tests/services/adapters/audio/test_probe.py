"""What was really sent: the name and the header of a file count for nothing, its bytes do."""

import io
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from services.adapters.audio.probe import probe, probe_continuation
from services.adapters.errors import AudioUnreadable
from tests.sounds import CODECS, encode, fragmented_mp4, live_webm, split, tone

SECONDS = 12.0  # more than is decoded
PACKET = 0.13  # seconds that codecs add around the sound


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    sound = tone(SECONDS)
    return {name: encode(sound, name) for name in CODECS} | {
        "live webm": live_webm(sound),
        "fragmented mp4": fragmented_mp4(sound),
    }


FACTS = {
    "wav": ("wav", "audio/wav", "pcm_s16le"),
    "mp3": ("mp3", "audio/mpeg", "mp3float"),
    "m4a": ("mp4", "audio/mp4", "aac"),
    "webm": ("webm", "audio/webm", "opus"),
    "ogg": ("ogg", "audio/ogg", "opus"),
    "flac": ("flac", "audio/flac", "flac"),
    "live webm": ("webm", "audio/webm", "opus"),
    "fragmented mp4": ("mp4", "audio/mp4", "aac"),
}


@pytest.mark.parametrize("name", FACTS)
def test_facts_come_from_the_bytes(files: dict[str, bytes], name: str) -> None:
    stream = io.BytesIO(files[name])
    stream.seek(17)
    facts = probe(stream)
    assert (facts.container, facts.content_type, facts.codec) == FACTS[name]
    assert (facts.sample_rate, facts.channels, facts.complete) == (48_000, 1, True)
    assert SECONDS - 0.01 <= facts.duration <= SECONDS + PACKET
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "rate", "channels", "codec"),
    [("wav", 8_000, 1, "pcm_s16le"), ("wav", 96_000, 2, "pcm_s24le"), ("flac", 96_000, 2, "flac"),
     ("wav", 44_100, 2, "pcm_f32le"), ("mp3", 8_000, 1, None)],
)  # fmt: skip
def test_rates_and_channels(name: str, rate: int, channels: int, codec: str | None) -> None:
    data = encode(tone(1.0, rate=rate), name, rate=rate, channels=channels, codec=codec)
    facts = probe(io.BytesIO(data))
    assert (facts.sample_rate, facts.channels) == (rate, channels)
    assert facts.duration == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("name", ["wav", "mp3", "webm"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.85])
def test_a_truncated_file_is_called_incomplete_and_its_real_length_is_told(
    files: dict[str, bytes], name: str, share: float
) -> None:
    facts = probe(io.BytesIO(files[name][: round(len(files[name]) * share)]))
    assert not facts.complete
    assert facts.duration == pytest.approx(SECONDS * share, rel=0.08, abs=0.15)


def test_an_mp4_cut_off_within_the_head_of_a_fragment_is_what_came_before_it(
    files: dict[str, bytes],
) -> None:
    content = files["fragmented mp4"]
    at = content.index(b"moof", len(content) // 2)
    assert probe(io.BytesIO(content[: at + 100])).duration == pytest.approx(SECONDS / 2, abs=0.5)


def test_an_mp4_with_its_index_in_front(tmp_path: Path) -> None:
    path, noise = tmp_path / "streamable.m4a", np.random.default_rng(0)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("aac", rate=48_000, layout="mono")
        for at in range(200):
            samples = noise.normal(0, 0.1, (1, 1024)).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 1024 * at, Fraction(1, 48_000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    content, seconds = path.read_bytes(), 200 * 1024 / 48_000
    assert content.index(b"moov") < content.index(b"mdat")
    whole, half = probe(io.BytesIO(content)), probe(io.BytesIO(content[: len(content) // 2]))
    assert whole.duration == pytest.approx(seconds, abs=0.05)
    assert half.duration == pytest.approx(seconds / 2, abs=0.2)
    assert (whole.complete, half.complete) == (True, False)


@pytest.mark.parametrize("name", ["live webm", "fragmented mp4", "ogg"])
def test_a_live_stream_that_stops_is_complete(files: dict[str, bytes], name: str) -> None:
    """Its header was written before its end: that it stops early cannot be known."""
    facts = probe(io.BytesIO(files[name][: len(files[name]) // 2]))
    assert facts.complete
    assert facts.duration == pytest.approx(SECONDS / 2, abs=1.2)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wav_of_unknown_length_is_complete(files: dict[str, bytes], size: int) -> None:
    content = bytearray(files["wav"])
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", size)
    facts = probe(io.BytesIO(bytes(content)))
    assert facts.complete
    assert facts.duration == pytest.approx(SECONDS, abs=0.01)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\0" * 9000, "This is not an audio file"),
        (b"%PDF-1.7 ...", "This is not an audio file"),
        (b"OggS" + b"\0" * 100, "This is not an audio file"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 5000, "damaged or incomplete"),
        (b"fLaC" + b"\xff" * 5000, "damaged or incomplete"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "damaged or incomplete"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + b"\0" * 900, "damaged or incomplete"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(AudioUnreadable) as caught:
        probe(io.BytesIO(content))
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_header_without_sound_is_no_sound(files: dict[str, bytes]) -> None:
    header = files["wav"][: files["wav"].index(b"data") + 8]
    with pytest.raises(AudioUnreadable, match="No sound"):
        probe(io.BytesIO(header))


@pytest.mark.parametrize("sealed", [b"enca", b"drms"])
def test_a_protected_file_is_called_so(files: dict[str, bytes], sealed: bytes) -> None:
    content = files["m4a"].replace(b"mp4a", sealed, 1)
    assert content != files["m4a"]
    with pytest.raises(AudioUnreadable, match="copy-protected"):
        probe(io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "parts"), [("live webm", 5), ("mp3", 7), ("wav", 3), ("flac", 4), ("fragmented mp4", 4), ("ogg", 3)]
)  # fmt: skip
def test_a_later_chunk_is_measured_behind_its_head(
    files: dict[str, bytes], name: str, parts: int
) -> None:
    head, *later = split(files[name], parts)
    seconds = [probe_continuation(head, chunk) for chunk in later]
    share = SECONDS / parts
    assert all(0.3 * share < each < 1.2 * share for each in seconds)
    assert head.tell() == 0
    assert all(chunk.tell() == 0 for chunk in later)


def test_a_foreign_chunk_adds_no_sound(files: dict[str, bytes]) -> None:
    head = split(files["live webm"], 5)[0]
    for foreign in (b"", b"\0" * 4000, b"not sound at all " * 300):
        with pytest.raises(AudioUnreadable):
            probe_continuation(head, io.BytesIO(foreign))


@hypothesis(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(FACTS)),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30),
    st.floats(0.01, 1.0),
)
def test_damage_is_survived(name: str, damage: list[tuple[float, int]], share: float) -> None:
    content = bytearray(_small(name))
    for place, value in damage:
        content[int(place * len(content))] = value
    try:
        facts = probe(io.BytesIO(bytes(content[: int(share * len(content))])))
    except AudioUnreadable:
        return
    assert facts.duration > 0


def _small(name: str) -> bytes:
    if name == "live webm":
        return live_webm(tone(1.5))
    return fragmented_mp4(tone(1.5)) if name == "fragmented mp4" else encode(tone(1.5), name)
