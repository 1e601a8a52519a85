"""What the session page reads of a note. Changes go through the page, which knows what its reader saw."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from api.documented import answers
from api.fields import PathId
from api.identity import current_actor
from services import notes
from services.access import Actor

router = APIRouter(prefix="/notes", tags=["Notes"])


@router.get(
    "/{note_id}",
    summary="Read a note with its evidence",
    response_model=dict[str, Any],
    responses=answers(404),
)
def read_note(note_id: PathId, actor: Actor = Depends(current_actor)) -> Response:
    """Sections, statements with their evidence, risk, signatures, and what the reader may do now."""
    return JSONResponse(notes.read(actor, note_id))


@router.get(
    "/{note_id}/documents", summary="List documents a note may cite", responses=answers(404)
)
def list_citable_documents(
    note_id: PathId, actor: Actor = Depends(current_actor)
) -> list[dict[str, Any]]:
    """Documents of the note's client whose lines a statement may cite: id, name, pages."""
    return [asdict(one) for one in notes.citable(actor, note_id)]


@router.get(
    "/{note_id}/documents/{document_id}",
    summary="Read the lines a note may cite",
    responses=answers(404),
)
def read_citable_document(
    note_id: PathId, document_id: PathId, actor: Actor = Depends(current_actor)
) -> list[dict[str, Any]]:
    """Every line of such a document: page, line, text."""
    return notes.citable_lines(actor, note_id, document_id)
