"""SIGKILL at random moments of ingest and processing: nothing acknowledged is lost, nothing is done twice."""

import os
import random
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.plaintext import of_the_demo, traces
from tests.product import Product
from tests.services.processing.working import slices, spoken

KILLS = int(os.environ.get("VERBATIM_KILLS", "3"))  # fifty for a release
SESSIONS = 10
PARTS = 4
SEED = 20261124


@dataclass
class Sender:
    """Sends the chunks of all sessions, each again and again until it is acknowledged."""

    product: Product
    acknowledged: set[tuple[str, int]] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def run(self, sessions: dict[str, list[bytes]], pace: float) -> None:
        with self.product.sign_in() as client:
            for sequence in range(PARTS):
                for name, chunks in sessions.items():
                    self._send(client, name, sequence, chunks[sequence])
                    time.sleep(pace)
        self.done.set()

    def _send(self, client: httpx.Client, name: str, sequence: int, chunk: bytes) -> None:
        fields = {
            "therapist_userid": "1",
            "therapist_clientid": "1",
            "session_id": name,
            "is_last_blob": str(sequence == PARTS - 1),
            "sequence": str(sequence),
        }
        while True:
            try:
                answer = client.post(
                    "/api/v1/audio", data=fields, files={"file": ("part.webm", chunk)}
                )
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code == 200:
                self.acknowledged.add((name, sequence))
                return
            if answer.status_code < 500:
                self.problems.append(f"{answer.status_code} {answer.text}")
                return
            time.sleep(0.1)


@pytest.mark.timeout(1500)
def test_kills_lose_nothing(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    sessions = {
        f"session-{n}": slices(spoken(5.0 * n, 5.0 * n + 12), PARTS) for n in range(SESSIONS)
    }
    product = Product(tmp_path / "data")
    product.seed()
    product.start()
    sender = Sender(product)
    thread = threading.Thread(target=sender.run, args=(sessions, 0.05 * KILLS / 10), daemon=True)
    try:
        thread.start()
        killed = _kill_at_random(product, rng)
        thread.join(120)
        assert sender.done.is_set()
        _until_all_done(product, within=300)
    finally:
        product.stop()
    assert sum(killed.values()) == KILLS
    assert not sender.problems
    assert len(sender.acknowledged) == SESSIONS * PARTS
    with product.opened():
        _everything_is_there_once(sessions)
    assert traces(of_the_demo(), product.folder, product.log) == set()
    print(f"{KILLS} kills ({dict(killed)}), {len(sender.acknowledged)} chunks acknowledged, 0 lost")


def _kill_at_random(product: Product, rng: random.Random) -> Counter[str]:
    killed: Counter[str] = Counter()
    while sum(killed.values()) < KILLS:
        time.sleep(rng.uniform(0.2, 2.5))
        if rng.random() < 0.4:
            product.kill_app()
            killed["app"] += 1
            time.sleep(rng.uniform(0.0, 0.5))
            product.start()
        elif product.kill_worker():
            killed["worker"] += 1
    return killed


def _until_all_done(product: Product, *, within: float) -> None:
    deadline = time.monotonic() + within
    states: list[tuple[str, str]] = []
    while time.monotonic() < deadline:
        with sqlite3.connect(product.folder / "verbatim.db", timeout=10) as database:
            states = database.execute(
                "SELECT session_id, state FROM recordings WHERE session_id LIKE 'session-%'"
            ).fetchall()
        if len(states) == SESSIONS and all(state == "done" for _, state in states):
            return
        assert not [s for s in states if s[1] == "failed"], states
        time.sleep(0.5)
    raise AssertionError(states)


def _everything_is_there_once(sessions: dict[str, list[bytes]]) -> None:
    """Reads the data folder as the product would, in this process."""
    from sqlalchemy import func, select

    from models.database import sessions as database
    from models.note import Note
    from models.recording import AudioBlob, Recording, TranscribedPassage
    from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
    from services import access_chain, vault

    with database()() as session:
        for recording in session.scalars(
            select(Recording).where(Recording.session_id.like("session-%"))
        ):
            blobs = session.scalars(
                select(AudioBlob)
                .where(AudioBlob.recording_id == recording.id)
                .order_by(AudioBlob.sequence)
            )
            stored = [b"".join(vault.blobs().read(blob.path)) for blob in blobs]
            assert stored == sessions[recording.session_id]
            assert recording.attempt == 1
            made = select(func.count()).where(
                TherapistSessionTranscript.recording_id == recording.id
            )
            assert session.scalar(made) == 1
            left = select(func.count()).where(TranscribedPassage.recording_id == recording.id)
            assert session.scalar(left) == 0
            summaries = (
                select(func.count())
                .select_from(TherapistSessionTranscriptHistory)
                .join(TherapistSessionTranscript)
                .where(TherapistSessionTranscript.recording_id == recording.id)
            )
            assert session.scalar(summaries) == 1
            drafts = select(func.count()).where(Note.recording_id == recording.id)
            assert session.scalar(drafts) == 1
        assert not list(access_chain.verify(session))
