"""Bearer tokens for programs: made by a person for themselves, shown once, revocable at any moment.

A token does what its owner's role may do, or only the reading part of it, and never makes another token. In use it asks
for no code, so a stolen sign-in must not be enough to make one.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select

from models.api import ApiToken
from models.base import now
from models.second_factor import SecondFactor
from models.user import User
from services import bearer, one_time_codes, signed_in
from services.access import Action, Actor, Via, Work, acting
from services.adapters.visible_text import visible
from services.errors import Conflict, Invalid
from services.proof import NotProven, is_asked, proven

LONGEST = 365  # days
AT_ONCE = 20  # tokens of one person that stand


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"  # reads too


@dataclass(frozen=True)
class Token:
    id: int
    name: str
    scope: Scope
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None


@dataclass(frozen=True)
class Made:
    """`secret` is the token itself, shown this once."""

    token: Token
    secret: str = field(repr=False)


def list_tokens(actor: Actor) -> list[Token]:
    """The actor's own, newest first; revoked and expired ones too."""
    with acting(actor, Action.TOKEN_READ) as work:
        rows = work.rows(work.visible(ApiToken).order_by(ApiToken.id.desc()))
        return [_token(row) for row in rows]


def create(
    actor: Actor, name: str, scope: Scope, days: int, *, password: str = "", code: str = ""
) -> Made:
    """A token that holds for `days` (1 to LONGEST). Whoever has a second factor, or must have one, proves with password
    and code who they are; the server's own command needs no proof. Raises Invalid, Conflict with AT_ONCE standing,
    NotProven, TooMany."""
    name = visible(name)
    if not 1 <= len(name) <= 80:
        raise Invalid("Give the token a name of 1 to 80 characters: what will use it.")
    if not 1 <= days <= LONGEST:
        raise Invalid(f"A token holds for 1 to {LONGEST} days.")
    detail = f"made scope={scope.value} days={days}"

    def make(work: Work, user: User, _factor: SecondFactor | None) -> Made:
        _require_room(work, user)
        return _make(work, user, name, scope, days)

    with acting(actor, Action.TOKEN_CHANGE) as work:
        # locked: between the question and the token nobody gets a second factor
        user = work.get(User, actor.user_id, lock=True)
        if actor.via is Via.COMMAND or not is_asked(work, user):
            work.detail(detail)
            return make(work, user, None)
        _require_room(work, user)  # before a code is used up
        _require_given(work, user, password, code)
        work.detail("check_new_token")
    return proven(actor, Action.TOKEN_CHANGE, password, code, detail, make)


def revoke(actor: Actor, token_id: int) -> None:
    """Ends a token of the actor's own, at once. Idempotent. Raises NotFound."""
    with acting(actor, Action.TOKEN_CHANGE) as work:
        row = work.get(ApiToken, token_id, lock=True)
        row.revoked_at = row.revoked_at or now()
        work.detail("revoked")


def _require_room(work: Work, user: User) -> None:
    standing = select(func.count()).where(
        ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now()
    )
    if (work.session.scalar(standing) or 0) >= AT_ONCE:
        raise Conflict(f"You have {AT_ONCE} tokens. Revoke one that is not used any more first.")


def _require_given(work: Work, user: User, password: str, code: str) -> None:
    asks_code = one_time_codes.of(work.session, user.id) is not None
    if not password or (asks_code and not code.strip()):
        work.detail("not_proven")
        what = "your password and a code" if asks_code else "your password"
        raise NotProven(f"A new token needs {what}. Nothing was made.")


def _make(work: Work, user: User, name: str, scope: Scope, days: int) -> Made:
    secret = bearer.new_token()
    row = ApiToken(
        user_id=user.id,
        name=name,
        token_hash=signed_in.digest(secret),
        scope=scope.value,
        expires_at=now() + dt.timedelta(days=days),
    )
    work.made(row)
    return Made(_token(row), secret)


def _token(row: ApiToken) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scope=Scope(row.scope),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
