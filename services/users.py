"""Accounts: who may sign in as what, who supervises whom, and what people do with their own
account.

A password is never set for somebody: an administrator hands over a temporary one, valid for a day
and one use, and its owner replaces it before anything opens.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select

from models.base import now
from models.clinic import Clinic
from models.second_factor import SecondFactor
from models.user import Role, SignIn, Supervision, User
from services import passwords, sign_in, sign_in_throttle
from services.access import Action, Actor, Work, acting
from services.adapters.visible_text import visible
from services.errors import Conflict, Invalid, NotFound
from services.proof import proven

TEMPORARY_FOR = dt.timedelta(hours=24)
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


@dataclass(frozen=True)
class Account:
    """An account as people see it; its password hash stays behind."""

    id: int
    email: str
    name: str
    role: Role
    is_demo: bool
    disabled_at: dt.datetime | None
    created_at: dt.datetime
    waits_for_password: bool  # has a temporary one
    last_sign_in_at: dt.datetime | None = None  # known where accounts are listed
    has_second_factor: bool = False  # likewise


@dataclass(frozen=True)
class Invitation:
    """`password` is shown once; None when one was given."""

    account: Account
    password: str | None


@dataclass(frozen=True)
class OwnSignIn:
    id: int
    created_at: dt.datetime
    last_seen_at: dt.datetime
    is_this_one: bool


def list_users(actor: Actor) -> list[Account]:
    """Every account, by name, with the last sign-in and whether there is a second factor."""
    with acting(actor, Action.USER_LIST) as work:
        rows = work.rows(work.visible(User).order_by(func.lower(User.name), User.id))
        last = select(SignIn.user_id, func.max(SignIn.created_at)).group_by(SignIn.user_id)
        at = dict(work.session.execute(last).all())
        with_factor = set(work.session.scalars(select(SecondFactor.user_id)))
        return [
            replace(
                _account(user),
                last_sign_in_at=at.get(user.id),
                has_second_factor=user.id in with_factor,
            )
            for user in rows
        ]


def supervisions(actor: Actor) -> dict[int, list[int]]:
    """Therapist ids by supervisor id."""
    with acting(actor, Action.USER_LIST) as work:
        found: dict[int, list[int]] = {}
        for row in work.rows(work.visible(Supervision)):
            found.setdefault(row.supervisor_id, []).append(row.therapist_id)
        return found


def create_user(
    actor: Actor, email: str, name: str, role: Role, *, password: str | None = None
) -> Invitation:
    """An account with a temporary password, or with the one given. Raises Invalid, Conflict."""
    given = passwords.temporary() if password is None else password
    hashed = passwords.hash_password(given)  # before the transaction: it takes 60 ms
    with acting(actor, Action.USER_CREATE) as work:
        email, name = _checked(email, name)
        passwords.require_good(given, name, email, _clinic_name(work))
        if work.session.scalar(select(User.id).where(User.email == email)):
            raise Conflict("There is an account with this email already.")
        user = User(email=email, name=name, role=role, password_hash=hashed)
        user.password_temporary_until = now() + TEMPORARY_FOR if password is None else None
        work.add(user)
        return Invitation(_account(user), given if password is None else None)


def change_role(actor: Actor, user_id: int, role: Role) -> Account:
    """Takes effect at once: every sign-in of theirs ends, since it carries the old role."""
    with acting(actor, Action.USER_CHANGE) as work:
        user = work.get(User, user_id, lock=True)
        if user.role != role:
            _keep_one_administrator(work, user)
            work.detail(f"{user.role} to {role}")
            sign_in.take_role(work.session, user, role)
        return _account(user)


def disable(actor: Actor, user_id: int) -> Account:
    """They are signed out everywhere and cannot sign in. What they wrote stays."""
    with acting(actor, Action.USER_CHANGE) as work:
        user = work.get(User, user_id, lock=True)
        _keep_one_administrator(work, user)
        work.detail("disable")
        user.disabled_at = user.disabled_at or now()
        sign_in.revoke_all(work.session, user.id)
        return _account(user)


def enable(actor: Actor, user_id: int) -> Account:
    with acting(actor, Action.USER_CHANGE) as work:
        user = work.get(User, user_id, lock=True)
        work.detail("enable")
        user.disabled_at = None
        return _account(user)


def set_supervision(actor: Actor, supervisor_id: int, therapist_ids: list[int]) -> None:
    """Exactly these therapists from now on. Raises Invalid when the roles do not fit."""
    with acting(actor, Action.USER_CHANGE) as work:
        supervisor = work.get(User, supervisor_id, lock=True)
        chosen = [work.get(User, therapist_id) for therapist_id in dict.fromkeys(therapist_ids)]
        if supervisor.role is not Role.SUPERVISOR:
            raise Invalid(f"{supervisor.name} is not a supervisor. Change the role first.")
        if any(user.role is not Role.THERAPIST for user in chosen):
            raise Invalid("Only therapists can be supervised.")
        wanted = {user.id for user in chosen}
        mine = Supervision.supervisor_id == supervisor.id
        known = set(work.session.scalars(select(Supervision.therapist_id).where(mine)))
        gone = Supervision.therapist_id.in_(known - wanted)
        work.session.execute(delete(Supervision).where(mine, gone))
        for therapist_id in sorted(wanted - known):
            work.session.add(Supervision(supervisor_id=supervisor.id, therapist_id=therapist_id))
        work.detail("supervises")


def reset_password(actor: Actor, user_id: int) -> str:
    """A temporary password to hand over, shown once. The old one and every sign-in end now."""
    given = passwords.temporary()
    hashed = passwords.hash_password(given)
    with acting(actor, Action.USER_CHANGE) as work:
        user = work.get(User, user_id, lock=True)
        work.detail("reset_password")
        user.password_hash, user.password_temporary_until = hashed, now() + TEMPORARY_FOR
        sign_in.revoke_all(work.session, user.id)
    sign_in_throttle.forget_codes(user.email)
    return given


def end_sign_ins(actor: Actor, user_id: int) -> None:
    """Signs a person out everywhere."""
    with acting(actor, Action.USER_CHANGE) as work:
        user = work.get(User, user_id)
        work.detail("end_sign_ins")
        sign_in.revoke_all(work.session, user.id)


def my_account(actor: Actor) -> Account:
    with acting(actor, Action.ACCOUNT_CHANGE) as work:
        work.detail("read_account")
        return _account(work.get(User, actor.user_id))


def change_my_password(actor: Actor, current: str, new: str, code: str = "") -> None:
    """Ends every other sign-in of the actor. `code` is of the second factor, where there is one. Raises Invalid with
    what to do, NotProven, TooMany."""
    with acting(actor, Action.ACCOUNT_CHANGE) as work:
        work.detail("check_new_password")
        me, clinic = work.get(User, actor.user_id), _clinic_name(work)
        passwords.require_good(new, current, me.name, me.email, clinic)
    hashed = passwords.hash_password(new)

    def change(work: Work, user: User, _factor: SecondFactor | None) -> None:
        user.password_hash, user.password_temporary_until = hashed, None
        sign_in.revoke_all(work.session, user.id, keep=actor.sign_in_id)

    proven(actor, Action.ACCOUNT_CHANGE, current, code, "change_password", change)
    sign_in_throttle.forget_codes(me.email)


def my_sign_ins(actor: Actor) -> list[OwnSignIn]:
    """Where the actor is signed in, the latest first. Ones that have expired are left out."""
    with acting(actor, Action.ACCOUNT_CHANGE) as work:
        work.detail("list_sign_ins")
        mine = work.visible(SignIn).where(
            SignIn.user_id == actor.user_id,
            SignIn.revoked_at.is_(None),
            SignIn.last_seen_at > now() - sign_in.idle(),
        )
        rows = work.rows(mine.order_by(SignIn.last_seen_at.desc()))
        return [
            OwnSignIn(row.id, row.created_at, row.last_seen_at, row.id == actor.sign_in_id)
            for row in rows
        ]


def revoke_sign_in(actor: Actor, sign_in_id: int) -> None:
    """Ends one of the actor's own sign-ins. Raises NotFound for anybody else's."""
    with acting(actor, Action.ACCOUNT_CHANGE) as work:
        work.detail("revoke_sign_in")
        row = work.get(SignIn, sign_in_id, lock=True)
        if row.user_id != actor.user_id:
            raise NotFound("No such sign-in, or it is not yours to end.")
        row.revoked_at = row.revoked_at or now()


def end_my_other_sign_ins(actor: Actor) -> None:
    """Signs the actor out everywhere but here."""
    with acting(actor, Action.ACCOUNT_CHANGE) as work:
        work.detail("end_other_sign_ins")
        sign_in.revoke_all(work.session, actor.user_id, keep=actor.sign_in_id)


def _checked(email: str, name: str) -> tuple[str, str]:
    email, name = email.strip().lower(), visible(name)
    if not ADDRESS.fullmatch(email):
        raise Invalid("Enter an email address such as name@practice.example.")
    if not 1 <= len(name) <= 120:
        raise Invalid("Enter a name of up to 120 characters.")
    return email, name


def _keep_one_administrator(work: Work, user: User) -> None:
    if user.role is not Role.ADMINISTRATOR or user.disabled_at:
        return
    active = select(User.id).where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
    if len(list(work.session.scalars(active.with_for_update()))) < 2:
        raise Conflict("This is the only administrator. Make another one first.")


def _clinic_name(work: Work) -> str:
    return work.session.scalar(select(Clinic.name)) or ""


def _account(user: User) -> Account:
    return Account(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        is_demo=user.is_demo,
        disabled_at=user.disabled_at,
        created_at=user.created_at,
        waits_for_password=user.password_temporary_until is not None,
    )
