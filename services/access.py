"""The one door. `with acting(actor, Action.X) as work:` is the only way to a database session.

It checks PERMISSIONS, limits rows to those the actor may see, runs one short transaction, and writes the
access-log row in that same transaction: if the log cannot be written, nothing is returned.
No network or model call happens inside it.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session

from models.access_log import AccessLog
from models.base import Base
from models.client import OwnedByTherapist, TherapistClient
from models.clinic import Clinic
from models.database import sessions, take_snapshot
from models.user import Role, SignIn, Supervision, User
from services import access_chain, signed_in
from services.errors import NotAllowed, NotFound

Row = TypeVar("Row", bound=Base)
SHOWN_IDS = 200  # ids of a list that one log row names


class Via(StrEnum):
    DASHBOARD = "dashboard"
    API = "api"
    WORKER = "worker"
    COMMAND = "command"


class Action(StrEnum):
    """subject:verb. Every one appears in PERMISSIONS."""

    RECORDING_BEGIN = "recording:begin"
    RECORDING_ADD_CHUNK = "recording:add_chunk"
    RECORDING_RECOVER = "recording:recover"
    RECORDING_MARK = "recording:mark"
    RECORDING_WAIT = "recording:wait"
    RECORDING_FINISH = "recording:finish"
    RECORDING_RETRY = "recording:retry"
    RECORDING_PLAY = "recording:play"
    RECORDING_WATCH = "recording:watch"
    RECORDING_PROCESS = "recording:process"
    RECORDING_ADVANCE = "recording:advance"
    CAPTIONS_OPEN = "captions:open"
    CAPTIONS_WATCH = "captions:watch"
    SESSION_LIST = "session:list"
    SESSION_READ = "session:read"
    TRANSCRIPT_READ = "transcript:read"
    TRANSCRIPT_CORRECT = "transcript:correct"
    CLIENT_LIST = "client:list"
    CLIENT_CREATE = "client:create"
    CLIENT_CHANGE = "client:change"
    USER_LIST = "user:list"
    USER_CREATE = "user:create"
    USER_CHANGE = "user:change"
    ACCOUNT_CHANGE = "account:change"
    CLINIC_READ = "clinic:read"
    CLINIC_CHANGE = "clinic:change"
    HEALTH_READ = "health:read"
    ACCESS_LOG_READ = "access_log:read"
    ACCESS_LOG_VERIFY = "access_log:verify"
    ACCESS_LOG_EXPORT = "access_log:export"


A = Action
EVERYONE = {A.ACCOUNT_CHANGE, A.CLINIC_READ}
PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.THERAPIST: frozenset(
        EVERYONE
        | {A.RECORDING_ADD_CHUNK, A.RECORDING_FINISH, A.RECORDING_RETRY, A.RECORDING_PLAY}
        | {A.RECORDING_BEGIN, A.RECORDING_RECOVER, A.RECORDING_MARK, A.RECORDING_WAIT}
        | {A.RECORDING_WATCH, A.RECORDING_PROCESS, A.RECORDING_ADVANCE}
        | {A.CAPTIONS_OPEN, A.CAPTIONS_WATCH}
        | {A.SESSION_LIST, A.SESSION_READ}
        | {A.TRANSCRIPT_READ, A.TRANSCRIPT_CORRECT}
        | {A.CLIENT_LIST, A.CLIENT_CREATE, A.CLIENT_CHANGE}
    ),
    Role.SUPERVISOR: frozenset(
        EVERYONE
        | {A.RECORDING_PLAY, A.RECORDING_WATCH, A.SESSION_LIST, A.SESSION_READ}
        | {A.TRANSCRIPT_READ, A.CLIENT_LIST}
    ),
    Role.CLIENT: frozenset({A.ACCOUNT_CHANGE}),
    Role.PRIVACY_OFFICER: frozenset(
        EVERYONE | {A.ACCESS_LOG_READ, A.ACCESS_LOG_VERIFY, A.ACCESS_LOG_EXPORT}
    ),
    Role.ADMINISTRATOR: frozenset(
        EVERYONE
        | {A.USER_LIST, A.USER_CREATE, A.USER_CHANGE, A.CLINIC_CHANGE, A.HEALTH_READ}
        | {A.CLIENT_LIST, A.CLIENT_CREATE, A.CLIENT_CHANGE}
    ),
}
WORKER_ONLY = {A.RECORDING_PROCESS, A.RECORDING_ADVANCE}
# WATCH is polled every second or two and ADVANCE runs every few seconds of a session: they return
# states and counts and open no sealed column. The reads that a worker does are logged as PROCESS.
# CAPTIONS_WATCH does open words, every other second, and only while a logged CAPTIONS_OPEN holds.
UNLOGGED = {
    A.RECORDING_WATCH, A.RECORDING_ADVANCE, A.CAPTIONS_WATCH, A.CLINIC_READ, A.HEALTH_READ,
}  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Who asks, and through what. Made by `services.sign_in`, `services.jobs` and commands only."""

    user_id: int
    name: str
    role: Role
    via: Via
    sign_in_id: int | None = None
    request_id: str | None = None

    def may(self, action: Action) -> bool:
        return action in PERMISSIONS[self.role] and (
            action not in WORKER_ONLY or self.via in (Via.WORKER, Via.COMMAND)
        )


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

    def get(self, model: type[Row], key: int | uuid.UUID, *, lock: bool = False) -> Row:
        """The row by id or uid. Raises NotFound, for a row that is not theirs as well."""
        column = getattr(model, "uid" if isinstance(key, uuid.UUID) else "id")
        statement = self.visible(model).where(column == key)
        row = self.session.scalars(statement.with_for_update() if lock else statement).first()
        if row is None:
            self.about(model.__tablename__, key if isinstance(key, int) else 0)
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
                if not actor.may(action):
                    raise NotAllowed("Your role does not allow this.")
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


def visibility(model: type[Base], actor: Actor) -> ColumnElement[bool]:
    """Which rows of a table this actor may see at all."""
    everything = actor.role is Role.ADMINISTRATOR
    if model is User:
        return true() if everything else User.id == actor.user_id
    if model is Clinic:
        return true()
    if model is SignIn:
        return true() if everything else SignIn.user_id == actor.user_id
    if model is Supervision:
        return true() if everything else Supervision.supervisor_id == actor.user_id
    if model is AccessLog:
        return true() if actor.role is Role.PRIVACY_OFFICER else false()
    if model is TherapistClient and everything:
        return true()
    if issubclass(model, OwnedByTherapist):
        return model.therapist_id.in_(_reach(actor))
    return false()


def _reach(actor: Actor) -> Select[int] | Sequence[int]:
    """Therapists whose rows the actor may see."""
    if actor.role is Role.THERAPIST:
        return [actor.user_id]
    if actor.role is Role.SUPERVISOR:
        return select(Supervision.therapist_id).where(Supervision.supervisor_id == actor.user_id)
    return []


def _word(model: type[Base]) -> str:
    words: dict[Any, str] = {"therapist_clients": "client", "users": "account"}
    return words.get(model.__tablename__, "session")


def through(actor: Actor, via: Via) -> Actor:
    return replace(actor, via=via)
