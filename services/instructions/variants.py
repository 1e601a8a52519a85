"""Which instruction holds for whom, and the variants that people make: their own, for one client, the clinic's.

The order: the user's own for that client, the user's own, the clinic's, the built-in one.
"""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import Select, or_, select

from models.base import now
from models.client import TherapistClient
from models.clinic import Clinic
from models.instruction import Instruction as Row
from models.instruction import InstructionVersion
from models.user import Role, Supervision, User
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import NotAllowed, NotFound, Stale
from services.instructions import kept
from services.instructions.catalogue import built_in, types
from services.instructions.checks import checked
from services.instructions.structure import Instruction

CHANGED = "These instructions were changed elsewhere meanwhile. Nothing was lost: open them again."


@dataclass(frozen=True)
class ForClient:
    """A variant of the actor's own that holds for one client."""

    client_id: int
    client: str
    instruction_id: int
    version: int


@dataclass(frozen=True)
class Entry:
    """A type of the catalogue: what holds for the actor, and for which clients something else does."""

    instruction: Instruction
    built_in_version: int  # current; the variant may have been made from an older one
    clients: tuple[ForClient, ...] = ()


@dataclass(frozen=True)
class Version:
    number: int
    at: dt.datetime
    author: str
    built_in_version: int


def effective(
    actor: Actor,
    instruction_type: str,
    *,
    user_id: int | None = None,
    client_id: int | None = None,
) -> Instruction:
    """What a note of this type is drafted with for `user_id` (the actor, unless said otherwise) and `client_id`.
    Raises NotFound for an unknown type, naming those that exist, and for a person who is not theirs to see."""
    with acting(actor, Action.INSTRUCTION_READ) as work:
        owner_id = _whose(work, user_id)
        if client_id is not None:
            work.get(TherapistClient, client_id)
        plain = built_in(instruction_type)
        work.detail(f"type={plain.type}")
        rows = _rows(work, owner_id, plain.type)
        return _best(work, rows, plain, client_id)


def catalogue(actor: Actor) -> list[Entry]:
    """Every type, in order, with what holds for the actor."""
    with acting(actor, Action.INSTRUCTION_READ) as work:
        rows = _rows(work, actor.user_id)
        names = _client_names(work, rows)
        return [_entry(work, rows, names, instruction_type) for instruction_type in types()]


def read_variant(actor: Actor, instruction_id: int, *, version: int | None = None) -> Instruction:
    """A variant in its newest or another version. Raises NotFound."""
    with acting(actor, Action.INSTRUCTION_READ) as work:
        row = work.get(Row, instruction_id)
        return _opened(work, row, built_in(row.instruction_type), version or row.version)


def versions(actor: Actor, instruction_id: int) -> list[Version]:
    """All versions of a variant, newest first. Raises NotFound."""
    with acting(actor, Action.INSTRUCTION_READ) as work:
        row = work.get(Row, instruction_id)
        found = work.session.execute(
            work.visible(InstructionVersion)
            .join(User, User.id == InstructionVersion.author_id)
            .where(InstructionVersion.instruction_id == row.id)
            .order_by(InstructionVersion.version.desc())
            .with_only_columns(
                InstructionVersion.version,
                InstructionVersion.created_at,
                User.name,
                InstructionVersion.built_in_version,
            )
        )
        return [Version(*one) for one in found]


def save_variant(
    actor: Actor,
    wanted: Instruction,
    *,
    client_id: int | None = None,
    read_version: int | None = None,
) -> Instruction:
    """Keeps `wanted` as the actor's own for its type, or for one client, as a new version. `read_version` is the
    version that was changed (None: there was none). Raises Invalid, NotFound, and Stale when there is a newer one."""
    with acting(actor, Action.INSTRUCTION_WRITE) as work:
        if client_id is not None:
            work.get(TherapistClient, client_id)
        _queue_behind(work, select(User.id).where(User.id == actor.user_id))
        return _save(work, wanted, actor.user_id, client_id, read_version)


def publish(actor: Actor, wanted: Instruction, *, read_version: int | None = None) -> Instruction:
    """Keeps `wanted` as the clinic's, for everyone who has none of their own. Raises as `save_variant` does."""
    with acting(actor, Action.INSTRUCTION_PUBLISH) as work:
        _queue_behind(work, select(Clinic.id))
        return _save(work, wanted, None, None, read_version)


def go_back(actor: Actor, instruction_id: int, *, version: int | None = None) -> None:
    """Puts an earlier version back, as a new one; without `version` the variant is put away and what is next in
    order holds again. One's own, or the clinic's for an administrator. Raises NotFound, NotAllowed."""
    publishes = actor.may(Action.INSTRUCTION_PUBLISH)
    action = Action.INSTRUCTION_PUBLISH if publishes else Action.INSTRUCTION_WRITE
    with acting(actor, action) as work:
        row = work.get(Row, instruction_id, lock=True)
        if row.owner_id != (None if publishes else actor.user_id):
            raise NotAllowed("These instructions are someone else's to change.")
        if version is None:
            row.deleted_at = now()
            work.detail("put-away")
            return
        plain = built_in(row.instruction_type)
        earlier = _opened(work, row, plain, version)
        tidy = replace(checked(earlier, plain), built_in_version=earlier.built_in_version)
        _append(work, row, tidy, plain)


