"""Signing in and out: the documented exception of the one door, because nobody is an actor yet.

The browser gets a random token; the database keeps its SHA-256 and can end it at any moment.
Sign-ins, refused ones and sign-outs leave access-log rows like everything that goes through the
door.
"""

import datetime as dt
import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config import settings
from models.access_log import AccessLog
from models.api import ApiToken
from models.base import now
from models.clinic import Clinic
from models.database import reading, sessions
from models.user import Role, SignIn, Supervision, User
from services import access_chain, half_sign_ins, passwords, sign_in_throttle, signed_in
from services.access import Actor, Via
from services.errors import AppError, NotSignedIn
from services.signed_in import EXPIRED, Standing

AT_ONCE = 10  # sign-ins of one person; the oldest ends when one more begins
TOUCH = dt.timedelta(seconds=30)  # how exact `last_seen_at` is
TOKEN_LENGTH = 43  # characters of token_urlsafe(32): 256 bits


class WrongPassword(AppError):
    """Said alike for an unknown e-mail, a wrong password and a disabled account."""

    status, code = 401, "wrong-password"

    def __init__(self) -> None:
        super().__init__("Email or password is not right. Check both and try again.")


class NewPasswordNeeded(AppError):
    """The password was right but temporary: it opens nothing until it is replaced."""

    status, code = 403, "new-password-needed"

    def __init__(self) -> None:
        super().__init__("This password was for one use. Choose your own to go on.")


def sign_in(
    email: str,
    password: str,
    address: str,
    *,
    replaces: str | None = None,
    new_password: str | None = None,
) -> str:
    """A token for the cookie. `replaces` is the token the browser had before, which ends here, so
    that a planted cookie is worth nothing. `address` is the network address asked from.

    Raises TooMany, WrongPassword, NewPasswordNeeded (again with `new_password`), Invalid (for that
    one), and CodeNeeded where a second step follows (services.second_step)."""
    if not settings().local_sign_in:
        raise WrongPassword
    email = email.strip().lower()
    sign_in_throttle.reserve(email, address)
    user = _user(email)
    right = passwords.verify(user.password_hash if user else None, password)
    if user is None or not right or not _is_usable(user):
        log_refused("wrong-password" if user and not right else "no-account", address, user)
        raise WrongPassword
    sign_in_throttle.forgive(email, address)
    replacement = _replacement(user, password, new_password)
    with sessions()() as session, session.begin():
        still = session.get_one(User, user.id, with_for_update=True)
        if still.password_hash != user.password_hash or not _is_usable(still):
            raise WrongPassword  # it was changed while it was checked
        half = half_sign_ins.begin(session, user.id, replacement)
        if half is None:
            return started(session, still, address, replaces, replacement)
        # whoever reads the log sees a password that others have, even when no code was tried
        access_chain.append(session, _unproven("sign_in:password", "done", "", address, still))
    raise half_sign_ins.CodeNeeded(half)


def sign_in_as_demo(user_id: int, address: str, *, replaces: str | None = None) -> str:
    """A token for a demo account without a password; only in demo mode. Raises WrongPassword."""
    with reading() as session:
        user = session.get(User, user_id) if settings().demo else None
    if user is None or not user.is_demo or user.disabled_at:
        raise WrongPassword
    return start(user.id, address, replaces)


def demo_accounts() -> list[User]:
    """Who can be signed in with one click: nobody outside demo mode."""
    if not settings().demo:
        return []
    with reading() as session:
        found = select(User).where(User.is_demo, User.disabled_at.is_(None)).order_by(User.id)
        return list(session.scalars(found))


def clinic_name() -> str:
    """What the form greets with."""
    with reading() as session:
        return session.scalar(select(Clinic.name)) or ""


def lookup(token: str | None, *, touch: bool = False) -> Standing | None:
    """The sign-in of a token if it stands. `touch` says the person did something just now."""
    if token is None or len(token) != TOKEN_LENGTH:
        return None
    with reading() as session:
        found = signed_in.standing(session, SignIn.token_hash == signed_in.digest(token))
    if found and touch and now() - found.last_seen_at > min(TOUCH, idle() / 4):
        with sessions()() as session, session.begin():
            still = SignIn.id == found.sign_in_id, SignIn.revoked_at.is_(None)
            session.execute(update(SignIn).where(*still).values(last_seen_at=now()))
    return found


def actor(sign_in_id: int, via: Via, request_id: str | None = None) -> Actor:
    """The actor of a sign-in that stands. Raises NotSignedIn."""
    with reading() as session:
        found = signed_in.standing(session, SignIn.id == sign_in_id)
    if found is None:
        raise NotSignedIn(EXPIRED)
    return actor_of(found, via, request_id)


def actor_of(standing: Standing, via: Via, request_id: str | None = None) -> Actor:
    """The same, of a sign-in that was looked up for this very request."""
    return Actor(
        user_id=standing.user_id,
        name=standing.name,
        role=standing.role,
        via=via,
        sign_in_id=standing.sign_in_id,
        request_id=request_id,
    )


def sign_out(token: str | None) -> bool:
    """Ends the sign-in of a token, for every open page and at once. Unknown tokens are ignored.
    Returns whether an identity provider has a session of it as well."""
    found = lookup(token)
    return found is not None and _end(found)


