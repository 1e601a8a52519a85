"""Server-sent events of one session: its stages as they pass, and its captions while it is recorded."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.fields import PathId
from api.identity import current_actor
from models.recording import RecordingState, Stage
from services import recordings
from services.access import Action, Actor
from services.errors import AppError, NotFound

router = APIRouter(prefix="/sessions", tags=["Sessions"])
LOOK = 1.0  # seconds between two looks
LONGEST = 3600.0  # seconds; then the client connects again, as browsers do by themselves
ENDED = (RecordingState.DONE, RecordingState.FAILED)


class SessionProgress(BaseModel):
    state: RecordingState
    stage: Stage
    progress: float
    seconds_received: float
    error: str | None


def _watched(recording_id: PathId, actor: Actor = Depends(current_actor)) -> Actor:
    """Before the first byte, so that a session that is not theirs is a plain 404."""
    if not recordings.watch(actor, [recording_id]):
        raise NotFound("No such session, or it is not yours to see.")
    return actor


@router.get(
    "/{recording_id}/events",
    summary="Follow a session",
    response_class=EventSourceResponse,
)
async def follow_session(
    request: Request,
    recording_id: PathId,
    captions: Annotated[bool, Query(description="The words too, while it is recorded.")] = False,
    actor: Actor = Depends(_watched),
) -> AsyncIterator[ServerSentEvent]:
    """`progress` with state, stage and progress (0 to 1) whenever one of them changes; `captions` with what was
    said, each once and for good; `end` when there is nothing more to come. `id` is the second up to which
    captions were sent: a client that connects again goes on from there."""
    after = _second(request.headers.get("last-event-id"))
    told: SessionProgress | None = None
    until = time.monotonic() + LONGEST
    wants_words = captions and actor.may(Action.CAPTIONS_WATCH)
    while time.monotonic() < until and not await request.is_disconnected():
        try:
            found = await run_in_threadpool(recordings.watch, actor, [recording_id])
            words = await _words(actor, recording_id, after) if wants_words and found else []
        except AppError:  # signed out, or no longer theirs: as if it had ended
            return
        if not found:
            return
        seen = SessionProgress(
            state=found[0].state,
            stage=found[0].stage,
            progress=round(found[0].progress, 3),
            seconds_received=round(found[0].seconds_received, 1),
            error=found[0].error,
        )
        if words:
            after = max(each["end"] for each in words)
            yield ServerSentEvent(event="captions", data=words, id=str(after))
        if seen != told:
            told = seen
            yield ServerSentEvent(event="progress", data=seen, id=str(after))
        if seen.state in ENDED:
            yield ServerSentEvent(event="end", data=seen, id=str(after))
            return
        await asyncio.sleep(LOOK)


async def _words(actor: Actor, recording_id: int, after: float) -> list[dict[str, Any]]:
    """Captions that will not change any more."""
    found = await run_in_threadpool(
        lambda: recordings.captions(actor, recording_id, after=after + 0.001)
    )
    return [
        {"start": each.start, "end": each.end, "text": each.text}
        for each in found.captions
        if not each.provisional
    ]


def _second(last_event_id: str | None) -> float:
    try:
        given = float(last_event_id or 0)
    except ValueError:
        return 0.0
    return given if 0 <= given < 24 * 3600 else 0.0
