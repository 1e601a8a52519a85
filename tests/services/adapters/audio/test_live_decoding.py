"""Packets of the live encoder come out as the sound that went in, from any of them on."""

from fractions import Fraction

import av
import numpy as np
import pytest

from services.adapters.audio import Samples
from services.adapters.audio.live_decoding import PacketDecoder
from services.adapters.audio.live_encoding import LiveEncoder
from services.adapters.errors import AudioUnreadable
from tests.sounds import tone

SAMPLES = 960  # of a WebRTC frame: 20 ms at 48 kHz


def packets(said: np.ndarray) -> list[list[bytes]]:
    """As the recorder takes them, half a second at a time."""
    encoder, taken = LiveEncoder(), []
    whole = (said * 32767).astype(np.int16)
    for at in range(0, len(whole), SAMPLES):
        frame = av.AudioFrame.from_ndarray(whole[None, at : at + SAMPLES], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
        encoder.add(frame)
        if (at + SAMPLES) % 24_000 == 0:
            taken.append(encoder.take_packets())
    return taken


def hertz(samples: Samples) -> float:
    """The loudest frequency."""
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * 16_000 / len(samples)


def test_the_sound_is_the_same() -> None:
    pieces = packets(np.concatenate([tone(2.0), tone(2.0, 880.0)]))
    assert len(pieces) == 8
    decoder = PacketDecoder()
    sound = np.concatenate([decoder.decode(piece) for piece in pieces])
    assert abs(len(sound) / 16_000 - 4.0) < 0.05
    assert hertz(sound[8000:24_000]) == pytest.approx(440, abs=3)
    assert hertz(sound[40_000:56_000]) == pytest.approx(880, abs=3)


def test_begun_in_the_middle_it_is_right_as_well() -> None:
    pieces = packets(tone(4.0))
    decoder = PacketDecoder()
    sound = np.concatenate([decoder.decode(piece) for piece in pieces[4:]])
    assert abs(len(sound) / 16_000 - 2.0) < 0.05
    assert hertz(sound[8000:]) == pytest.approx(440, abs=3)


def test_what_is_no_packet_is_refused() -> None:
    with pytest.raises(AudioUnreadable):
        PacketDecoder().decode([b"\xff" * 7])
    assert len(PacketDecoder().decode([])) == 0
