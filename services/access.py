"""The one door. `with acting(actor, Action.X) as work:` is the only way to a database session.

It checks PERMISSIONS, limits rows to those the actor may see, runs one short transaction, and writes the
access-log row in that same transaction: if the log cannot be written, nothing is returned.
No network or model call happens inside it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from models.access_log import AccessLog
from models.base import Base
from models.client import TherapistClient
from models.database import sessions, take_snapshot
from services import access_chain, signed_in
from services.actor import Actor as Actor
from services.actor import Via as Via
from services.errors import NotAllowed, NotFound
from services.permissions import UNLOGGED, only_reads
from services.permissions import Action as Action
from services.visibility import visibility

Row = TypeVar("Row", bound=Base)
SHOWN_IDS = 200  # ids of a list that one log row names


class Work:
    """One transaction of one actor: what it may see, and what it saw."""

    def __init__(self, session: Session, actor: Actor, action: Action) -> None:
        self.session, self.actor, self.action = session, actor, action
        self._subjects: list[tuple[str, int]] = []
        self._client_ids: set[int] = set()
        self._detail = ""

    def visible(self, model: type[Row]) -> Select[Row]:
        """A select of the rows of `model` that the actor may see; deleted ones are not among them."""
        statement = select(model).where(visibility(model, self.actor))
        deleted_at = getattr(model, "deleted_at", None)
        return statement if deleted_at is None else statement.where(deleted_at.is_(None))

    def hidden(self, model: type[Row]) -> Select[Row]:
        """A select of the deleted rows of `model` that the actor might see if they were not; for restoring them."""
        deleted_at: ColumnElement[object] = model.deleted_at  # type: ignore[attr-defined]
        return select(model).where(visibility(model, self.actor), deleted_at.is_not(None))

    def get(self, model: type[Row], key: int | uuid.UUID, *, lock: bool = False) -> Row:
        """The row by id or uid. Raises NotFound, for a row that is not theirs as well."""
        column = getattr(model, "uid" if isinstance(key, uuid.UUID) else "id")
        statement = self.visible(model).where(column == key)
        # An id that no column of ours can hold names nothing; the database would refuse to look.
        known = isinstance(key, uuid.UUID) or 0 <= key < 1 << 31
        if lock:
            statement = statement.with_for_update()
        row = self.session.scalars(statement).first() if known else None
        if row is None:
            self.about(model.__tablename__, key if known and isinstance(key, int) else 0)
            raise NotFound(f"No such {_word(model)}, or it is not yours to see.")
        self.saw(row)
        return row

    def rows(self, statement: Select[Row]) -> list[Row]:
        """Runs a select that began with `visible` and notes which rows were read."""
        found = list(self.session.scalars(statement))
        for row in found:
            self.saw(row)
        return found

    def add(self, row: Base) -> None:
        self.session.add(row)
        self.session.flush()
        self.saw(row)

    def saw(self, row: Base) -> None:
        self._subjects.append((row.__tablename__, getattr(row, "id", 0)))
        client = row.id if isinstance(row, TherapistClient) else None
        client = client or getattr(row, "therapist_client_id", None)
        self._client_ids |= {client} if client else set()

    def made(self, row: Base) -> None:
        """Adds a row that the log row is about, whatever was read on the way."""
        self.session.add(row)
        self.session.flush()
        self._subjects.insert(0, (row.__tablename__, getattr(row, "id", 0)))

    def about(self, subject: str, ident: int) -> None:
        self._subjects.append((subject, ident))

    def detail(self, code: str) -> None:
        """A code or ids that the log row carries. Never content."""
        self._detail = code

    def entry(self, outcome: str) -> AccessLog:
        first = self._subjects[0][0] if self._subjects else None
        ids = [str(ident) for subject, ident in self._subjects if subject == first and ident]
        unique = list(dict.fromkeys(ids))
        return AccessLog(
            actor_id=self.actor.user_id,
            actor_name=self.actor.name,
            actor_role=self.actor.role,
            via=self.actor.via,
            action=self.action,
            outcome=outcome,
            subject_type=first,
            subject_ids=",".join(unique[:SHOWN_IDS]) + (",…" if len(unique) > SHOWN_IDS else ""),
            # of a list that names several clients none: it must not read as if it were about the first
            client_id=next(iter(self._client_ids)) if len(self._client_ids) == 1 else None,
            detail=self._detail,
            request_id=self.actor.request_id,
        )


@contextmanager
def acting(actor: Actor, action: Action, *, at_length: bool = False) -> Iterator[Work]:
    """Permission, visibility, one transaction and its log row. Raises NotSignedIn, NotAllowed, NotFound;
    a refusal is logged in a transaction of its own before it is raised.

    `at_length` is for what only reads and takes seconds: nobody who writes waits for it. Its log row has a
    transaction of its own after the reading, and still comes before anything is returned."""
    with sessions()() as session:
        work = Work(session, actor, action)
        try:
            with session.begin():
                if at_length:
                    take_snapshot(session)
                signed_in.check(session, actor.sign_in_id, actor.user_id, actor.role)
                signed_in.check_token(session, actor.token_id, actor.user_id, actor.role)
                if not actor.may(action):
                    raise NotAllowed(_why_not(actor, action))
                yield work
                if action not in UNLOGGED and not at_length:
                    session.flush()
                    access_chain.append(session, work.entry("done"))
            if at_length:
                with session.begin():
                    access_chain.append(session, work.entry("done"))
        except (NotAllowed, NotFound):
            with sessions()() as refusal, refusal.begin():
                access_chain.append(refusal, work.entry("refused"))
            raise


def _why_not(actor: Actor, action: Action) -> str:
    if actor.reads_only and not only_reads(action):
        return "This token may only read. Make one that may write."
    return "Your role does not allow this."


def _word(model: type[Base]) -> str:
    words: dict[Any, str] = {
        "therapist_clients": "client",
        "users": "account",
        "notes": "note",
        "documents": "document",
        "instructions": "instruction",
    }
    return words.get(model.__tablename__, "session")
