"""A page's websocket for as long as its sign-in stands.

Closing it would leave the record on screen behind "Connection error". So when the sign-in ends, the
page is sent to the sign-in form first; whoever ignores that is closed a moment later. Whatever the
script still produces stays here.
"""

import asyncio
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import sign_in

CHECK_EVERY = 1.5  # seconds; an open page is gone within 3 s of sign-out or revocation
GRACE = 2.0  # seconds that a page gets to leave by itself
POLICY_VIOLATION = 1008


class Wire(Protocol):
    """Streamlit's protocol, known to ui/wire.py only."""

    STREAM: str

    def redirect(self, url: str) -> bytes: ...
    def is_activity(self, frame: bytes) -> bool: ...


class GuardedSocket:
    def __init__(self, wire: Wire, form: str, token: str, receive: Receive, send: Send) -> None:
        self._wire, self._form, self._token = wire, form, token
        self._browser, self._to_browser = receive, send
        self._ended = asyncio.Event()
        self._accepted = self._closed = False

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        page = asyncio.ensure_future(app(scope, self._receive, self._send))
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            while not page.done() and not self._ended.is_set():
                await asyncio.wait(
                    {page, ended}, timeout=CHECK_EVERY, return_when=asyncio.FIRST_COMPLETED
                )
                if not page.done() and not await self._stands(touch=False):
                    self._ended.set()
            if self._ended.is_set():
                await self._leave(is_page=scope["path"] == self._wire.STREAM)
                await asyncio.wait({page}, timeout=GRACE)
            if page.done() and not page.cancelled():
                page.result()
        finally:
            ended.cancel()
            page.cancel()

    async def _receive(self) -> Message:
        """The browser's next message; a disconnect once the sign-in has ended."""
        incoming = asyncio.ensure_future(self._browser())
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({incoming, ended}, return_when=asyncio.FIRST_COMPLETED)
            if incoming.done():
                message = incoming.result()
                frame = message.get("bytes")
                if frame is None or await self._stands(touch=self._wire.is_activity(frame)):
                    return message
                self._ended.set()
        finally:
            incoming.cancel()
            ended.cancel()
        return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

    async def _send(self, message: Message) -> None:
        if self._ended.is_set() or self._closed:
            return
        self._accepted |= message["type"] == "websocket.accept"
        self._closed |= message["type"] == "websocket.close"
        await self._to_browser(message)

    async def _leave(self, *, is_page: bool) -> None:
        if self._closed:
            return
        self._closed = True
        if self._accepted and is_page:
            frame = self._wire.redirect(self._form)
            await self._to_browser({"type": "websocket.send", "bytes": frame})
            if await self._has_left():
                return
        close = {"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "signed out"}
        await self._to_browser(close)

    async def _has_left(self) -> bool:
        """Waits for the browser to close, for a moment; what else it sends is dropped."""
        try:
            async with asyncio.timeout(GRACE):
                while (await self._browser())["type"] != "websocket.disconnect":
                    pass
        except TimeoutError:
            return False
        return True

    async def _stands(self, *, touch: bool) -> bool:
        return await asyncio.to_thread(sign_in.lookup, self._token, touch=touch) is not None
