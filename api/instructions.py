"""Operation 1 of the contract: what a kind of note contains and how it is written, for the one who asks."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends, Path, Query

from api.identity import current_actor
from services.access import Actor
from services.errors import NotFound
from services.instructions import variants

router = APIRouter(prefix="/instructions", tags=["Instructions"])


@router.get("/{instruction_type}", summary="Get instructions by type")
def get_instructions(
    instruction_type: str = Path(description="clinical_notes, safety_plan, ..."),
    user_id: str | None = Query(None, description="Whose; without it one's own", max_length=20),
    actor: Actor = Depends(current_actor),
) -> dict[str, Any]:
    """The instructions for a documentation task: the user's own where there are some, the clinic's where not, else
    the built-in ones; `source` and `version` say which. 404 for a type that does not exist lists those that do."""
    found = variants.effective(actor, instruction_type, user_id=_number(user_id))
    return asdict(found)


def _number(user_id: str | None) -> int | None:
    """Ids are strings in the contract; what is no number is nobody's."""
    if user_id is None or user_id == "":
        return None
    if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 10):
        raise NotFound("No such account, or it is not yours to see.")
    return int(user_id)
