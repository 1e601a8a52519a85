"""A real worker process for tests, and the sounds that it is given."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from config import settings
from services import recordings
from services.access import Actor
from services.recordings import Progress
from tests.sounds import live_webm

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "demo" / "session.ogg"
RATE = 48_000


@contextmanager
def worker(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """`worker.py` on this test's database and data folder; killed if it does not stop by itself."""
    env = os.environ | {
        "VERBATIM_DATA_DIR": str(settings().data_dir),
        "DATABASE_URL": settings().database,
        "VERBATIM_WORKER_TTL": "2",
    }
    process = subprocess.Popen(
        [sys.executable, ROOT / "worker.py"], env=env | environment, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_done(actor: Actor, recording_id: int, *, within: float = 120.0) -> Progress:
    """Waits until the worker has finished with a recording, well or not."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        (progress,) = recordings.watch(actor, [recording_id])
        if progress.state in ("done", "failed"):
            return progress
        time.sleep(0.2)
    raise AssertionError(f"not finished within {within:.0f} s: {progress}")


@cache
def spoken(start: float, end: float) -> np.ndarray:
    """Samples of the demo's session at 48 kHz: two voices, words that the project wrote."""
    from services.adapters.audio.decoding import decode

    with DEMO.open("rb") as stream:
        samples = np.concatenate(list(decode([stream])))
    return np.repeat(samples[round(start * 16_000) : round(end * 16_000)], 3)


def slices(samples: np.ndarray, parts: int) -> list[bytes]:
    """What MediaRecorder would hand over while this is said."""
    whole = live_webm(samples)
    size = -(-len(whole) // parts)
    return [whole[at : at + size] for at in range(0, len(whole), size)]
