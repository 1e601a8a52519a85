"""The guard: one ASGI middleware before everything, pages, websocket, media and API alike.

Without a sign-in it lets through the form with its assets and two health answers, nothing else. It
refuses every request from another origin that could change something, and tells Streamlit which
sign-in a page belongs to, so that nobody resumes somebody else's page.
"""

import asyncio
import re
import secrets
from collections import Counter
from typing import Any
from urllib.parse import quote

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import bearer, cookie
from api.guarded_socket import GuardedSocket, Wire
from api.problem import problem
from api.sign_in_form import ASSETS
from config import settings
from services import sign_in
from services.signed_in import Standing, TokenHolder

FORM = "/auth/login"
DOCS = "/api/v1/docs"  # a page for people: they are sent to the form, like on every other page
# Whole paths: behind a prefix Streamlit would answer any address with its own page.
PROVIDER = frozenset({"/auth/oidc/start", "/auth/oidc/callback"})
# The identity provider's own request: no browser, no origin; a signed token says who sends it.
BACK_CHANNEL = "/auth/oidc/logout"
OPEN = PROVIDER | {
    FORM, "/auth/logout", "/healthz", "/readyz",
    *("/auth/assets/" + name for name in ASSETS),
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
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
        is_open = scope["type"] == "http" and (
            scope["path"] in OPEN or (scope["path"], scope["method"]) == (BACK_CHANNEL, "POST")
        )
        if is_open or _is_preflight(scope, headers):
            return await self._app(scope, receive, send)
        if scope["type"] == "http" and _is_api(scope) and b"authorization" in headers:
            return await self._with_token(scope, headers, receive, send)
        token, who = await _identify(scope, headers)
        if who is None or token is None:
            return await _answer(_ask_to_sign_in(scope, headers), scope, receive, send)
        scope["headers"].append((IDENTITY, str(who.sign_in_id).encode()))
        scope["verbatim.who"] = who
        if scope["type"] == "http":
            return await self._app(scope, receive, send)
        await self._websocket(who, token, scope, receive, send)

    async def _with_token(
        self, scope: Scope, headers: dict[bytes, str], receive: Receive, send: Send
    ) -> None:
        """Never falls back to the cookie: a program that sends a wrong token is told so."""
        token = bearer.token_of(headers)
        found = await bearer.identify(scope, token) if token else bearer.refused()
        if not isinstance(found, TokenHolder):
            return await _answer(found, scope, receive, send)
        scope["verbatim.who"] = found
        await self._app(scope, receive, send)

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
    # A newline would also slip past the pattern that every path of the API is matched with.
    if "//" in path or "\\" in path or CONTROL.search(path) or ".." in path.split("/"):
        return _refusal(scope, 400, "bad-path", "This address is not well formed.")
    reads = scope["type"] == "http" and scope["method"] in READS
    if scope["type"] == "http" and (path, scope["method"]) == (BACK_CHANNEL, "POST"):
        return None
    if reads or (bearer.token_of(headers) is not None and _is_api(scope)):
        return None
    if _is_preflight(scope, headers) or (_is_api(scope) and _shows_nothing(scope, headers)):
        return None
    # Origin absent or "null" is refused too: every browser sends it where it matters.
    foreign = headers.get(b"origin") not in settings().origins
    if foreign or headers.get(b"sec-fetch-site", "same-origin") != "same-origin":
        return _refusal(scope, 403, "foreign-origin", "Requests from another site are refused.")
    return None


def _shows_nothing(scope: Scope, headers: dict[bytes, str]) -> bool:
    """Neither sign-in nor token: nothing that another site could use. It is asked to sign in like everybody."""
    # OPTIONS is a browser that asks for another site's page; it is refused.
    is_asking = scope["type"] == "http" and scope["method"] != "OPTIONS"
    return is_asking and b"authorization" not in headers and cookie.read(scope["headers"]) is None


async def _identify(scope: Scope, headers: dict[bytes, str]) -> tuple[str | None, Standing | None]:
    """By the cookie. Pages and websockets know no other way."""
    if b"authorization" in headers:
        return None, None
    token = cookie.read(scope["headers"])
    active = scope["type"] == "http" and (_is_api(scope) or _navigates(headers))
    return token, await asyncio.to_thread(sign_in.lookup, token, touch=active)


def _ask_to_sign_in(scope: Scope, headers: dict[bytes, str]) -> Response:
    page = scope["type"] == "http" and (not _is_api(scope) or scope["path"] == DOCS)
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


def _is_preflight(scope: Scope, headers: dict[bytes, str]) -> bool:
    """A browser asks whether a page of an allowed origin may call the API; the API says with which headers."""
    return bool(
        scope["type"] == "http"
        and scope["method"] == "OPTIONS"
        and _is_api(scope)
        and b"access-control-request-method" in headers
        and headers.get(b"origin") in settings().cors_origins
    )


def _is_api(scope: Scope) -> bool:
    return bool(scope["path"].startswith("/api/"))


def _navigates(headers: dict[bytes, str]) -> bool:
    """Whether a browser opens a page. It says so itself, but for an address that is neither loopback nor https."""
    mode = headers.get(b"sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in headers.get(b"accept", "")
