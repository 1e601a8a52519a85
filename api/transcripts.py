"""Operations 9, 10 and 15 of the contract: what was said in a session."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel, Field

from api import phi
from api.documented import ETAG, answers
from api.fields import Id, Moment, left_out, row_id, whole
from api.histories import SEALED, ClientSearch
from api.identity import current_actor
from services.access import Actor
from services.contract import transcripts

router = APIRouter(prefix="/transcripts", tags=["Transcripts"])


class Transcript(BaseModel):
    """What was said in one session, and its summary."""

    id: int
    transcript: str = Field(description=SEALED)
    transcript_summary: str = Field(description=SEALED)
    date: Moment
    update_timestamp: Moment | None
    therapist_session_id: int | None


class TranscriptText(BaseModel):
    id: int
    transcript: str = Field(
        examples=["Speaker 1: Good morning. Speaker 2: How are you feeling today?"]
    )
    transcript_summary: str


class TranscriptReplacement(BaseModel):
    """`update_timestamp` is ours; one that is sent is not stored."""

    transcript: str = Field(description="What a GET returned, or plain text.")
    transcript_summary: str = Field(description="What a GET returned, or plain text.")
    date: Moment
    update_timestamp: Moment | None = None
    therapist_session_id: Id | None = None


class TranscriptChange(TranscriptReplacement):
    transcript: str = left_out(description="What a GET returned, or plain text.")
    transcript_summary: str = left_out(description="What a GET returned, or plain text.")
    date: Moment = left_out()


@router.post(
    "/search",
    summary="Transcripts of one client",
    response_model=list[Transcript],
    responses=answers(422) | {204: {"description": "There are none."}},
)
def search_transcripts(
    asked: ClientSearch,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> Any:
    """Of one client, newest session first, without what was deleted; 204 when there are none."""
    user, client = whole(asked.userid), whole(asked.therapist_clientid)
    rows = transcripts.search(actor, user or 0, client or 0, clear=clear)
    return [_shown(row) for row in rows] if rows else Response(status_code=204)


@router.get("/{id}", summary="Read a transcript", responses=answers(404, headers=ETAG))
def read_transcript(
    id: str,
    response: Response,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> Transcript:
    """What was said in one session, with speaker labels, and its summary."""
    row = transcripts.read(actor, row_id(id), clear=clear)
    response.headers["etag"] = row.version
    return _shown(row)


@router.get("/{id}/text", summary="Read a transcript in clear", responses=answers(404))
def read_transcript_text(id: str, actor: Actor = Depends(current_actor)) -> TranscriptText:
    """Transcript and summary in clear."""
    row = transcripts.read(actor, row_id(id), clear=True)
    return TranscriptText(
        id=row.id, transcript=row.transcript, transcript_summary=row.transcript_summary
    )


CHANGED = answers(400, 404, 409, 412, 422, headers=ETAG)


@router.put("/{id}", summary="Replace a transcript's fields", responses=CHANGED)
def replace_transcript(
    id: str,
    change: TranscriptReplacement,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> Transcript:
    """All required fields. Words that stay keep their places in the sound; a new summary is a new version
    of the history; what the machine heard stays readable."""
    return _changed(actor, id, change, response, if_match, clear)


@router.patch("/{id}", summary="Change some of a transcript's fields", responses=CHANGED)
def change_transcript(
    id: str,
    change: TranscriptChange,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> Transcript:
    """Some fields, otherwise as PUT."""
    return _changed(actor, id, change, response, if_match, clear)


def _changed(
    actor: Actor,
    id: str,
    change: TranscriptReplacement,
    response: Response,
    if_match: str | None,
    clear: bool,
) -> Transcript:
    fields = {name: getattr(change, name) for name in change.model_fields_set}
    row = transcripts.update(actor, row_id(id), fields, if_match=if_match, clear=clear)
    response.headers["etag"] = row.version
    return _shown(row)


def _shown(row: transcripts.TranscriptRow) -> Transcript:
    return Transcript(**{name: getattr(row, name) for name in Transcript.model_fields})
