"""Access to one client for another therapist, given by an administrator: a co-therapist, or cover for a time.

What a grant opens is decided in one place, `services.visibility`. It ends by itself, or when it is revoked.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from models.base import now
from models.client import TherapistClient
from models.client_grant import ClientGrant
from models.user import Role, User
from services import encryption, referenced
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid

LONGEST = dt.timedelta(days=366)  # of cover; a co-therapist has no end


@dataclass(frozen=True)
class Grant:
    id: int
    client_id: int
    client: str
    therapist: str  # whose client it is
    user_id: int
    user: str  # who covers
    granted_by: str
    since: dt.datetime
    until: dt.datetime | None  # None: until it is revoked
    revoked_at: dt.datetime | None
    is_active: bool


def list_grants(actor: Actor) -> list[Grant]:
    """Newest first: an administrator's view of all, a therapist's of their own cover that holds now."""
    with acting(actor, Action.GRANT_READ) as work:
        wanted = work.visible(ClientGrant).order_by(ClientGrant.since.desc(), ClientGrant.id.desc())
        at = now()
        rows = [
            row
            for row in work.session.scalars(wanted)
            if actor.role is Role.ADMINISTRATOR or _is_active(row, at)
        ]
        return _described(work, rows, at)


def give(actor: Actor, client_id: int, user_id: int, until: dt.datetime | None) -> int:
    """Opens a client to another therapist from now until `until` (None: until revoked); the grant's id. One that
    holds already is replaced. Raises Invalid."""
    with acting(actor, Action.GRANT_CHANGE) as work:
        client = work.get(TherapistClient, client_id, lock=True)
        user = work.session.get(User, user_id)
        if user is None or user.role is not Role.THERAPIST or user.disabled_at is not None:
            raise Invalid("Choose a therapist with an active account.")
        if user.id == client.therapist_id:
            raise Invalid("This is their own client already.")
        at = now()
        if until is not None and not at < until <= at + LONGEST:
            raise Invalid("Cover ends on a day between tomorrow and a year from now.")
        held = select(ClientGrant).where(
            ClientGrant.therapist_client_id == client_id, ClientGrant.user_id == user_id
        )
        for row in work.session.scalars(held):
            if _is_active(row, at):
                row.revoked_at = at
        grant = ClientGrant(
            therapist_client_id=client_id,
            user_id=user_id,
            granted_by=actor.user_id,
            since=at,
            until=until,
        )
        work.add(grant)
        work.detail(f"given={user_id},until={until.date().isoformat() if until else 'revoked'}")
        return grant.id


def revoke(actor: Actor, grant_id: int) -> None:
    """Ends a grant at once. Raises Conflict for one that has ended."""
    with acting(actor, Action.GRANT_CHANGE) as work:
        grant = work.get(ClientGrant, grant_id, lock=True)
        at = now()
        if not _is_active(grant, at):
            raise Conflict("This access has ended already.")
        grant.revoked_at = at
        work.detail(f"revoked={grant.user_id}")


def _is_active(row: ClientGrant, at: dt.datetime) -> bool:
    return row.revoked_at is None and row.since <= at and (row.until is None or row.until > at)


def _described(work: Work, rows: list[ClientGrant], at: dt.datetime) -> list[Grant]:
    ids = {row.therapist_client_id for row in rows}
    clients = referenced.by_id(work, TherapistClient, ids)
    people = {row.user_id for row in rows} | {row.granted_by for row in rows}
    people |= {client.therapist_id for client in clients.values()}
    names = referenced.names(work, people)
    return [
        Grant(
            id=row.id,
            client_id=row.therapist_client_id,
            client=encryption.unseal(clients[row.therapist_client_id], "name"),
            therapist=names[clients[row.therapist_client_id].therapist_id],
            user_id=row.user_id,
            user=names[row.user_id],
            granted_by=names[row.granted_by],
            since=row.since,
            until=row.until,
            revoked_at=row.revoked_at,
            is_active=_is_active(row, at),
        )
        for row in rows
    ]
