"""Addresses that no page can have. A page's is one plain name; of any other Streamlit's page cannot find its own files
and stays empty, or shows a dialog of its own.
"""

import re

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NO_PAGE = "/no-such-page"  # the shell says so there, as at every name that it does not know
NAME = re.compile(r"/[A-Za-z0-9._~-]*/?")
NOT_PAGES = ("/api/", "/auth/")


class Addresses:
    """Leads a browser that opens such an address as a page to NO_PAGE. What a page itself asks for passes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _opens_a_page(scope) and not NAME.fullmatch(scope["path"]):
            return await RedirectResponse(NO_PAGE, 303)(scope, receive, send)
        await self._app(scope, receive, send)


def _opens_a_page(scope: Scope) -> bool:
    as_document = (b"sec-fetch-dest", b"document") in scope["headers"]  # not frames, not files
    return as_document and scope["method"] == "GET" and not scope["path"].startswith(NOT_PAGES)
