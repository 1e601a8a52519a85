"""Document Intelligence v4.0 (api-version 2024-11-30) over real HTTP, for the real SDK: it checks the key, the version,
the model and the content, starts an operation, lets itself be asked a few times, and answers in the service's shape; or
it fails in the way a test asks for."""

import json
import re
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, VERSION = "5d1a-test-key", "2024-11-30"
MODELS = ("prebuilt-layout", "prebuilt-read")
SUPPORTED = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")

Json = dict[str, Any]
Analyse = Callable[[str, bytes, dict[str, list[str]]], Json]  # model, content, query


@dataclass
class Request:
    """One request, as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to send in place of what the protocol says."""

    status: int
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def failure(status: int, code: str, inner: str | None = None, **headers: str) -> Answer:
    error: Json = {"code": code, "message": "what the service says of A. Person"}
    if inner:
        error["innererror"] = {"code": inner, "message": "more about A. Person"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"error": error}, named)


class DocumentIntelligence(ThreadingHTTPServer):
    """`posts` and `gets` are answered from first, by method; `polls` times an operation says that it runs."""

    daemon_threads = True

    def __init__(self, analyse: Analyse, polls: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.analyse, self.polls = analyse, polls
        self.requests: list[Request] = []
        self.posts: deque[Answer] = deque()
        self.gets: deque[Answer] = deque()
        self.operations: dict[str, list[Any]] = {}  # id: polls left, model, content, query
        self.knows_pairs = True

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.requests)

    def handle_error(self, *_: Any) -> None:
        """A client that gave up waiting is meant."""


@contextmanager
def document_intelligence(analyse: Analyse, polls: int = 1) -> Iterator[DocumentIntelligence]:
    server = DocumentIntelligence(analyse, polls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DocumentIntelligence

    def do_POST(self) -> None:
        request = self._arrived("POST")
        self._send(self._refusal(request, self.server.posts) or self._begun(request))

    def do_GET(self) -> None:
        request = self._arrived("GET")
        self._send(self._refusal(request, self.server.gets) or self._looked_up(request))

    def _arrived(self, method: str) -> Request:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method, url.path, parse_qs(url.query), headers, body)
        self.server.requests.append(request)
        return request

    def _refusal(self, request: Request, script: deque[Answer]) -> Answer | None:
        if request.headers.get("ocp-apim-subscription-key") != KEY:
            return failure(401, "401")  # as the gateway before the service says it
        if script:
            return script.popleft()
        if request.query.get("api-version") != [VERSION]:
            return failure(404, "404")
        return None

    def _begun(self, request: Request) -> Answer:
        found = re.fullmatch(r"/documentintelligence/documentModels/([\w-]+):analyze", request.path)
        if not found or found[1] not in MODELS:
            return failure(404, "NotFound", "ModelNotFound")
        if request.headers.get("content-type") != "application/octet-stream":
            return failure(400, "InvalidRequest", "InvalidContentType")
        if not request.body.startswith(SUPPORTED):
            return failure(400, "InvalidRequest", "InvalidContent")
        if "features" in request.query and not self.server.knows_pairs:
            return failure(400, "InvalidArgument", "InvalidParameter")
        name = str(uuid.uuid4())
        self.server.operations[name] = [self.server.polls, found[1], request.body, request.query]
        at = f"{self.server.endpoint}/documentintelligence/documentModels/{found[1]}/analyzeResults/{name}"
        return Answer(
            202, {}, {"Operation-Location": f"{at}?api-version={VERSION}", "apim-request-id": name}
        )

    def _looked_up(self, request: Request) -> Answer:
        operation = self.server.operations.get(request.path.rpartition("/")[2])
        if operation is None:
            return failure(404, "NotFound", "OperationNotFound")
        times = {
            "createdDateTime": "2026-11-25T08:00:00Z",
            "lastUpdatedDateTime": "2026-11-25T08:00:01Z",
        }
        if operation[0] > 0:
            operation[0] -= 1
            return Answer(200, {"status": "running", **times})
        _, model, content, query = operation
        result = self.server.analyse(model, content, query)
        if "error" in result:
            return Answer(200, {"status": "failed", **times, **result})
        made = {
            "apiVersion": VERSION,
            "modelId": model,
            "stringIndexType": query.get("stringIndexType", ["textElements"])[0],
            "contentFormat": "text",
            **result,
        }
        return Answer(200, {"status": "succeeded", **times, "analyzeResult": made})

    def _send(self, answer: Answer) -> None:
        body = json.dumps(answer.body).encode() if answer.body else b""
        self.send_response(answer.status)
        for name, value in ({"content-type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: the output is the tests'."""