# --- reading --------------------------------------------------------------------------------------


def _whose(work: Work, user_id: int | None) -> int:
    """Somebody else's are for those who supervise them, and for administrators."""
    if user_id is None or user_id == work.actor.user_id:
        return work.actor.user_id
    if work.actor.role is Role.ADMINISTRATOR:
        return work.get(User, user_id).id
    supervised = work.visible(Supervision).where(Supervision.therapist_id == user_id)
    if work.session.scalars(supervised).first() is None:
        work.about("users", user_id)
        raise NotFound("No such account, or it is not yours to see.")
    return user_id


def _rows(work: Work, owner_id: int, instruction_type: str | None = None) -> list[Row]:
    """Variants that could hold for `owner_id`, the newest first."""
    wanted = work.visible(Row).where(or_(Row.owner_id.is_(None), Row.owner_id == owner_id))
    if instruction_type is not None:
        wanted = wanted.where(Row.instruction_type == instruction_type)
    return list(work.session.scalars(wanted.order_by(Row.id.desc())))


def _best(work: Work, rows: list[Row], plain: Instruction, client_id: int | None) -> Instruction:
    usable = [
        row
        for row in rows
        if row.instruction_type == plain.type and row.therapist_client_id in (None, client_id)
    ]
    if not usable:
        return plain
    row = max(usable, key=lambda row: (row.therapist_client_id is not None, row.owner_id or 0))
    work.saw(row)
    return _opened(work, row, plain, row.version)


def _entry(work: Work, rows: list[Row], names: dict[int, str], instruction_type: str) -> Entry:
    plain = built_in(instruction_type)
    return Entry(
        instruction=_best(work, rows, plain, None),
        built_in_version=plain.version,
        clients=tuple(
            ForClient(
                row.therapist_client_id, names[row.therapist_client_id], row.id, row.version
            )
            for row in rows
            if row.instruction_type == instruction_type and row.therapist_client_id in names
        ),
    )  # fmt: skip


def _client_names(work: Work, rows: list[Row]) -> dict[int, str]:
    """Of the clients whom variants are for, as long as the actor sees them."""
    ids = {row.therapist_client_id for row in rows if row.therapist_client_id is not None}
    if not ids:
        return {}
    found = work.rows(work.visible(TherapistClient).where(TherapistClient.id.in_(ids)))
    return {client.id: encryption.unseal(client, "name") for client in found}


def _opened(work: Work, row: Row, plain: Instruction, number: int) -> Instruction:
    found = work.session.scalars(
        work.visible(InstructionVersion).where(
            InstructionVersion.instruction_id == row.id, InstructionVersion.version == number
        )
    ).first()
    if found is None:
        raise NotFound("There is no such version of these instructions.")
    return kept.from_json(
        encryption.unseal_json(found, "content"),
        plain,
        version=found.version,
        source=_source(row),
        instruction_id=row.id,
        built_in_version=found.built_in_version,
    )


def _source(row: Row) -> str:
    if row.owner_id is None:
        return "clinic"
    return "own" if row.therapist_client_id is None else "client"


# --- writing --------------------------------------------------------------------------------------


def _queue_behind(work: Work, row: Select[int]) -> None:
    """Two first versions at once would make two variants: one waits for the other."""
    work.session.execute(row.with_for_update())


def _save(
    work: Work,
    wanted: Instruction,
    owner_id: int | None,
    client_id: int | None,
    read_version: int | None,
) -> Instruction:
    plain = built_in(wanted.type)
    tidy = checked(wanted, plain)
    row = work.session.scalars(
        work.visible(Row)
        .where(Row.instruction_type == plain.type)
        .where(Row.owner_id == owner_id, Row.therapist_client_id == client_id)
        .order_by(Row.id.desc())
    ).first()
    if (row.version if row else None) != read_version:
        raise Stale(CHANGED)
    if row is None:
        row = Row(
            instruction_type=plain.type,
            owner_id=owner_id,
            therapist_client_id=client_id,
            version=0,
        )
        work.add(row)
    _append(work, row, tidy, plain)
    return _opened(work, row, plain, row.version)


def _append(work: Work, row: Row, tidy: Instruction, plain: Instruction) -> None:
    work.saw(row)
    row.version += 1
    version = InstructionVersion(
        instruction_id=row.id,
        version=row.version,
        built_in_version=tidy.built_in_version,
        author_id=work.actor.user_id,
    )
    version.content = encryption.seal_json(version, "content", kept.to_json(tidy, plain))
    work.add(version)
    work.detail(f"type={plain.type} version={row.version}")
