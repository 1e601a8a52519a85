"""Whether a sign-in still stands: asked by the door in its own transaction, and by the ASGI guard."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import settings
from models.api import ApiToken
from models.base import now
from models.second_factor import SecondFactor
from models.user import Role, SignIn, User
from services.errors import NotSignedIn

TOKEN_ENDED = "This token is not valid: it was revoked, has expired, or never was. Make a new one."
EXPIRED = "You are signed out. Sign in again; what was saved is safe."


def digest(token: str) -> str:
    """What is stored of a token. A plain hash will do: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Standing:
    sign_in_id: int
    user_id: int
    name: str
    email: str
    role: Role
    last_seen_at: dt.datetime


def standing(session: Session, where: object) -> Standing | None:
    """The sign-in that matches, unless it was revoked, expired, its user disabled, or without the second factor
    that the settings require."""
    row = session.execute(
        select(SignIn, User).join(User, User.id == SignIn.user_id).where(where)  # type: ignore[arg-type]
    ).first()
    if row is None:
        return None
    sign_in, user = row
    at = now()
    idle = at - sign_in.last_seen_at > dt.timedelta(minutes=settings().idle_minutes)
    old = at - sign_in.created_at > dt.timedelta(hours=settings().absolute_hours)
    if sign_in.revoked_at or user.disabled_at or idle or old or _lacks_a_factor(session, row):
        return None
    return Standing(sign_in.id, user.id, user.name, user.email, user.role, sign_in.last_seen_at)


def _lacks_a_factor(session: Session, row: tuple[SignIn, User]) -> bool:
    """Of an identity provider's people the provider knows; the demo's sign in with one click."""
    sign_in, user = row
    exempt = sign_in.oidc_sid is not None or (user.is_demo and settings().demo)
    if exempt or settings().second_factor != "required":
        return False
    return session.scalar(select(SecondFactor.id).where(SecondFactor.user_id == user.id)) is None


def check(session: Session, sign_in_id: int | None, user_id: int, role: Role) -> None:
    """Raises NotSignedIn when an actor's sign-in no longer stands, or is not theirs any more.
    Actors without one (worker, commands) were vouched for by whoever made them."""
    if sign_in_id is None:
        return
    found = standing(session, SignIn.id == sign_in_id)
    if found is None or found.user_id != user_id or found.role != role:
        raise NotSignedIn(EXPIRED)


@dataclass(frozen=True)
class TokenHolder:
    """Whoever asks with a bearer token."""

    token_id: int
    user_id: int
    name: str
    role: Role
    reads_only: bool
    last_used_at: dt.datetime | None


def token_holder(session: Session, where: object) -> TokenHolder | None:
    """The token that matches, unless it was revoked, has expired, or its user is disabled."""
    row = session.execute(
        select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(where)  # type: ignore[arg-type]
    ).first()
    if row is None:
        return None
    token, user = row
    if token.revoked_at or user.disabled_at or token.expires_at <= now():
        return None
    reads_only = token.scope != "write"
    return TokenHolder(token.id, user.id, user.name, user.role, reads_only, token.last_used_at)


def check_token(session: Session, token_id: int | None, user_id: int, role: Role) -> None:
    """Raises NotSignedIn when the token that an actor came with no longer stands."""
    if token_id is None:
        return
    found = token_holder(session, ApiToken.id == token_id)
    if found is None or found.user_id != user_id or found.role != role:
        raise NotSignedIn(TOKEN_ENDED)
