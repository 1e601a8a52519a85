"""How much may be sent, and how slowly: counted while it streams, whatever the headers claim.

Stands outside the guard. The sound of a session gets the room of a long recording and any total
time, but no long silence; everything else is small and must be there within seconds. Slow headers
are the proxy's to stop: uvicorn has no deadline for them (docs/deploy.md).
"""

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import problem
from config import settings
from services.recordings.addendum import MOST_MB

MB = 1024 * 1024
AUDIO = "/api/v1/audio"
DOCUMENTS = "/api/v1/documents"
MULTIPART_ROOM = MB  # the form fields around the file


@dataclass(frozen=True)
class Limit:
    size: int  # bytes
    idle: float  # seconds between two pieces
    total: float | None  # seconds for all of them


def limit_of(path: str) -> Limit:
    if path == AUDIO or path.startswith(AUDIO + "/"):
        return Limit(settings().max_upload_mb * MB + MULTIPART_ROOM, idle=60, total=None)
    if path == DOCUMENTS:  # several files in one form
        size = max(settings().max_upload_mb, settings().max_document_mb) * MB
        return Limit(size + MULTIPART_ROOM, idle=60, total=None)
    if path.startswith("/auth/"):
        return Limit(16 * 1024, idle=10, total=15)
    if path.startswith("/_stcore/upload_file"):
        # A spoken addendum, the only thing that comes this way. `spool_in_memory` keeps it off the disk.
        return Limit(MOST_MB * MB + MULTIPART_ROOM, idle=15, total=120)
    return Limit(2 * MB, idle=15, total=60)


def spool_in_memory() -> None:
    """Forms that others parse (Streamlit's uploader) would write anything over a megabyte to an unencrypted
    temporary file. None that passes `limit_of` is larger than this. Our own forms stream into a sealed spool."""
    from starlette.formparsers import MultiPartParser

    MultiPartParser.spool_max_size = (MOST_MB + 1) * MB


class BodyRefused(Exception):
    """The request was answered by the limit; whatever the application made of it does not count."""


class BodyLimits:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body = _Body(limit_of(scope["path"]), receive, send)
        claimed = dict(scope["headers"]).get(b"content-length", b"0")
        if not claimed.isdigit() or int(claimed) > body.limit.size:
            body.refuse(413 if claimed.isdigit() else 400)
        else:
            try:
                await self._app(scope, body.receive, body.send)
            except BodyRefused:
                pass
        if body.refused and not body.answered:
            await _refusal(body.refused, body.limit)(scope, receive, send)


class _Body:
    def __init__(self, limit: Limit, receive: Receive, send: Send) -> None:
        self.limit, self._receive, self._send = limit, receive, send
        self.refused = 0  # a status
        self.answered = False
        self._size = 0
        self._complete = False
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + limit.total if limit.total else None

    def refuse(self, status: int) -> None:
        self.refused = status

    async def receive(self) -> Message:
        if self._complete:  # only a disconnect can come, and it may take its time
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._patience())
        except TimeoutError:
            self.refuse(408)
            raise BodyRefused from None
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._size > self.limit.size:
            self.refuse(413)
            raise BodyRefused
        return message

    async def send(self, message: Message) -> None:
        """Frameworks turn any exception into an answer of their own; the limit's comes instead."""
        if self.refused and not self.answered:
            raise BodyRefused
        self.answered = True
        await self._send(message)

    def _patience(self) -> float:
        if self._deadline is None:
            return self.limit.idle
        left = self._deadline - asyncio.get_running_loop().time()
        return max(0.0, min(self.limit.idle, left))


def _refusal(status: int, limit: Limit) -> ASGIApp:
    if status == 413:
        words = f"{limit.size // MB} MB" if limit.size >= MB else f"{limit.size // 1024} kB"
        text = f"This is too large: at most {words} are accepted here. Nothing was stored."
        return problem(413, "too-large", text, {"connection": "close"})
    if status == 408:
        text = "Sending took too long and was ended. Nothing of this request was stored. Try again."
        return problem(408, "too-slow", text, {"connection": "close"})
    return problem(400, "bad-length", "The length of the request is not a number.")
