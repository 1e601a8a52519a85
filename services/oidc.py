"""Signing in through the clinic's identity provider: who a verified identity is here, and as what.

Like `services.sign_in` before there is an actor. The protocol is `api.oidc`'s; what comes here is verified: the
claims of an ID token or of a logout token. A person is known by issuer and subject, never by e-mail or name.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config import settings
from models.base import now
from models.database import sessions
from models.user import OidcLogout, Role, SignIn, User
from services import access_chain, sign_in
from services.adapters.visible_text import visible
from services.errors import AppError

LOGOUT_KEPT = dt.timedelta(hours=1)  # longer than a logout token is accepted


class NotAdmitted(AppError):
    """The provider knows this person, but not as somebody who works with Verbatim."""

    status, code = 403, "not-admitted"


def sign_in_with(claims: Mapping[str, Any], address: str, *, replaces: str | None = None) -> str:
    """A token for the cookie. Makes the account at the first sign-in and follows the provider's name, e-mail and
    role at every one. Raises NotAdmitted."""
    role = _role(claims)
    subject = f"{claims['iss']}|{claims['sub']}"
    if role is None:
        _end_what_was_open(subject)
        sign_in.log_refused("no-group", address)
        raise NotAdmitted(
            "Your account is in no group that may use Verbatim. Ask your administrator."
        )
    with sessions()() as session, session.begin():
        user = session.scalar(select(User).where(User.oidc_subject == subject).with_for_update())
        user = user or _same_email(session, claims) or _new(session, claims, role)
        user.oidc_subject = subject
        if user.disabled_at is not None:
            raise NotAdmitted("This account is switched off here. Ask your administrator.")
        if user.role is not role:
            sign_in.take_role(session, user, role)
            access_chain.append(session, sign_in.entry("sign_in:role", "done", user, None, ""))
        user.name = _name(claims)
        user_id = user.id
    sid = claims.get("sid")
    return sign_in.start(user_id, address, replaces, oidc_sid=str(sid)[:200] if sid else "")


def end_at_the_provider(claims: Mapping[str, Any]) -> int:
    """Back-channel logout: ends the sign-ins of the session (`sid`), or of the person (`sub`). A logout token that
    was used before ends nothing. Returns how many sign-ins ended."""
    with sessions()() as session, session.begin():
        session.execute(delete(OidcLogout).where(OidcLogout.at < now() - LOGOUT_KEPT))
        if session.get(OidcLogout, claims["jti"]) is not None:
            return 0
        session.add(OidcLogout(jti=claims["jti"]))
        wanted = update(SignIn).where(SignIn.revoked_at.is_(None), SignIn.oidc_sid.is_not(None))
        if claims.get("sub"):
            subject = f"{claims['iss']}|{claims['sub']}"
            of_person = select(User.id).where(User.oidc_subject == subject)
            wanted = wanted.where(SignIn.user_id.in_(of_person))
        if claims.get("sid"):
            wanted = wanted.where(SignIn.oidc_sid == claims["sid"])
        ended = session.scalars(wanted.values(revoked_at=now()).returning(SignIn)).all()
        for row in ended:
            user = session.get_one(User, row.user_id)
            access_chain.append(session, sign_in.entry("sign_in:end", "done", user, row.id, ""))
        return len(ended)


def _end_what_was_open(subject: str) -> None:
    """Whoever is in no group any more keeps nothing: neither a sign-in on another computer nor a token."""
    with sessions()() as session, session.begin():
        user_id = session.scalar(select(User.id).where(User.oidc_subject == subject))
        if user_id is not None:
            sign_in.revoke_all(session, user_id)


def _role(claims: Mapping[str, Any]) -> Role | None:
    """The first row of the map whose group the person is in."""
    given = claims.get(settings().oidc_groups_claim, [])
    groups = {given} if isinstance(given, str) else {str(group) for group in given}
    return next((Role(role) for group, role in settings().oidc_roles if group in groups), None)


def _same_email(session: Session, claims: Mapping[str, Any]) -> User | None:
    """An account that was here before the provider, by an e-mail that the provider has verified."""
    # some providers send it as a string, and "false" is a true one
    if claims.get("email_verified") not in (True, "true") or not claims.get("email"):
        return None
    email = str(claims["email"]).strip().lower()
    user = session.scalar(
        select(User).where(User.email == email, User.oidc_subject.is_(None)).with_for_update()
    )
    if user is not None:
        entry = sign_in.entry("sign_in:link", "done", user, None, "")
        access_chain.append(session, entry)
    return user


def _new(session: Session, claims: Mapping[str, Any], role: Role) -> User:
    email = str(claims.get("email", "")).strip().lower()
    taken = session.scalar(select(User.id).where(User.email == email)) is not None
    if not email or len(email) > 254 or taken:
        raise NotAdmitted(
            "Your provider gave no e-mail address that can be used here, or another account has it. "
            "Ask your administrator."
        )
    user = User(email=email, name=_name(claims), role=role)
    session.add(user)
    session.flush()
    access_chain.append(session, sign_in.entry("sign_in:enrol", "done", user, None, ""))
    return user


def _name(claims: Mapping[str, Any]) -> str:
    name = str(claims.get("name") or claims.get("preferred_username") or claims.get("email") or "")
    return visible(name)[:120] or "Unnamed"
