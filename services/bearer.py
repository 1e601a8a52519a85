"""Bearer tokens as they arrive: before there is an actor, like `services.sign_in`.

A token is `vbt_` and 43 characters, 256 random bits; the database keeps its SHA-256. The prefix is for
scanners that look for secrets in places where none should be.
"""

import datetime as dt
import re
import secrets

from sqlalchemy import update

from models.api import ApiToken
from models.base import now
from models.database import reading, sessions
from services import signed_in
from services.access import Actor, Via
from services.signed_in import TokenHolder

FORM = re.compile(r"vbt_[A-Za-z0-9_-]{43}")
TOUCH = dt.timedelta(minutes=1)  # how exact `last_used_at` is


def new_token() -> str:
    return f"vbt_{secrets.token_urlsafe(32)}"


def lookup(token: str) -> TokenHolder | None:
    """Whose token this is, if it stands. Notes its use."""
    if not FORM.fullmatch(token):
        return None
    with reading() as session:
        found = signed_in.token_holder(session, ApiToken.token_hash == signed_in.digest(token))
    if found and (found.last_used_at is None or now() - found.last_used_at > TOUCH):
        with sessions()() as session, session.begin():
            used = update(ApiToken).where(ApiToken.id == found.token_id)
            session.execute(used.values(last_used_at=now()))
    return found


def actor_of(holder: TokenHolder, request_id: str | None = None) -> Actor:
    return Actor(
        user_id=holder.user_id,
        name=holder.name,
        role=holder.role,
        via=Via.API,
        request_id=request_id,
        token_id=holder.token_id,
        reads_only=holder.reads_only,
    )
