"""What the session page reads: the transcript as data, and the sound, range by range."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from api.byte_ranges import requested
from api.identity import current_actor
from services import recordings, transcripts
from services.access import Actor

router = APIRouter(prefix="/sessions", tags=["Sessions"])


@router.get("/{recording_id}/transcript")
def transcript(recording_id: int, actor: Actor = Depends(current_actor)) -> dict[str, Any]:
    """Speakers, utterances with words and times, and the machine's words where people corrected them."""
    return transcripts.read(actor, recording_id)


@router.api_route("/{recording_id}/audio", methods=["GET", "HEAD"])
def audio(recording_id: int, request: Request, actor: Actor = Depends(current_actor)) -> Response:
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
