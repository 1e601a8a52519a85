"""The API as the guard hands requests on: with who is asking, and nothing in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from api.app import create_api
from models.base import now
from services import bearer
from services.access import Actor
from services.signed_in import Standing, TokenHolder


class _Guarded:
    def __init__(self, app: Any, who: Standing | TokenHolder | None) -> None:
        self._app, self._who = app, who

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._who is not None and scope["type"] == "http":
            scope["verbatim.who"] = self._who
        await self._app(scope, receive, send)


@contextmanager
def asking(actor: Actor | None) -> Iterator[TestClient]:
    """As somebody who is signed in, or as nobody."""
    who = actor and Standing(
        actor.sign_in_id or 0, actor.user_id, actor.name, "", actor.role, now()
    )
    with TestClient(_Guarded(create_api(), who), raise_server_exceptions=False) as client:
        yield client


@contextmanager
def asking_with(secret: str) -> Iterator[TestClient]:
    """With a bearer token."""
    holder = bearer.lookup(secret)
    with TestClient(_Guarded(create_api(), holder), raise_server_exceptions=False) as client:
        yield client
