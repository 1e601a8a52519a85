"""Large, slow and broken-off requests against the running product: little memory, and nothing left behind."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from config import settings
from services import api_tokens, clients, vault
from services.api_tokens import Scope
from tests.servers.app_process import AppProcess
from tests.services.written import change

MB = 1 << 20
BOUNDARY = "between-parts"
PIECE = bytes(MB)
# VERBATIM_STREAMED_MB makes the long test smaller on a small disk; it needs twice that in the temporary folder.
LARGE = int(os.environ.get("VERBATIM_STREAMED_MB", "2000")) * MB
MOST_RISE = 40 * MB


def resident(pid: int, what: str = "VmRSS") -> int:
    """Bytes of memory: now (VmRSS), or the most since the peak was forgotten (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"no {what}")


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def form_head(app: AppProcess, client_id: int, session: str) -> bytes:
    fields = {
        "therapist_userid": str(app.people.alice.user_id),
        "therapist_clientid": str(client_id),
        "session_id": session,
        "is_last_blob": "False",
    }
    parts = [
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    return ("".join(parts) + file).encode()


def wav_header(size: int) -> bytes:
    """48 kHz, stereo, 16 bits: 2,000 MB are three hours."""
    rate = 48_000
    return (
        b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
        + (1).to_bytes(2, "little") + (2).to_bytes(2, "little") + rate.to_bytes(4, "little")
        + (rate * 4).to_bytes(4, "little") + (4).to_bytes(2, "little")
        + (16).to_bytes(2, "little") + b"data" + size.to_bytes(4, "little")
    )  # fmt: skip


@pytest.fixture
def client_id(app_process: AppProcess) -> int:
    return clients.create_client(app_process.people.alice, "Nora Feldt")


@pytest.fixture
def headers(app_process: AppProcess) -> dict[str, str]:
    secret = api_tokens.create(app_process.people.alice, "streams", Scope.WRITE, 1).secret
    return {
        "authorization": f"Bearer {secret}",
        "content-type": f"multipart/form-data; boundary={BOUNDARY}",
    }


def spooled(pid: int) -> list[str]:
    """What the process keeps open of its spool; these files have no names."""
    folder = str(settings().data_dir / "spool")
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(each.readlink()))
        except OSError:  # closed meanwhile
            continue
    return [target for target in found if target.startswith(folder)]


def until(condition: Callable[[], object], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def test_uploads_that_break_off_leave_nothing(
    app_process: AppProcess, client_id: int, headers: dict[str, str]
) -> None:
    place, pid = urlsplit(app_process.address), app_process.process.pid
    before = set(vault.blobs().list(""))
    for number in range(5):
        head = form_head(app_process, client_id, f"broken-{number}")
        lines = [f"POST /api/v1/audio HTTP/1.1\r\nhost: {place.netloc}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in headers.items()]
        lines.append(f"content-length: {50 * MB}\r\n\r\n")
        with socket.create_connection((place.hostname or "", place.port or 0), 10) as line:
            line.sendall("".join(lines).encode() + head + wav_header(50 * MB) + PIECE * 3)
            until(lambda: spooled(pid))
        until(lambda: not spooled(pid))
    assert set(vault.blobs().list("")) == before
    listed = httpx.get(
        app_process.address + "/api/v1/recordings", params={"client": client_id}, headers=headers
    )
    assert listed.json() == []


def test_slow_requests_do_not_keep_others_waiting(
    app_process: AppProcess, headers: dict[str, str]
) -> None:
    """Slowloris: many lines open, a few bytes each, while everybody else is served as ever."""
    place = urlsplit(app_process.address)
    lines = []
    try:
        for _ in range(200):
            line = socket.create_connection((place.hostname or "", place.port or 0), 10)
            line.sendall(b"POST /api/v1/transcribe HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n")
            lines.append(line)
        memory = resident(app_process.process.pid)
        for _ in range(5):
            started = time.monotonic()
            answer = httpx.get(
                app_process.address + "/api/v1/recordings", headers=headers, timeout=10
            )
            assert answer.status_code == 200
            assert time.monotonic() - started < 5
            for line in lines:
                line.sendall(b"x: y\r\n")
        assert resident(app_process.process.pid) - memory < MOST_RISE
    finally:
        for line in lines:
            line.close()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_gigabytes_in_and_out_take_little_memory(
    app_process: AppProcess, client_id: int, headers: dict[str, str]
) -> None:
    pid = app_process.process.pid
    with httpx.Client(base_url=app_process.address, headers=headers, timeout=900) as client:
        client.get("/api/v1/recordings")  # what is made at the first request is there

        def body() -> Iterator[bytes]:
            yield form_head(app_process, client_id, "large") + wav_header(LARGE)
            for _ in range(LARGE // MB):
                yield PIECE
            yield f"\r\n--{BOUNDARY}--\r\n".encode()

        forget_peak(pid)
        before = resident(pid)
        answer = client.post("/api/v1/audio", content=body())
        assert answer.status_code == 200, answer.text
        risen_in = resident(pid, "VmHWM") - before

        recording_id = answer.json()["recording_id"]
        path = answer.json()["message"].removeprefix("File uploaded successfully as ").rstrip("!")
        change(recording_id, playback_path=path, playback_type="audio/wav")
        forget_peak(pid)
        before = resident(pid)
        received = 0
        with client.stream("GET", f"/api/v1/sessions/{recording_id}/audio") as stream:
            assert stream.headers["content-length"] == str(LARGE + 44)
            for piece in stream.iter_bytes():
                received += len(piece)
        risen_out = resident(pid, "VmHWM") - before
    assert received == LARGE + 44
    print(f"{LARGE // MB} MB: upload +{risen_in / MB:.1f} MB, download +{risen_out / MB:.1f} MB")
    assert risen_in < MOST_RISE
    assert risen_out < MOST_RISE
    assert threading.active_count() < 50
