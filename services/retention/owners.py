"""Whose it is to end a record: the client's own therapist. Who covers reads and writes, and deletes nothing of it."""

from models.client import OwnedByTherapist
from models.document import Document
from models.user import Role
from services.access import Work
from services.errors import NotAllowed

REFUSED = "The client's own therapist decides what is deleted and how long it is kept. You only cover for them."


def is_own(work: Work, row: OwnedByTherapist | Document) -> bool:
    """Whether the row is of the actor's own client; a document also when the actor added it."""
    me = work.actor.user_id
    return row.therapist_id == me or (isinstance(row, Document) and row.user_id == me)


def check(work: Work, row: OwnedByTherapist | Document) -> None:
    """Raises NotAllowed for a therapist who only covers. An administrator's permissions say what they may."""
    if work.actor.role is not Role.ADMINISTRATOR and not is_own(work, row):
        raise NotAllowed(REFUSED)
