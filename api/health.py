"""Two answers for whoever watches the process: it runs, and it can serve. No details for
strangers."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services import readiness


async def alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """503 while the database is away or its migrations are not those of this release."""
    if await to_thread.run_sync(readiness.is_ready):
        return PlainTextResponse("ready")
    return PlainTextResponse("not ready", 503)


routes = [
    Route("/healthz", alive, methods=["GET"]),
    Route("/readyz", ready, methods=["GET"]),
]
