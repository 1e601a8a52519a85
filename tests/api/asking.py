"""The API as the guard hands requests on: with who is asking, and nothing in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from api.app import create_api
from models.base import now
from services.access import Actor
from services.signed_in import Standing


class _Guarded:
    def __init__(self, app: Any, actor: Actor | None) -> None:
        self._app, self._actor = app, actor

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        actor = self._actor
        if actor is not None and scope["type"] == "http":
            scope["verbatim.who"] = Standing(
                actor.sign_in_id or 0, actor.user_id, actor.name, "", actor.role, now()
            )
        await self._app(scope, receive, send)


@contextmanager
def asking(actor: Actor | None) -> Iterator[TestClient]:
    with TestClient(_Guarded(create_api(), actor), raise_server_exceptions=False) as client:
        yield client
