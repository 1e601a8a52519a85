"""Sounds made by code, and their encoding into every container that a person may send."""

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np

CODECS = {  # container -> (FFmpeg muxer, encoder)
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("mp4", "aac"),
    "webm": ("webm", "libopus"),
    "ogg": ("ogg", "libopus"),
    "flac": ("flac", "flac"),
}


def tone(
    seconds: float, hertz: float = 440.0, rate: int = 48_000, level: float = 0.3
) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def encode(
    samples: np.ndarray,
    name: str,
    *,
    rate: int = 48_000,
    channels: int = 1,
    codec: str | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """A file of the container `name` (a key of CODECS) with these mono samples on every channel."""
    muxer, encoder = CODECS[name]
    target = io.BytesIO()
    layout = "mono" if channels == 1 else "stereo"
    with av.open(target, "w", format=muxer, options=options or {}) as out:
        stream = out.add_stream(codec or encoder, rate=rate, layout=layout)
        for at in range(0, len(samples), rate // 10):
            planes = np.repeat(samples[None, at : at + rate // 10], channels, 0)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes), "fltp", layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target.getvalue()


def live_webm(samples: np.ndarray, rate: int = 48_000) -> bytes:
    """What MediaRecorder makes: clusters of a second, no duration, no index."""
    return encode(samples, "webm", rate=rate, options={"live": "1", "cluster_time_limit": "1000"})


def fragmented_mp4(samples: np.ndarray, rate: int = 48_000) -> bytes:
    """What Safari's MediaRecorder makes: a moov without samples, then a fragment per second."""
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000"}
    return encode(samples, "m4a", rate=rate, options=options)


def split(data: bytes, parts: int) -> Sequence[io.BytesIO]:
    size = -(-len(data) // parts)
    return [io.BytesIO(data[at : at + size]) for at in range(0, len(data), size)]
