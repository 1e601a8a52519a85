"""A 50-minute session through the whole product: how long after its last chunk is the transcript there?

The worker is a process of its own on SQLite; chunks of 5 s arrive through `recordings.add_chunk`, faster than real
time but never further ahead than the worker keeps up (AHEAD); with PACE=1 one every 5 s. Prints seconds from the
acknowledgement of the last chunk to the stored transcript with speakers, and the worker's processor time and peak
memory.

`python benchmarks/session_latency.py [MINUTES]`
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio" / "sessions"
SLICE = 5.0  # seconds
# Seconds that may be waiting when the next chunk comes: what waits in a session that arrives in real time, where a
# passage is cut once 30 s of it are there and done before the next chunk (PACE=1 says how much waited).
AHEAD = 30.0
RUNS = int(os.environ.get("RUNS", "3"))
PACE = float(os.environ.get("PACE", "inf"))  # times real time at the most


def main() -> None:
    if not EVAL.is_dir():
        print(f"No evaluation audio in {EVAL}: nothing measured.")
        return
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 50.0
    slices = _slices(minutes * 60)
    results = [_run(slices) for _ in range(RUNS)]
    print("| figure | median | of | runs |\n|---|---|---|---|")
    names = {
        "latency": "last chunk to stored transcript, s",
        "speed": "arrival, times real time",
        "waited": "most sound that waited, with the chunk that came, s",
        "cpu": "processor time of the worker, s",
        "rss": "peak memory of the worker, MB",
    }
    for key, words in names.items():
        values = sorted(result[key] for result in results)
        runs = ", ".join(f"{value:.2f}" for value in values)
        print(f"| {words} | {values[len(values) // 2]:.2f} | {minutes:g} min | {runs} |")


def _slices(seconds: float) -> list[bytes]:
    """One live WebM/Opus stream, cut about every SLICE seconds as MediaRecorder does."""
    from services.adapters.audio.decoding import decode
    from tests.sounds import live_webm

    pieces: list[np.ndarray] = []
    files = sorted(EVAL.glob("*.flac"))
    total = 0.0
    while total < seconds:
        with files[len(pieces) % len(files)].open("rb") as stream:
            pieces.append(np.concatenate(list(decode([stream]))))
        total += len(pieces[-1]) / 16_000
    samples = np.concatenate(pieces)[: round(seconds * 16_000)]
    whole = live_webm(samples, rate=16_000)
    count = round(seconds / SLICE)
    size = -(-len(whole) // count)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def _run(slices: list[bytes]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VERBATIM_DATA_DIR": folder, "DATABASE_URL": ""}
        from tests.conftest import forget_settings

        forget_settings()
        from commands.migrate import migrate
        from services.vault import open_vault

        migrate()
        open_vault()
        worker = subprocess.Popen([sys.executable, ROOT / "worker.py"], cwd=ROOT)
        try:
            return _session(slices, worker.pid)
        finally:
            worker.terminate()
            worker.wait(30)
            forget_settings()


def _session(slices: list[bytes], pid: int) -> dict[str, float]:
    from models.user import Role
    from tests.people import enrol
    from tests.services.recordings.sending import Recorder

    recorder = Recorder(enrol("bench", Role.THERAPIST), language="en")
    began, seconds, waited = time.monotonic(), 0.0, 0.0
    cpu = _cpu(pid)
    for sequence, chunk in enumerate(slices):
        last = sequence == len(slices) - 1
        received = recorder.send(chunk, sequence=sequence, last=last, session_id="fifty")
        acknowledged = time.monotonic()
        seconds += SLICE
        waited = max(waited, _waiting(received.recording_id))
        while not last and (
            seconds > PACE * (time.monotonic() - began) or _waiting(received.recording_id) > AHEAD
        ):
            time.sleep(0.1)
    speed = seconds / (acknowledged - began)
    while not _has_transcript(received.recording_id):
        time.sleep(0.05)
    latency = time.monotonic() - acknowledged
    time.sleep(4)  # the file to play and the summary belong to the cost
    return {
        "latency": latency,
        "speed": speed,
        "waited": waited,
        "cpu": _cpu(pid) - cpu,
        "rss": _peak(pid),
    }


def _waiting(recording_id: int) -> float:
    """Seconds of sound that have arrived and are not transcribed. Chunks of equal size are not equally long."""
    from models.database import sessions
    from models.recording import Recording

    with sessions()() as session:
        recording = session.get_one(Recording, recording_id)
        return recording.seconds_received - recording.seconds_transcribed


def _has_transcript(recording_id: int) -> bool:
    from sqlalchemy import select

    from models.database import sessions
    from models.transcript import TherapistSessionTranscript as Table

    with sessions()() as session:
        return (
            session.scalar(select(Table.id).where(Table.recording_id == recording_id)) is not None
        )


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
