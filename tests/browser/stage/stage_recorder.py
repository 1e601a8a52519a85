"""The server's side of a recording, in memory, and what a test may make it do."""

import asyncio
import base64
import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

API = "/api/stage"  # the uploader's tests have /api/v1
NO_CONSENT = 409  # a client with this id has not consented
SENTENCES = {
    401: "Sign in first. What was saved is safe.",
    404: "There is nothing like that, or it is not yours to see.",
    409: "This session has already ended.",
    503: "The server has no room left.",
}


@dataclass
class Kept:
    """A recording as it arrived."""

    id: int
    client: int
    form: dict[str, Any]
    session: str = field(default_factory=lambda: str(uuid.uuid4()))
    key: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode())
    chunks: dict[int, bytes] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)  # every chunk that was accepted
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    last: int | None = None
    state: str = "receiving"
    captions: list[dict[str, Any]] = field(default_factory=list)
    # what a test asked for: the status of answers by kind ("audio", "events", ...), or of all ("*")
    answers: dict[str, int] = field(default_factory=dict)

    def missing(self) -> list[int]:
        end = max(self.chunks, default=-1) if self.last is None else self.last
        return [n for n in range(end + 1) if n not in self.chunks]

    def facts(self) -> dict[str, Any]:
        return {
            "id": self.id, "client": self.client, "form": self.form, "session": self.session,
            "log": self.log, "events": list(self.events.values()), "last": self.last,
            "state": self.state, "missing": self.missing(),
        }  # fmt: skip


KEPT: dict[int, Kept] = {}


def refusal(status: int) -> Response:
    if status == 413:  # a proxy's page, not ours
        return Response("<html>Request Entity Too Large</html>", 413, media_type="text/html")
    if status == 200:  # a portal's page
        return Response("<html>Welcome to the guest network</html>", media_type="text/html")
    body = {"title": "Refused", "detail": SENTENCES.get(status, "Refused.")}
    return JSONResponse(body, status, media_type="application/problem+json")


def asked(request: Request, kind: str) -> tuple[Kept, Response | None]:
    kept = KEPT[int(request.path_params["id"])]
    status = kept.answers.get(kind) or kept.answers.get("*")
    return kept, refusal(status) if status else None


async def begin(request: Request) -> Response:
    form = await request.json()
    if form["client_id"] == NO_CONSENT:
        detail = "This client has not consented to recording. Note the consent first."
        return JSONResponse({"title": "No consent", "detail": detail}, 409)
    kept = Kept(len(KEPT) + 1, form["client_id"], form)
    KEPT[kept.id] = kept
    started = "2026-11-24T13:02:00Z"
    made = {"recording_id": kept.id, "session_id": kept.session, "key": kept.key}
    return JSONResponse({**made, "started_at": started}, 201)


async def audio(request: Request) -> Response:
    form = await request.form()
    kept = next(one for one in KEPT.values() if one.session == form["session_id"])
    status = kept.answers.get("audio") or kept.answers.get("*")
    if status:
        return refusal(status)
    sequence, is_last = int(str(form["sequence"])), form["is_last_blob"] == "True"
    file = form["file"]
    assert not isinstance(file, str)
    content = await file.read()
    if kept.answers.pop("lose answer", None):  # stored, but the browser never hears of it
        await store(kept, sequence, content, is_last, file.filename)
        await asyncio.sleep(0.1)
        return refusal(503)
    if kept.state != "receiving" and sequence not in kept.chunks:
        return refusal(409)
    await store(kept, sequence, content, is_last, file.filename)
    return JSONResponse(
        {
            "recording_id": kept.id, "sequence": sequence, "state": kept.state,
            "missing": kept.missing(), "duplicate": False,
        }
    )  # fmt: skip


async def store(kept: Kept, sequence: int, content: bytes, is_last: bool, name: str | None) -> None:
    digest = hashlib.sha256(content).hexdigest()
    kept.log.append({"sequence": sequence, "bytes": len(content), "sha256": digest, "name": name})
    if content:
        kept.chunks.setdefault(sequence, content)
    if is_last:
        kept.last = sequence if content else sequence - 1
    if kept.last is not None and not kept.missing():
        kept.state = "processing"


async def reopen(request: Request) -> Response:
    kept, refused = asked(request, "recorder")
    if refused:
        return refused
    return JSONResponse(
        {
            "recording_id": kept.id, "session_id": kept.session, "key": kept.key,
            "state": kept.state, "next_sequence": max(kept.chunks, default=-1) + 1,
            "missing": kept.missing(), "client": "Nora Feldt", "therapist_userid": 1,
            "therapist_clientid": kept.client,
        }
    )  # fmt: skip


async def events(request: Request) -> Response:
    kept, refused = asked(request, "events")
    if refused:
        return refused
    sent = (await request.json())["events"]
    kept.events.update({one["id"]: one for one in sent})
    return JSONResponse({"stored": len(sent)})


async def finish(request: Request) -> Response:
    kept, refused = asked(request, "finish")
    if refused:
        return refused
    kept.state = "processing"
    return JSONResponse({"recording_id": kept.id})


async def captions(request: Request) -> Response:
    kept, refused = asked(request, "captions")
    if refused:
        return refused
    after = float(request.query_params.get("after", 0))
    said = [one for one in kept.captions if one["end"] > after]
    received = 5.0 * len(kept.chunks)
    return JSONResponse({"received": received, "until": received, "captions": said})


async def facts(request: Request) -> Response:
    return JSONResponse([kept.facts() for kept in KEPT.values()])


async def sound(request: Request) -> Response:
    kept = KEPT[int(request.path_params["id"])]
    return Response(b"".join(kept.chunks[n] for n in sorted(kept.chunks)))


async def behave(request: Request) -> Response:
    """`{"answers": {"audio": 503}, "captions": [...], "state": ...}` for one recording."""
    kept = KEPT[int(request.path_params["id"])]
    for name, value in (await request.json()).items():
        setattr(kept, name, value)
    return JSONResponse(kept.facts())


routes = [
    Route(f"{API}/recordings", begin, methods=["POST"]),
    Route(f"{API}/audio", audio, methods=["POST"]),
    Route(f"{API}/recordings/{{id:int}}/recorder", reopen),
    Route(f"{API}/recordings/{{id:int}}/events", events, methods=["POST"]),
    Route(f"{API}/recordings/{{id:int}}/finish", finish, methods=["POST"]),
    Route(f"{API}/recordings/{{id:int}}/captions", captions),
    Route("/stage/recordings", facts),
    Route("/stage/recordings/{id:int}/sound", sound),
    Route("/stage/recordings/{id:int}/behave", behave, methods=["POST"]),
]
