"""Security headers on every response, refusals included: the outermost middleware.

The policy is the strictest under which every element was seen to render (no 'unsafe-eval', no
inline script but Streamlit's own, by hash). 'unsafe-inline' for styles and blob: for scripts are
Streamlit's needs.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config import settings

# Named files that never change, or change their name: the only ones a browser may keep.
CACHEABLE = ("/static/", "/app/static/", "/app/parts/", "/auth/assets/")
FORM_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The one thing that is shown in a frame, on our own pages: streamlit-webrtc is a component of the older kind.
FRAMED = "/component/"
FRAMED_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
# The file of a document, shown in a frame on our own pages. A browser's PDF viewer does not start in a sandbox;
# everything else gets one, so that no script in it can run whatever it claims to be.
DOCUMENT = re.compile(r"/api/v1/documents/\d+/file")
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Swagger UI: our own script and styles, and the little pictures it draws itself.
DOCS = "/api/v1/docs"
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: browsers would then send "Origin: null" with the sign-in form.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "microphone=(self), display-capture=(self), camera=(), geolocation=(), payment=(), usb=(), "
        "serial=(), midi=(), browsing-topics=()"
    ),
}
YEAR = 365 * 24 * 3600


def page_policy(inline_scripts: Iterable[str]) -> str:
    """`inline_scripts` are CSP hash sources."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self' blob:", *inline_scripts)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Headers:
    def __init__(self, app: ASGIApp, inline_scripts: Iterable[str]) -> None:
        self._app, self._policy = app, page_policy(inline_scripts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self._set(headers, scope["path"])
                if not _may_be_kept(message["status"], headers, scope["path"]):
                    headers["cache-control"] = "no-store"
                _secure_cookies(message)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _set(self, headers: MutableHeaders, path: str) -> None:
        for name, value in FIXED.items():
            headers[name] = value
        headers["content-security-policy"] = self._policy_of(path)
        is_document = DOCUMENT.fullmatch(path) is not None
        if is_document:
            is_pdf = headers.get("content-type") == "application/pdf"
            sandbox = "" if is_pdf else "; sandbox"
            headers["content-security-policy"] = DOCUMENT_POLICY + sandbox
        if path.startswith(FRAMED) or is_document:
            headers["x-frame-options"] = "SAMEORIGIN"
        if settings().over_tls:
            headers["strict-transport-security"] = f"max-age={YEAR}; includeSubDomains"

    def _policy_of(self, path: str) -> str:
        if path.startswith("/auth/"):
            return FORM_POLICY
        if path.startswith(FRAMED):
            return FRAMED_POLICY
        if path == DOCS:
            return DOCS_POLICY
        return API_POLICY if path.startswith("/api/") else self._policy


def _may_be_kept(status: int, headers: MutableHeaders, path: str) -> bool:
    """Streamlit answers unknown paths under /static/ with its page: that one is not a named file."""
    is_page = headers.get("content-type", "").startswith("text/html")
    return path.startswith(CACHEABLE) and status in (200, 206, 304) and not is_page


def _secure_cookies(message: Message) -> None:
    """Streamlit sets its own cookies without Secure."""
    if settings().over_tls:
        message["headers"] = [
            (name, value + b"; Secure")
            if name.lower() == b"set-cookie" and b"secure" not in value.lower()
            else (name, value)
            for name, value in message["headers"]
        ]
