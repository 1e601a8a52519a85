"""Notes and transcripts as files. As routes, because what a page hands out stays fetchable after the sign-in."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.fields import PathId
from api.identity import current_actor
from services import exports
from services.access import Actor
from services.exports import Exported

router = APIRouter(tags=["Exports"])


def _one_of(values: Iterable[str]) -> Any:
    """What the service takes, as an enum of the document. It is the service that refuses another, with a sentence."""
    return Query(json_schema_extra={"enum": list(values)})


NoteFormat = Annotated[str, _one_of(exports.FORMATS["note"])]
TranscriptFormat = Annotated[str, _one_of(exports.FORMATS["transcript"])]
Reason = Annotated[str, _one_of(exports.REASONS)]


@router.get("/notes/{note_id}/export", summary="Take a note away", response_class=Response)
def export_note(
    note_id: PathId,
    format: NoteFormat,
    reason: Reason,
    zone: str = "UTC",
    actor: Actor = Depends(current_actor),
) -> Response:
    """A note as `pdf`, `docx` or `fhir`; `reason` is logged. An unsigned one says on every page that it is a draft."""
    return _attachment(exports.export_note(actor, note_id, format, reason, zone=zone))


@router.get(
    "/sessions/{recording_id}/transcript/export",
    summary="Take a transcript away",
    response_class=Response,
)
def export_transcript(
    recording_id: PathId,
    format: TranscriptFormat,
    reason: Reason,
    zone: str = "UTC",
    actor: Actor = Depends(current_actor),
) -> Response:
    """A transcript as `txt`, `vtt` or `docx`; `reason` is logged."""
    return _attachment(exports.export_transcript(actor, recording_id, format, reason, zone=zone))


def _attachment(file: Exported) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{file.filename}"',
        "cache-control": "no-store",
    }
    return Response(file.content, headers=headers, media_type=file.content_type)
