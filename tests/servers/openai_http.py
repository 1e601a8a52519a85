"""What the servers that speak OpenAI's protocol share: real HTTP, the key, errors in OpenAI's form, and a script of
replies that fail in the way a test asks for."""

import json
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, TypeVar

Json = dict[str, Any]
Asked = TypeVar("Asked")


@dataclass
class Reply:
    """What to send."""

    body: bytes | str | Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0  # seconds of waiting before the first byte
    drip: float = 0.0  # seconds between the pieces of the body
    cut: bool = False  # announces more than it sends

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


def failure(status: int, code: str | None = "error", said: str = "no", **headers: str) -> Reply:
    """An error in OpenAI's form; the SDK's pauses are short unless the test says otherwise."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"message": said, "type": "invalid_request_error", "param": None, "code": code}
    return Reply({"error": error}, status, {"retry-after-ms": "1"} | names)


class OpenAIServer(ThreadingHTTPServer, ABC, Generic[Asked]):
    """Keeps every request; `reply` answers what `script` leaves over, to who has the key (None lets everyone in)."""

    daemon_threads = True

    def __init__(self, key: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = key
        self.requests: list[Asked] = []
        self.script: deque[Reply] = deque()
        self.over = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @abstractmethod
    def parsed(self, path: str, headers: dict[str, str], body: bytes) -> Asked:
        """`headers` by their names in lower case."""

    @abstractmethod
    def reply(self, request: Asked) -> Reply: ...

    def handle_error(self, *_: Any) -> None:
        """A client that gave up waiting is meant."""


Server = TypeVar("Server", bound=OpenAIServer[Any])


@contextmanager
def running(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OpenAIServer[Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        server, key = self.server, self.server.key
        request = server.parsed(self.path, headers, body)
        server.requests.append(request)
        if server.script:
            self._send(server.script.popleft())
        elif key and headers.get("authorization") != f"Bearer {key}":
            self._send(failure(401, "invalid_api_key", "Incorrect API key provided"))
        else:
            self._send(server.reply(request))

    def _send(self, reply: Reply) -> None:
        body = reply.encoded()
        if self.server.over.wait(reply.after):
            return
        self.send_response(reply.status)
        for name, value in ({"content-type": "application/json"} | reply.headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body) + (100 if reply.cut else 0)))
        self.end_headers()
        for at in range(0, len(body), 50 if reply.drip else max(len(body), 1)):
            self.wfile.write(body[at : at + 50] if reply.drip else body)
            self.wfile.flush()
            if reply.drip and self.server.over.wait(reply.drip):
                return
        self.close_connection = reply.cut

    def log_message(self, *_: Any) -> None:
        """Nothing: the output is the tests'."""
