"""A chat-completions server that speaks OpenAI's protocol over real HTTP, for the real SDK. It checks key, path and
model, keeps what it was asked, and answers what the script says; or it fails in the way a test asks for."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, MODEL = "sk-test-77c3", "notes-large"
ANSWERED_BY = "notes-large-2026-10"  # servers name the model more exactly than they are asked

Json = dict[str, Any]


@dataclass
class Request:
    """One request, as it arrived."""

    path: str
    headers: dict[str, str]
    body: Json

    @property
    def text(self) -> str:
        """All that the model is told."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def line_ids(self) -> list[int]:
        """The lines of the transcript in it, by their marks."""
        return [
            int(line[1 : line.index("]")]) for line in self.text.splitlines() if line[:1] == "["
        ]


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


def completion(
    content: str | Json | None, *, finish: str = "stop", refusal: str | None = None
) -> Json:
    """A chat completion as OpenAI gives it."""
    said = json.dumps(content) if isinstance(content, dict) else content
    message = {"role": "assistant", "content": said, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": ANSWERED_BY,
        "choices": [{"index": 0, "finish_reason": finish, "message": message, "logprobs": None}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 50, "total_tokens": 950},
    }


def failure(status: int, code: str | None = "error", said: str = "no", **headers: str) -> Reply:
    """An error in OpenAI's form; pauses are short unless the test says otherwise."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"message": said, "type": "invalid_request_error", "param": None, "code": code}
    return Reply({"error": error}, status, {"retry-after-ms": "1"} | names)


Write = Callable[[Request], Json]


class ChatServer(ThreadingHTTPServer):
    """`write` answers what `script` leaves over: the content of the answer. `key` None lets everyone in."""

    daemon_threads = True

    def __init__(self, write: Write, key: str | None = KEY) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.write, self.key = write, key
        self.requests: list[Request] = []
        self.script: deque[Reply] = deque()
        self.over = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: Any) -> None:
        """A client that gave up waiting is meant."""


@contextmanager
def chat_server(write: Write, key: str | None = KEY) -> Iterator[ChatServer]:
    server = ChatServer(write, key)
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
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, body)
        self.server.requests.append(request)
        if self.server.script:
            self._send(self.server.script.popleft())
        else:
            self._send(self._refusal(request) or Reply(completion(self.server.write(request))))

    def _refusal(self, request: Request) -> Reply | None:
        key, body = self.server.key, request.body
        if key and request.headers.get("authorization") != f"Bearer {key}":
            return failure(401, "invalid_api_key", "Incorrect API key provided")
        if request.path != "/v1/chat/completions" or body["model"] != MODEL:
            return failure(404, "model_not_found")
        form = body.get("response_format", {}).get("json_schema", {})
        if not (form.get("strict") and _is_strict(form["schema"])):
            return failure(400, "invalid_json_schema")
        return None

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


def _is_strict(part: Any) -> bool:
    """OpenAI's rule: every object closed, every property required, nothing with a default."""
    if isinstance(part, list):
        return all(_is_strict(one) for one in part)
    if not isinstance(part, dict):
        return True
    if part.get("type") == "object":
        closed = part.get("additionalProperties") is False
        if not closed or set(part["required"]) != set(part["properties"]):
            return False
    return "default" not in part and all(_is_strict(one) for one in part.values())
