"""The components on a bare page: real components, real corrections, invented words."""

import asyncio
import base64
import hashlib
import re
from pathlib import Path

import stage_recorder
import stage_talk
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import parts
from ui.recorder.source import PART as RECORDER
from ui.session_view.source import PART as SESSION_VIEW

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def inline_hash() -> str:
    """Streamlit's page has one inline script; its hash changes with every release."""
    index = Path(st.__file__).parent / "static" / "index.html"
    [script] = re.findall(r"<script>(.*?)</script>", index.read_text(), re.DOTALL)
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


POLICY = (
    f"default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-{inline_hash()}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "object-src 'none'; form-action 'self'; frame-ancestors 'none'"
).encode()


class Policy:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stricter(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", POLICY),
                ]
            await send(message)

        await self.app(scope, receive, stricter if scope["type"] == "http" else send)


async def transcript(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "broken":
        return Response(status_code=500)
    if name == "gone":
        return Response(status_code=404)
    return JSONResponse(stage_talk.talk(name).as_json())


async def note(request: Request) -> Response:
    found = stage_talk.talk(request.path_params["name"]).note
    return JSONResponse(found.as_json()) if found else Response(status_code=404)


async def acts(request: Request) -> Response:
    return JSONResponse(stage_talk.talk(request.path_params["name"]).acts)


async def audio(_request: Request) -> Response:
    return FileResponse(stage_talk.sound(), media_type="audio/wav")


async def take(request: Request) -> Response:
    """The contract's operation 2, as far as the browser's side of it goes."""
    if request.headers.get("x-verbatim") != "1":
        return JSONResponse({"title": "no header"}, 403)
    form = await request.form()
    names = list(form.keys())
    sent = {key: value for key, value in form.items() if isinstance(value, str)}
    file = form["file"]
    assert not isinstance(file, str)
    stage_talk.UPLOADS.append({"order": names, "fields": sent, "size": file.size or 0})
    if sent["therapist_clientid"] == "refuse":
        detail = "This file holds no audio. Choose another one."
        return JSONResponse({"title": "Not audio", "detail": detail}, 422)
    await asyncio.sleep(0.3)
    return JSONResponse({"message": "File uploaded", "recording_id": 7, "state": "processing"})


async def uploads(_request: Request) -> Response:
    return JSONResponse(stage_talk.UPLOADS)


app = st.App(
    str(HERE / "stage_script.py"),
    routes=[
        Route("/stage/{name}/transcript", transcript),
        Route("/stage/{name}/note", note),
        Route("/stage/{name}/acts", acts),
        Route("/stage/audio", audio),
        Route("/stage/uploads", uploads),
        Route("/api/v1/audio", take, methods=["POST"]),
        *stage_recorder.routes,
        *parts.routes(SESSION_VIEW, RECORDER),
        Mount("/app/static", StaticFiles(directory=ROOT / "ui" / "static")),
    ],
    middleware=[Middleware(Policy)],
)
