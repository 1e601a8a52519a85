"""Bodies: how large, how slow, per path, and whatever their headers claim."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.formparsers import MultiPartParser
from starlette.types import Message, Receive, Scope, Send

from api.body_limits import MB, BodyLimits, Limit, limit_of, spool_in_memory
from services.recordings.addendum import MOST_MB
from tests.servers.app_process import AppProcess

FORM, AUDIO, OTHER = "/auth/login", "/api/v1/audio", "/api/v1/health"


def test_each_path_has_the_room_it_needs(configure: Callable[..., None]) -> None:
    configure(VERBATIM_MAX_UPLOAD_MB="100")
    assert limit_of(AUDIO) == Limit(101 * MB, idle=60, total=None)
    assert limit_of("/api/v1/audiobook").size == 2 * MB
    assert limit_of(FORM).size == 16 * 1024
    assert limit_of("/_stcore/upload_file/a/b") == Limit((MOST_MB + 1) * MB, idle=15, total=120)


def test_no_form_that_passes_is_spooled_to_the_disk() -> None:
    spool_in_memory()
    for path in ("/_stcore/upload_file/a/b", FORM, OTHER):
        assert limit_of(path).size <= MultiPartParser.spool_max_size


def chunked(size: int, piece: int = 64 * 1024) -> Iterator[bytes]:
    """Without a content-length."""
    for start in range(0, size, piece):
        yield b"x" * min(piece, size - start)


def send(app: AppProcess, path: str, token: str | None, content: bytes | Iterator[bytes]) -> int:
    answer = httpx.post(app.address + path, headers=app.headers(token), content=content, timeout=30)
    if answer.status_code == 413:
        assert answer.json()["code"] == "too-large"
    return answer.status_code


def test_too_large_by_its_own_length(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    assert send(app_process, FORM, None, b"x" * (16 * 1024 + 1)) == 413
    assert send(app_process, "/api/v1/nothing", token, b"x" * (2 * MB + 1)) == 413
    too_long = b"x" * ((MOST_MB + 1) * MB + 1)
    assert send(app_process, "/_stcore/upload_file/a/b", token, too_long) == 413


def test_too_large_without_a_length(app_process: AppProcess) -> None:
    body = b"email=a&password=" + b"x" * 17_000
    headers = app_process.headers() | {"content-type": "application/x-www-form-urlencoded"}
    answer = httpx.post(
        app_process.address + FORM, headers=headers, content=iter([body[:9000], body[9000:]])
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert "16 kB" in answer.json()["detail"]


def test_what_fits_gets_through(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    assert send(app_process, "/api/v1/nothing", token, chunked(2 * MB)) == 404


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "99999999999999999999"])
def test_a_length_that_is_none(app_process: AppProcess, length: str) -> None:
    with raw(app_process) as line:
        line.sendall(
            f"POST {FORM} HTTP/1.1\r\nhost: x\r\norigin: {app_process.address}\r\n"
            f"content-length: {length}\r\n\r\nx".encode()
        )
        assert line.recv(4096)[9:12] in (b"400", b"413")


def test_a_body_that_drips_is_ended(app_process: AppProcess) -> None:
    with raw(app_process) as line:
        line.sendall(
            f"POST {FORM} HTTP/1.1\r\nhost: x\r\norigin: {app_process.address}\r\n"
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n".encode()
        )
        begun = time.monotonic()
        line.settimeout(0.5)
        answer = b""
        while not answer and time.monotonic() - begun < 25:
            try:
                line.sendall(b"x")
                answer = line.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - begun == pytest.approx(15, abs=3)
        assert answer[9:12] in (
            b"408",
            b"",
        )  # some systems drop the answer when the client still sends


@contextmanager
def raw(app: AppProcess) -> Iterator[socket.socket]:
    host, port = urlsplit(app.address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        yield line


# --- the middleware alone: what a framework inside makes of a refused body --------------------------


class Swallowing:
    """Turns whatever goes wrong while it reads into an answer of its own, as FastAPI does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 200
        try:
            while (await receive()).get("more_body"):
                pass
        except Exception:
            status = 400
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def answered(path: str, pieces: AsyncIterator[bytes]) -> int:
    statuses: list[int] = []

    async def receive() -> Message:
        try:
            return {"type": "http.request", "body": await anext(pieces), "more_body": True}
        except StopAsyncIteration:
            return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": path, "headers": []}
    await BodyLimits(Swallowing())(scope, receive, send)
    (status,) = statuses
    return status


def test_the_limit_answers_whatever_the_framework_makes_of_it(
    configure: Callable[..., None],
) -> None:
    async def too_much() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * MB

    assert asyncio.run(answered(OTHER, too_much())) == 413


def test_sound_may_take_any_time_but_not_stand_still(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.body_limits.limit_of", lambda path: Limit(MB, idle=1, total=None))

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(8):
            await asyncio.sleep(0.2)
            yield b"x"

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(30)
        yield b"x"

    assert asyncio.run(answered(AUDIO, slow())) == 200
    begun = time.monotonic()
    assert asyncio.run(answered(AUDIO, stuck())) == 408
    assert time.monotonic() - begun < 15


def test_a_total_time_counts_however_steadily_it_drips(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.body_limits.limit_of", lambda path: Limit(MB, idle=0.3, total=0.5))

    async def steady() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.1)
            yield b"x"

    assert asyncio.run(answered(OTHER, steady())) == 408
