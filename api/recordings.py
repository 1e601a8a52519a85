"""Operation 2 of the contract: audio comes in, a chunk or a whole file at a time."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.identity import current_actor
from api.multipart import Form, read_form
from models.recording import RecordingState
from services import recordings
from services.access import Actor
from services.errors import Invalid, NotFound

router = APIRouter(tags=["Recordings"])

_TEXT = {"type": "string"}
_OPTIONAL = {"type": "string", "nullable": True}
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [
                        "therapist_userid", "therapist_clientid", "file", "session_id", "is_last_blob",
                    ],
                    "properties": {
                        "therapist_userid": _TEXT,
                        "therapist_clientid": _TEXT,
                        "client_userid": _OPTIONAL,
                        "file": {"type": "string", "format": "binary"},
                        "session_id": _TEXT,
                        "is_last_blob": {"type": "string", "enum": ["True", "False"]},
                        "therapist_session_id": _OPTIONAL,
                        "sequence": {"type": "integer", "nullable": True, "minimum": 0},
                    },
                }
            }
        },
    }
}  # fmt: skip


class Uploaded(BaseModel):
    """The contract's `message`, and what a recorder needs to know besides."""

    message: str
    recording_id: int
    sequence: int
    state: RecordingState
    missing: list[int]
    duplicate: bool


@router.post("/audio", response_model=Uploaded, openapi_extra=UPLOAD)
async def upload_audio(request: Request, actor: Actor = Depends(current_actor)) -> Uploaded:
    """Stores one chunk of a session; the answer means that it is safe. Sending it again is harmless."""
    form = await read_form(request)
    try:
        received = await run_in_threadpool(recordings.add_chunk, actor, _chunk(form))
    finally:
        form.close()
    message = (
        f"File uploaded successfully as {received.path}!"
        if received.path
        else "The session has ended; the last part was empty."
    )
    return Uploaded(
        message=message,
        recording_id=received.recording_id,
        sequence=received.sequence,
        state=received.state,
        missing=list(received.missing),
        duplicate=received.duplicate,
    )


def _chunk(form: Form) -> recordings.Chunk:
    fields = form.fields
    if form.file is None or form.filename is None:
        raise Invalid("The form has no file. Send the audio in the field named file.")
    last = fields.get("is_last_blob", "").strip().lower()
    if last not in ("true", "false"):
        raise Invalid("is_last_blob must be True or False.")
    if not fields.get("session_id"):
        raise Invalid("session_id is missing: the chunks of one session share it.")
    return recordings.Chunk(
        therapist_id=_id(fields, "therapist_userid"),
        client_id=_id(fields, "therapist_clientid"),
        session_id=fields["session_id"],
        is_last=last == "true",
        filename=form.filename or "audio",
        content=form.file,
        sequence=_number(fields, "sequence"),
        client_user_id=_number(fields, "client_userid"),
        therapist_session_id=_number(fields, "therapist_session_id"),
    )


def _id(fields: dict[str, str], name: str) -> int:
    """A required id. One that is no number of ours names nothing."""
    if not fields.get(name, "").strip():
        raise Invalid(f"{name} is missing.")
    ident = _number(fields, name)
    if ident is None:
        raise NotFound(f"There is nothing with that {name}.")
    return ident


def _number(fields: dict[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    if not text or text.lower() in ("null", "none"):
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid(f"{name} must be a whole number.")
    return int(text)
