"""Verbatim: dashboard, API and sign-in in one ASGI process. `python app.py`, or `uvicorn
app:app`."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.routing import Mount

from api import health, sign_in
from api.addresses import Addresses
from api.app import PREFIX, create_api
from api.body_limits import BodyLimits, spool_in_memory
from api.guard import Guard
from api.headers import Headers
from config import settings
from services import readiness, safe_log, vault, worker_process
from services.adapters.errors import IntegrationError
from ui import parts, script_error, wire
from ui.recorder.source import PART as RECORDER
from ui.session_view.source import PART as SESSION_VIEW

# Options of .streamlit/config.toml that the product's security stands on.
REQUIRED = {
    "server.trustedUserHeaders": {"x-verbatim-sign-in": "sign_in"},
    "server.enableXsrfProtection": True,
    "client.showErrorDetails": "none",
    "logger.enableRich": False,
    "browser.gatherUsageStats": False,
}


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    safe_log.install()
    spool_in_memory()
    await asyncio.to_thread(vault.open_vault)
    worker = (
        asyncio.create_task(worker_process.supervise()) if settings().supervise_worker else None
    )
    try:
        yield
    finally:
        if worker is not None:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker


app = st.App(
    Path(__file__).parent / "ui" / "shell.py",
    routes=[
        *sign_in.routes,
        *health.routes,
        *parts.routes(SESSION_VIEW, RECORDER),
        Mount(PREFIX, app=create_api()),
    ],
    middleware=[
        Middleware(Headers, inline_scripts=wire.inline_script_hashes()),
        Middleware(BodyLimits),
        Middleware(Guard, wire=wire),
        Middleware(Addresses),
    ],
    lifespan=lifespan,
    on_script_error=script_error.show,
)


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            public = settings().public_url or f"http://{settings().address}:{settings().port}"
            sys.stdout.write(f"Verbatim is at {public}\n")
            sys.stdout.flush()


def main() -> int:
    safe_log.install()
    problem = _what_is_missing()
    if problem:
        sys.stderr.write(problem + "\n")
        return 1
    try:
        listener = socket.create_server((settings().address, settings().port), backlog=2048)
    except OSError:
        sys.stderr.write(
            f"Port {settings().port} of {settings().address} is in use. Set PORT to another one.\n"
        )
        return 1
    with listener:
        # asyncio does it only for sockets that name their protocol, which this one does not: without it an answer in
        # two writes waited 40 ms for the reader's acknowledgement of the first
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="websockets-sansio",
                log_config=None,
                access_log=False,
                server_header=False,
                # Only a proxy on this machine may say whom it forwards, and only if there is one.
                proxy_headers=settings().public_url is not None,
                timeout_graceful_shutdown=5,
            )
        )
        server.run(sockets=[listener])
    return 0 if server.started else 1


def _what_is_missing() -> str | None:
    wrong = [name for name, value in REQUIRED.items() if st.get_option(name) != value]
    if wrong:
        return (
            f"Start from the project's folder: .streamlit/config.toml must set {', '.join(wrong)}."
        )
    if not readiness.is_ready():
        return "The database is not there or not of this version. Run: make setup"
    try:
        vault.open_vault()
    except IntegrationError as error:
        # in the lifespan its text would be lost: the log carries none
        return f"The encryption keys cannot be opened: {error}."
    return None


if __name__ == "__main__":
    sys.exit(main())
