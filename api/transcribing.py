"""Operation 14 of the contract: the transcripts of a day. It waits for the worker, and starts nothing that
was started before."""

import asyncio
import time

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.documented import answers
from api.fields import Day, whole
from api.identity import current_actor
from config import settings
from services import recordings
from services.access import Action, Actor
from services.contract import day, transcripts
from services.errors import Conflict, NotFound

router = APIRouter(tags=["Transcription"])
LOOK = 0.5  # seconds between two looks at the sessions' states
RETRY_AFTER = 15  # seconds, told to whom the wait was too short


class TranscribeRequest(BaseModel):
    userid: str = Field(description="The therapist's user id.", examples=["1"])
    therapist_clientid: str = Field(description="The client record.", examples=["2"])
    date: Day = Field(description="When the audio arrived, YYYY-MM-DD in UTC.")


class Transcribed(BaseModel):
    transcripts: list[str] = Field(
        description="One string a session, in clear, with speaker labels.",
        examples=[["Speaker 1: Good morning. Speaker 2: How are you feeling today?"]],
    )
    incomplete: int = Field(
        description="How many of them lack sound: a part never came, or a file ends before its header says."
    )
    pending: int = Field(description="Sessions that are not ready yet: ask again.")
    failed: int = Field(description="Sessions that could not be transcribed.")


@router.post("/transcribe", summary="Transcribe the audio of a day", responses=answers(404, 422))
async def transcribe(
    asked: TranscribeRequest,
    request: Request,
    response: Response,
    actor: Actor = Depends(current_actor),
) -> Transcribed:
    """Everything under `{userid}/{therapist_clientid}/{date}/`: what is being worked on is waited for, up to a
    limit; then `pending` and `Retry-After` say that there is more to come. A session that never ended is
    ended once nothing has come for three minutes; one that is still being recorded is left alone."""
    therapist, client = whole(asked.userid), whole(asked.therapist_clientid)
    if therapist is None or client is None:
        raise NotFound("No such client, or it is not yours to see.")
    until = time.monotonic() + settings().transcribe_wait
    while True:
        found = await run_in_threadpool(day.of, actor, therapist, client, asked.date)
        if found.quiet and actor.may(Action.RECORDING_FINISH):
            await run_in_threadpool(_end, actor, found.quiet)
            continue
        if not found.pending or time.monotonic() >= until or await request.is_disconnected():
            break
        await asyncio.sleep(LOOK)
    if found.pending:
        response.headers["retry-after"] = str(RETRY_AFTER)
    texts = await run_in_threadpool(transcripts.texts, actor, found.ready) if found.ready else []
    waiting = len(found.pending) + len(found.quiet) + len(found.receiving)
    return Transcribed(
        transcripts=texts,
        incomplete=len(found.incomplete),
        pending=waiting,
        failed=len(found.failed),
    )


def _end(actor: Actor, recording_ids: list[int]) -> None:
    for recording_id in recording_ids:
        try:
            recordings.finish(actor, recording_id)
        except Conflict:
            pass  # it ended meanwhile
