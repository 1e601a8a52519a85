"""The guard: one ASGI middleware before everything, pages, websocket, media and API alike.

Without a sign-in it lets through the form with its assets and two health answers, nothing else. It
refuses every request from another origin that could change something, and tells Streamlit which
sign-in a page belongs to, so that nobody resumes somebody else's page.
"""

import asyncio
import secrets
from collections import Counter
from typing import Any
from urllib.parse import quote

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import cookie
from api.guarded_socket import GuardedSocket, Wire
from api.problem import problem
from api.sign_in_form import ASSETS
from config import settings
from services import sign_in
from services.signed_in import Standing

FORM = "/auth/login"
# Whole paths: behind a prefix Streamlit would answer any address with its own page.
OPEN = frozenset(
    {FORM, "/auth/logout", "/healthz", "/readyz", *("/auth/assets/" + name for name in ASSETS)}
)
READS = frozenset({"GET", "HEAD"})
IDENTITY = b"x-verbatim-sign-in"  # .streamlit/config.toml maps it into st.user
SOCKETS_PER_SIGN_IN = 30
SIGN_IN_FIRST = "Sign in first. What was saved is safe."


class Guard:
    def __init__(self, app: ASGIApp, wire: Wire) -> None:
        self._app, self._wire = app, wire
        self._sockets: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        scope = dict(scope)
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != IDENTITY]
        scope["verbatim.request_id"] = secrets.token_hex(8)
        refusal = _refuse_unsafe(scope, headers)
        if refusal is not None:
            return await _answer(refusal, scope, receive, send)
        if _is_open(scope):
            return await self._app(scope, receive, send)
        token, who = await _identify(scope, headers)
        if who is None or token is None:
            return await _answer(_ask_to_sign_in(scope, headers), scope, receive, send)
        scope["headers"].append((IDENTITY, str(who.sign_in_id).encode()))
        scope["verbatim.who"] = who
        if scope["type"] == "http":
            return await self._app(scope, receive, send)
        await self._websocket(who, token, scope, receive, send)

    async def _websocket(
        self, who: Standing, token: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if self._sockets[who.sign_in_id] >= SOCKETS_PER_SIGN_IN:
            return await _answer(PlainTextResponse("", 429), scope, receive, send)
        self._sockets[who.sign_in_id] += 1
        try:
            socket = GuardedSocket(self._wire, FORM + "?ended=1", token, receive, send)
            await socket.run(self._app, scope)
        finally:
            self._sockets[who.sign_in_id] -= 1
            if not self._sockets[who.sign_in_id]:
                del self._sockets[who.sign_in_id]


def _refuse_unsafe(scope: Scope, headers: dict[bytes, str]) -> Response | None:
    """Paths that could be read in two ways, and requests from elsewhere that could change
    something."""
    path = scope["path"]
    if "//" in path or "\\" in path or "\0" in path or ".." in path.split("/"):
        return _refusal(scope, 400, "bad-path", "This address is not well formed.")
    reads = scope["type"] == "http" and scope["method"] in READS
    if reads or (_bearer(headers) is not None and _is_api(scope)):
        return None
    # Origin absent or "null" is refused too: every browser sends it where it matters.
    foreign = headers.get(b"origin") not in settings().origins
    if foreign or headers.get(b"sec-fetch-site", "same-origin") != "same-origin":
        return _refusal(scope, 403, "foreign-origin", "Requests from another site are refused.")
    return None


async def _identify(scope: Scope, headers: dict[bytes, str]) -> tuple[str | None, Standing | None]:
    """A request with a bearer token never falls back to the cookie. No API tokens exist yet."""
    if b"authorization" in headers:
        return None, None
    token = cookie.read(scope["headers"])
    active = scope["type"] == "http" and (_is_api(scope) or _navigates(headers))
    return token, await asyncio.to_thread(sign_in.lookup, token, touch=active)


def _ask_to_sign_in(scope: Scope, headers: dict[bytes, str]) -> Response:
    page = scope["type"] == "http" and not _is_api(scope)
    if page and (scope["path"] == "/" or _navigates(headers)):
        query = scope["query_string"].decode("latin-1")
        target = scope["path"] + ("?" + query if query else "")
        return RedirectResponse(f"{FORM}?next={quote(target, safe='')}", 303)
    return _refusal(scope, 401, "not-signed-in", SIGN_IN_FIRST)


def _refusal(scope: Scope, status: int, code: str, detail: str) -> Response:
    if _is_api(scope):
        return problem(status, code, detail)
    return PlainTextResponse(detail, status)


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":  # closed before it is accepted: the browser sees 403
        message: dict[str, Any] = {"type": "websocket.close", "code": 1008, "reason": ""}
        return await send(message)
    await response(scope, receive, send)


def _is_open(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["path"] in OPEN


def _is_api(scope: Scope) -> bool:
    return bool(scope["path"].startswith("/api/"))


def _navigates(headers: dict[bytes, str]) -> bool:
    return headers.get(b"sec-fetch-mode") == "navigate"


def _bearer(headers: dict[bytes, str]) -> str | None:
    kind, _, value = headers.get(b"authorization", "").partition(" ")
    return value if kind.lower() == "bearer" else None
