"""Requests and websockets as they go over the wire, with nobody in between who tidies them up."""

import http.client
import time
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.servers.app_process import AppProcess

RERUN = b"\x5a\x00"  # BackMsg.rerun_script, field 11, empty


def raw(app: AppProcess, method: str, target: str, headers: dict[str, str]) -> tuple[int, str]:
    """A request whose path nobody tidies up on the way; (status, location)."""
    connection = http.client.HTTPConnection(urlsplit(app.address).netloc, timeout=10)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers.get("location", "")
    finally:
        connection.close()


def stream(app: AppProcess, token: str | None, **headers: str) -> ClientConnection:
    """The websocket of a page, as Streamlit's frontend opens it."""
    given = app.headers(token) | headers
    origin = given.pop("origin", None)
    return connect(
        app.address.replace("http", "ws") + "/_stcore/stream",
        origin=origin,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=given,
        user_agent_header=None,
        open_timeout=10,
    )


def conversation(page: ClientConnection, seconds: float = 10) -> bytes:
    """Asks for a run of the script; all frames until it has finished."""
    page.send(RERUN)
    seen = b""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            frame = page.recv(timeout=1.5)
        except TimeoutError:
            break
        assert isinstance(frame, bytes)
        seen += frame
    return seen


def rest(page: ClientConnection) -> list[tuple[float, bytes]]:
    """What comes, and when, until the server closes the websocket of a page that stays."""
    frames: list[tuple[float, bytes]] = []

    def read_on() -> None:
        while True:
            frame = page.recv(timeout=10)
            assert isinstance(frame, bytes)
            frames.append((time.monotonic(), frame))

    with pytest.raises(ConnectionClosed) as closed:
        read_on()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
    return frames
