"""How long a recorder waits until a chunk is safe: one recorder on an idle machine, then 50 at once.

Real Opus chunks of 5 s, each recorder one every 5 s as in life, against the product without its worker and,
in the same run, against a bare Starlette handler that writes the same bytes to a file and fsyncs it.

`python benchmarks/chunk_acknowledgement.py [RECORDERS]`
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np

from tests.product import Product
from tests.servers.ports import free_port
from tests.services.processing.working import slices, spoken

ROOT = Path(__file__).parents[1]
EVERY = 5.0  # seconds
ALONE, EACH = 24, 12  # chunks of one recorder alone, and of each of many
BARE = """
import os, uuid
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
async def take(request):
    form = await request.form()
    content = await form["file"].read()
    file = os.open(os.path.join(os.environ["FOLDER"], uuid.uuid4().hex), os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(file, content); os.fsync(file); os.close(file)
    return JSONResponse({"message": "ok"})
app = Starlette(routes=[Route("/api/v1/audio", take, methods=["POST"])])
"""


def main() -> None:
    recorders = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    chunks = slices(spoken(0.0, EVERY * ALONE), ALONE)
    loads = {1: chunks, recorders: chunks[:EACH]}
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        product = Product(folder / "data", VERBATIM_SUPERVISE_WORKER="0")
        product.seed()
        product.start()
        try:
            with product.sign_in() as client:
                cookies = dict(client.cookies)
            for count, sound in loads.items():
                rows["Verbatim", count] = _run(product.url, cookies, sound, count)
        finally:
            product.stop()
        with _bare(folder) as url:
            for count, sound in loads.items():
                rows["bare handler", count] = _run(url, {}, sound, count)
    print(
        "| server | recorders | chunks | median, ms | p95, ms | slowest, ms |\n|---|---|---|---|---|---|"
    )
    for (server, count), waits in rows.items():
        median, p95 = np.percentile(waits, [50, 95])
        print(
            f"| {server} | {count} | {len(waits)} | {median:.0f} | {p95:.0f} | {max(waits):.0f} |"
        )


def _run(url: str, cookies: dict[str, str], chunks: list[bytes], recorders: int) -> list[float]:
    async def all_of_them() -> list[float]:
        limits = httpx.Limits(max_connections=recorders)
        async with httpx.AsyncClient(
            base_url=url, headers={"origin": url}, cookies=cookies, limits=limits, timeout=30
        ) as client:
            each = [_recorder(client, chunks, number, recorders) for number in range(recorders)]
            return [wait for waits in await asyncio.gather(*each) for wait in waits]

    return asyncio.run(all_of_them())


async def _recorder(
    client: httpx.AsyncClient, chunks: list[bytes], number: int, of: int
) -> list[float]:
    """Milliseconds for each chunk; recorders do not start at the same moment."""
    await asyncio.sleep(EVERY * number / of)
    begun, waits = time.perf_counter(), []
    for sequence, chunk in enumerate(chunks):
        await asyncio.sleep(max(0.0, begun + EVERY * sequence - time.perf_counter()))
        form = {
            "therapist_userid": "1",
            "therapist_clientid": str(1 + number % 3),
            "session_id": f"load-{of}-{number}",
            "is_last_blob": str(sequence + 1 == len(chunks)),
            "sequence": str(sequence),
        }
        file = {"file": (f"chunk-{sequence:04d}.webm", chunk, "audio/webm")}
        sent = time.perf_counter()
        answer = await client.post("/api/v1/audio", data=form, files=file)
        waits.append(1000 * (time.perf_counter() - sent))
        answer.raise_for_status()
    return waits


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    (folder / "bare_handler.py").write_text(BARE)
    (folder / "chunks").mkdir()
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "uvicorn",
            "bare_handler:app",
            "--port",
            str(port),
            "--log-level",
            "error",
        ],
        cwd=folder,
        env=os.environ | {"FOLDER": str(folder / "chunks")},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx.get(url)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
