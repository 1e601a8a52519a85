"""What the session page reads: the transcript as data, and the sound, range by range."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from api.byte_ranges import requested
from api.documented import answers
from api.fields import PathId
from api.identity import current_actor
from services import recordings, transcripts
from services.access import Actor

router = APIRouter(prefix="/sessions", tags=["Sessions"])
SOUND: dict[str, Any] = {
    "response_class": StreamingResponse,
    "responses": answers(404, 416)
    | {
        200: {"description": "The whole.", "content": {"audio/*": {}}},
        206: {"description": "The range that was asked for.", "content": {"audio/*": {}}},
    },
}


@router.get(
    "/{recording_id}/transcript",
    summary="Read a transcript with words and times",
    response_model=dict[str, Any],
)
def read_session_transcript(
    recording_id: PathId, actor: Actor = Depends(current_actor)
) -> Response:
    """Speakers, utterances with words and times, and the machine's words where people corrected them."""
    # Plain values already: having FastAPI go through 10,000 words once more costs as much as reading them, and the
    # standard library needs four times as long to write them (25 ms, not 6).
    return Response(to_json(transcripts.read(actor, recording_id)), media_type="application/json")


@router.head("/{recording_id}/audio", summary="How long is the sound?", **SOUND)
@router.get("/{recording_id}/audio", summary="Hear a session", **SOUND)
def hear_session(
    recording_id: PathId, request: Request, actor: Actor = Depends(current_actor)
) -> Response:
    """The sound of a session, decrypted as it streams."""
    found = recordings.playback(actor, recording_id)
    wanted = requested(request.headers.get("range"), found.size)
    start, end = wanted or (0, found.size)
    headers = {
        "accept-ranges": "bytes",
        "content-length": str(end - start),
        "content-disposition": "inline",
        "cache-control": "private, no-store",
    }
    if wanted:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=found.content_type)
    body = recordings.audio(found, start, end)
    return StreamingResponse(body, status, headers, media_type=found.content_type)
