"""`python -m benchmarks.document_viewing [MB]`: viewing a large document, beside Starlette's FileResponse.

The product serves a sealed PDF of 500 MB from its own process with its whole middleware; beside it a bare Starlette
serves the same bytes, unencrypted, from a process of its own under the same server. Both are read over loopback, by
turns, after one round that does not count. Memory is the growth of the peak (`VmHWM`) of the product's process.
"""

import datetime as dt
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.product import Product
from tests.servers.ports import free_port

MB = 1_000_000
PIECE = 1 << 20
ROUNDS = 5
PATH = "letters/Therapist/1/2026-11-25/document-benchmark.pdf"
BESIDE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route
file = lambda request: FileResponse(sys.argv[1], media_type="application/pdf")
app = Starlette(routes=[Route("/file", file)])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), http="h11", access_log=False, log_level="error")
"""


def main() -> None:
    size = int(sys.argv[1] if len(sys.argv) > 1 else 500) * MB
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain.pdf"
        _write(plain, size)
        product = Product(folder / "data", VERBATIM_SUPERVISE_WORKER="0")
        product.seed()
        with product.opened():
            ident = _enter(plain, size)
        product.start()
        try:
            with _beside(plain) as port:
                _measure(product, port, ident, size)
        finally:
            product.stop()


def _measure(product: Product, port: int, ident: int, size: int) -> None:
    with product.sign_in() as client:
        cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
    sealed, plain = f"/api/v1/documents/{ident}/file", "/file"
    pid = product.pid
    rates: dict[str, list[float]] = {"product": [], "FileResponse": []}
    before = _peak(pid)
    for turn in range(ROUNDS + 1):
        for name, where, path in (("product", product.port, sealed), ("FileResponse", port, plain)):
            seconds = _fetch(where, path, cookie, size)
            if turn:
                rates[name].append(size / MB / seconds)
    growth = (_peak(pid) - before) / 1000
    ours, theirs = median(rates["product"]), median(rates["FileResponse"])
    print(f"{size / MB:,.0f} MB, median of {ROUNDS} rounds, load {os.getloadavg()[0]:.1f}\n")
    print("| figure | target | product | Starlette FileResponse |\n|---|---|---|---|")
    print(f"| MB/s | ≥ 60 % | {ours:,.0f} ({ours / theirs:.0%}) | {theirs:,.0f} |")
    print(f"| growth of the app's peak memory, MB | ≤ 40 | {growth:,.0f} | |")


def _write(path: Path, size: int) -> None:
    piece = os.urandom(PIECE)
    with path.open("wb") as file:
        for start in range(0, size, PIECE):
            file.write(piece[: size - start])


def _enter(plain: Path, size: int) -> int:
    """A document that was read long ago: the reading is not what is measured."""
    from models.database import sessions
    from models.document import Document, DocumentRole, DocumentState
    from services import encryption, vault

    with plain.open("rb") as file:
        vault.blobs().put(PATH, iter(lambda: file.read(PIECE), b""), "application/pdf")
    row = Document(
        user_id=1, therapist_id=1, role=DocumentRole.THERAPIST, feature="letters", path=PATH,
        content_type="application/pdf", size=size, sha256="0" * 64, state=DocumentState.READ,
        created_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    row.filename = encryption.seal(row, "filename", "benchmark.pdf")
    with sessions()() as session, session.begin():
        session.add(row)
        session.flush()
        return row.id


@contextmanager
def _beside(plain: Path) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BESIDE, str(plain), str(port)])
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _fetch(port: int, path: str, cookie: str, size: int) -> float:
    """Seconds for the whole answer, by a client that costs next to nothing."""
    request = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\n\r\n"
    buffer = bytearray(PIECE)
    with socket.create_connection(("127.0.0.1", port)) as line:
        start = time.perf_counter()
        line.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += line.recv(4096)
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        left = size - len(head.partition(b"\r\n\r\n")[2])
        while left > 0:
            got = line.recv_into(buffer)
            assert got, "the answer broke off"
            left -= got
        return time.perf_counter() - start


def _peak(pid: int) -> int:
    """Kilobytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