def sign_out_actor(who: Actor) -> None:
    """The same from a page, which knows its sign-in but not the cookie's token."""
    if who.sign_in_id is None:
        return
    with reading() as session:
        found = signed_in.standing(session, SignIn.id == who.sign_in_id)
    if found is not None and found.user_id == who.user_id:
        _end(found)


def revoke_all(session: Session, user_id: int, *, keep: int | None = None) -> None:
    """Ends every sign-in of a person, half ones too, within the caller's transaction; and, unless their own one is
    to be kept, every API token."""
    half_sign_ins.end_all(session, user_id)
    standing = SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.id != (keep or 0)
    session.execute(update(SignIn).where(*standing).values(revoked_at=now()))
    if keep is None:
        tokens = ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
        session.execute(update(ApiToken).where(*tokens).values(revoked_at=now()))


def take_role(session: Session, user: User, role: Role) -> None:
    """Another role, within the caller's transaction: supervision ends on both sides, and what stands was opened
    with the former role."""
    user.role = role
    either = (Supervision.supervisor_id == user.id) | (Supervision.therapist_id == user.id)
    session.execute(delete(Supervision).where(either))
    revoke_all(session, user.id)


def idle() -> dt.timedelta:
    """How long a sign-in stands without use."""
    return dt.timedelta(minutes=settings().idle_minutes)


def start(user_id: int, address: str, replaces: str | None, *, oidc_sid: str | None = None) -> str:
    """A token for somebody who has proven who they are. `oidc_sid` is not None when a provider proved it."""
    with sessions()() as session, session.begin():
        user = session.get_one(User, user_id, with_for_update=True)
        return started(session, user, address, replaces, oidc_sid=oidc_sid)


def started(
    session: Session,
    user: User,
    address: str,
    replaces: str | None,
    password_hash: str | None = None,
    *,
    oidc_sid: str | None = None,
) -> str:
    """The same within the caller's transaction, which has locked the person."""
    token = secrets.token_urlsafe(32)
    if password_hash is not None:
        user.password_hash, user.password_temporary_until = password_hash, None
        half_sign_ins.end_all(session, user.id)  # begun with the former password
    if replaces:
        older = SignIn.token_hash == signed_in.digest(replaces), SignIn.revoked_at.is_(None)
        session.execute(update(SignIn).where(*older).values(revoked_at=now()))
    row = SignIn(token_hash=signed_in.digest(token), user_id=user.id, oidc_sid=oidc_sid)
    session.add(row)
    session.flush()
    _cap(session, user.id)
    access_chain.append(session, entry("sign_in:start", "done", user, row.id, address))
    return token


def _cap(session: Session, user_id: int) -> None:
    standing = SignIn.user_id == user_id, SignIn.revoked_at.is_(None)
    newest = select(SignIn.id).where(*standing).order_by(SignIn.id.desc()).limit(AT_ONCE)
    kept = list(session.scalars(newest))
    older = update(SignIn).where(*standing, SignIn.id.not_in(kept))
    session.execute(older.values(revoked_at=now()))


def _end(found: Standing) -> bool:
    with sessions()() as session, session.begin():
        row = session.get_one(SignIn, found.sign_in_id, with_for_update=True)
        row.revoked_at = row.revoked_at or now()
        user = session.get_one(User, found.user_id)
        access_chain.append(session, entry("sign_in:end", "done", user, row.id, ""))
        return row.oidc_sid is not None


def _replacement(user: User, password: str, new_password: str | None) -> str | None:
    """The hash to store at this sign-in: of the new password, or of the same one in stronger
    settings."""
    if user.password_temporary_until is not None:
        if not new_password:
            raise NewPasswordNeeded
        passwords.require_good(new_password, password, user.name, user.email)
        return passwords.hash_password(new_password)
    if user.password_hash and passwords.needs_rehash(user.password_hash):
        return passwords.hash_password(password)
    return None


def _is_usable(user: User) -> bool:
    temporary = user.password_temporary_until
    return user.disabled_at is None and (temporary is None or temporary > now())


def _user(email: str) -> User | None:
    with reading() as session:
        return session.scalar(select(User).where(User.email == email))


def log_refused(reason: str, address: str, user: User | None = None) -> None:
    with sessions()() as session, session.begin():
        refused = _unproven("sign_in:start", "refused", reason, address, user)
        access_chain.append(session, refused)


def _unproven(action: str, outcome: str, reason: str, address: str, user: User | None) -> AccessLog:
    """Names nobody who was not proven to be there, and never what was typed."""
    row = entry(action, outcome, None, None, f"{reason} {address}".strip())
    if user is not None:
        row.subject_type, row.subject_ids = "users", str(user.id)
    return row


def entry(
    action: str, outcome: str, user: User | None, sign_in_id: int | None, address: str
) -> AccessLog:
    return AccessLog(
        actor_id=user.id if user else None,
        actor_name=user.name if user else "not signed in",
        actor_role=user.role.value if user else "none",
        via=Via.DASHBOARD.value,
        action=action,
        outcome=outcome,
        subject_type="sign_ins" if sign_in_id else None,
        subject_ids=str(sign_in_id) if sign_in_id else "",
        detail=address[:60],
    )
