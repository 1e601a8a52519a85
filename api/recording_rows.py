"""Operations 3 to 5 of the contract: the stored pieces of audio, read and changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, Field

from api.documented import ETAG, LINK, answers
from api.fields import Flag, Id, Moment, row_id
from api.identity import current_actor
from api.lists import link_next, wanted
from models.recording import RecordingState, Stage
from services.access import Actor
from services.contract import recordings
from services.contract.paging import Wanted

router = APIRouter(prefix="/recordings", tags=["Recordings"])


class Recording(BaseModel):
    """One stored piece of audio."""

    id: int
    filename: str | None = Field(max_length=512)
    userid: int | None
    is_processed: bool | None
    therapist_client_id: int | None
    create_timestamp: Moment
    update_timestamp: Moment | None
    session_id: str | None = Field(max_length=255)
    is_last_blob: bool | None
    therapist_session_id: int | None


class RecordingProgress(Recording):
    """The same, with how far its session has come."""

    recording_id: int = Field(description="The session that this piece belongs to.")
    state: RecordingState
    stage: Stage
    progress: float = Field(description="Of the whole, 0 to 1.")
    error: str | None = Field(description="What went wrong, for a person.")


class RecordingChange(BaseModel):
    """Left out: stays as it is. Null empties `filename`, and lets `is_processed` follow the session's state again;
    what cannot be empty stays as it is. `userid`, `therapist_client_id`, `session_id` and the timestamps
    do not change; sending them as they are is fine."""

    filename: str | None = Field(None, max_length=512)
    userid: Id | None = None
    is_processed: Flag | None = None
    therapist_client_id: Id | None = None
    create_timestamp: Moment | None = None
    update_timestamp: Moment | None = None
    session_id: str | None = Field(None, max_length=255)
    is_last_blob: Flag | None = None
    therapist_session_id: Id | None = None


@router.get("", summary="List recordings", responses=answers(400, 422, headers=LINK))
def list_recordings(
    request: Request,
    response: Response,
    asked: Annotated[Wanted, Depends(wanted)],
    state: Annotated[
        RecordingState | None, Query(description="Only of sessions in this state.")
    ] = None,
    actor: Actor = Depends(current_actor),
) -> list[Recording]:
    """Every stored piece of audio that you may see, newest first."""
    page = recordings.list_recordings(actor, asked, state=state)
    link_next(request, response, page.cursor)
    return [_shown(row) for row in page.items]


@router.get("/{id}", summary="Read a recording", responses=answers(404, headers=ETAG))
def read_recording(
    id: str, response: Response, actor: Actor = Depends(current_actor)
) -> RecordingProgress:
    """One piece of audio, and how far the transcription of its session has come."""
    row = recordings.read(actor, row_id(id))
    response.headers["etag"] = row.version
    return RecordingProgress(**vars(row))


CHANGED = answers(404, 409, 412, 422, headers=ETAG)


@router.put("/{id}", summary="Replace a recording's fields", responses=CHANGED)
def replace_recording(
    id: str,
    change: RecordingChange,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    actor: Actor = Depends(current_actor),
) -> Recording:
    """Its name, its appointment, whether it is the last piece of its session, whether it counts as processed.
    The last piece starts the transcription of the whole session."""
    return _changed(actor, id, change, response, if_match)


@router.patch("/{id}", summary="Change some of a recording's fields", responses=CHANGED)
def change_recording(
    id: str,
    change: RecordingChange,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    actor: Actor = Depends(current_actor),
) -> Recording:
    """As PUT."""
    return _changed(actor, id, change, response, if_match)


def _changed(
    actor: Actor, id: str, change: RecordingChange, response: Response, if_match: str | None
) -> Recording:
    fields: dict[str, Any] = {name: getattr(change, name) for name in change.model_fields_set}
    row = recordings.update(actor, row_id(id), fields, if_match=if_match)
    response.headers["etag"] = row.version
    return _shown(row)


def _shown(row: recordings.RecordingRow) -> Recording:
    return Recording(**{name: getattr(row, name) for name in Recording.model_fields})
