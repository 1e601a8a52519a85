"""Operation 2 of the contract: audio comes in, a chunk or a whole file at a time."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api import form_fields
from api.documented import answers
from api.identity import current_actor
from api.multipart import Form, read_form
from models.recording import RecordingState
from services import idempotency, recordings
from services.access import Actor

router = APIRouter(tags=["Recordings"])


def _text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": words} | more


def _or_null(words: str) -> dict[str, Any]:
    return {"anyOf": [{"type": "string"}, {"type": "null"}], "description": words}


UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "title": "AudioUpload",
                    "required": [
                        "therapist_userid", "therapist_clientid", "file", "session_id", "is_last_blob",
                    ],
                    "properties": {
                        "therapist_userid": _text(
                            "The therapist user.", minLength=1, pattern=r"\S", examples=["1"]),
                        "therapist_clientid": _text(
                            "The client record linked to the therapist.",
                            minLength=1, pattern=r"\S", examples=["2"],
                        ),
                        "client_userid": _or_null("The client's own user id."),
                        "file": _text(
                            "Audio: .wav, .mp3, .webm, .m4a, .ogg, .flac and what browsers and phones make.",
                            format="binary",
                        ),
                        "session_id": _text(
                            "The recording session; its chunks share it. Letters, digits and . : @ + - _",
                            maxLength=255, pattern=r"^[A-Za-z0-9_.:@+-]+$", examples=["monday-10"],
                        ),
                        "is_last_blob": _text(
                            "Whether this chunk is the session's last.", enum=["True", "False"]
                        ),
                        "therapist_session_id": _or_null("An existing TherapistSession, if any."),
                        "sequence": {
                            "anyOf": [
                                {"type": "integer", "minimum": 0, "maximum": 999_999},
                                {"type": "null"},
                            ],
                            "description": "Orders chunks; without it, arrival does.",
                        },
                    },
                }
            }
        },
    }
}  # fmt: skip


class Uploaded(BaseModel):
    """The contract's `message`, and what a recorder needs to know besides."""

    message: str = Field(
        examples=["File uploaded successfully as 1/2/2026-02-23/session_audio.wav!"]
    )
    recording_id: int = Field(description="The session, as /sessions/{recording_id} takes it.")
    sequence: int
    state: RecordingState
    missing: list[int] = Field(description="Chunks that have not arrived although later ones have.")
    duplicate: bool = Field(description="Whether it had been received before.")


@router.post(
    "/audio",
    summary="Upload audio",
    response_model=Uploaded,
    openapi_extra=UPLOAD,
    responses=answers(400, 404, 409, 413, 422, 503),
)
async def upload_audio(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=idempotency.LONGEST,
            description="The same key is answered as the first time, for a day.",
        ),
    ] = None,
    actor: Actor = Depends(current_actor),
) -> Uploaded:
    """Stores one chunk of a session; the answer means that it is safe. Sending it again is harmless. The last
    one starts the transcription of the whole session."""
    form = await read_form(request)
    try:
        chunk = _chunk(form)
        if idempotency_key is None:
            return await run_in_threadpool(_stored, actor, chunk)
        sent = _fingerprint(form)
        found = await run_in_threadpool(idempotency.begin, actor, idempotency_key, sent)
        if found is not None:
            response.headers["idempotent-replayed"] = "true"
            return Uploaded(**found.body)
        return await run_in_threadpool(_stored_once, actor, chunk, idempotency_key)
    finally:
        form.close()


def _stored(actor: Actor, chunk: recordings.Chunk) -> Uploaded:
    received = recordings.add_chunk(actor, chunk)
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


def _stored_once(actor: Actor, chunk: recordings.Chunk, key: str) -> Uploaded:
    try:
        uploaded = _stored(actor, chunk)
    except BaseException:
        idempotency.forget(actor, key)
        raise
    idempotency.keep(actor, key, idempotency.Answer(200, uploaded.model_dump(mode="json")))
    return uploaded


def _fingerprint(form: Form) -> str:
    """Of everything that was sent and where to, so that one key cannot stand for two requests."""
    files = [(name, file.sha256) for name, file in form.files]
    sent = json.dumps(["POST /audio", form.fields, files], sort_keys=True)
    return hashlib.sha256(sent.encode()).hexdigest()


def _chunk(form: Form) -> recordings.Chunk:
    if form.file is None or form.filename is None:
        form_fields.refuse("file", "Field required", "missing")
    return recordings.Chunk(
        therapist_id=form_fields.required_ident(form, "therapist_userid"),
        client_id=form_fields.required_ident(form, "therapist_clientid"),
        session_id=form_fields.required(form, "session_id", longest=255),
        is_last=form_fields.flag(form, "is_last_blob"),
        filename=form.filename or "audio",
        content=form.file,
        sequence=form_fields.number(form, "sequence"),
        client_user_id=form_fields.ident(form, "client_userid"),
        therapist_session_id=form_fields.ident(form, "therapist_session_id"),
    )
