"""What the recorder in the browser asks for beside sending its chunks (which go to operation 2)."""

import datetime as dt
import uuid
from typing import Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.fields import Id, PathId
from api.identity import current_actor
from models.client import SessionType
from models.recording import EventKind, RecordingState
from services import recordings
from services.access import Actor

router = APIRouter(prefix="/recordings", tags=["Recorder"])

DAY = 24 * 3600.0  # seconds


class Begin(BaseModel):
    client_id: Id
    session_type: SessionType
    setting: Literal["in_person", "telehealth"]
    note_format: str | None = Field(None, max_length=40)


class Begun(BaseModel):
    recording_id: int
    session_id: str
    key: str
    started_at: dt.datetime


class Recoverable(BaseModel):
    recording_id: int
    session_id: str
    key: str
    state: RecordingState
    next_sequence: int
    missing: list[int]
    client: str
    therapist_userid: int
    therapist_clientid: int


class Event(BaseModel):
    id: uuid.UUID
    kind: EventKind
    at: float = Field(ge=0, le=DAY, allow_inf_nan=False, strict=True)
    seconds: float | None = Field(None, ge=0, le=DAY, allow_inf_nan=False, strict=True)
    word: str | None = Field(None, max_length=1000)


class Events(BaseModel):
    events: list[Event] = Field(max_length=500)


class Stored(BaseModel):
    stored: int


class Ended(BaseModel):
    state: RecordingState


class Caption(BaseModel):
    start: float
    end: float
    text: str
    provisional: bool
    agreed: int  # words at its beginning that are likely to stay


class Captions(BaseModel):
    received: float
    until: float
    captions: list[Caption]


@router.post("", summary="Begin a recording", status_code=201)
def begin_recording(asked: Begin, actor: Actor = Depends(current_actor)) -> Begun:
    """A recording that awaits its chunks, and the key its browser keeps them under until they are sent."""
    made = recordings.begin(
        actor,
        asked.client_id,
        session_type=asked.session_type,
        is_telehealth=asked.setting == "telehealth",
        note_format=asked.note_format,
    )
    return Begun(**vars(made))


@router.get("/{recording_id}/recorder", summary="Find a recording again")
def recover_recording(recording_id: PathId, actor: Actor = Depends(current_actor)) -> Recoverable:
    """What a browser needs to decrypt and send the chunks that it still holds."""
    found = recordings.recover(actor, recording_id)
    return Recoverable(
        recording_id=found.recording_id,
        session_id=found.session_id,
        key=found.key,
        state=found.state,
        next_sequence=found.next_sequence,
        missing=list(found.missing),
        client=found.client,
        therapist_userid=found.therapist_id,
        therapist_clientid=found.client_id,
    )


@router.post("/{recording_id}/events", summary="Note what happened while recording")
def add_recording_events(
    recording_id: PathId, sent: Events, actor: Actor = Depends(current_actor)
) -> Stored:
    """Markers, pauses, sleep and what else happened; the same event again is one event."""
    events = [recordings.Event(**vars(event)) for event in sent.events]
    recordings.add_events(actor, recording_id, events)
    return Stored(stored=len(events))


@router.post("/{recording_id}/finish", summary="Finish with what arrived")
def finish_recording(recording_id: PathId, actor: Actor = Depends(current_actor)) -> Ended:
    """Ends the recording with what has arrived."""
    recordings.finish(actor, recording_id)
    return Ended(state=RecordingState.PROCESSING)


@router.get("/{recording_id}/captions", summary="Read captions")
def read_captions(
    recording_id: PathId,
    after: float = Query(0.0, ge=0, allow_inf_nan=False),
    actor: Actor = Depends(current_actor),
) -> Captions:
    """What was said so far, later than `after`. Asking keeps the captions coming for some seconds."""
    found = recordings.captions(actor, recording_id, after=after)
    return Captions(
        received=found.received,
        until=found.until,
        captions=[Caption(**vars(each)) for each in found.captions],
    )
