"""Whoever changes how they sign in, or makes what opens without signing in, proves again who they are: by the password,
and by a code where there is a second factor. A page that somebody left open is not enough.

Tries count for the sign-in that they come from: whoever guesses from a stolen one does not slow the owner elsewhere.
A code counts for the person as well, but only beside the right password.
"""

from collections.abc import Callable
from typing import TypeVar

from config import settings
from models.second_factor import SecondFactor
from models.user import User
from services import one_time_codes, passwords
from services import sign_in_throttle as throttle
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, NotAllowed
from services.one_time_codes import Kind

T = TypeVar("T")
Change = Callable[[Work, User, SecondFactor | None], T]
CHANGED = (
    "Your account was changed elsewhere meanwhile. Load the page again; nothing was changed here."
)


class NotProven(NotAllowed):
    """Password or code is wrong. Leaves a refused row in the log, as every NotAllowed does."""

    code = "not-proven"


def is_asked(work: Work, user: User) -> bool:
    """Whether this person has a second factor, or must have one. Where somebody else looks after the sign-in, the
    provider or the demo, there is nothing here to prove it by."""
    has_factor = one_time_codes.of(work.session, user.id) is not None
    return has_password(user) and (has_factor or settings().second_factor == "required")


def has_password(user: User) -> bool:
    return user.password_hash is not None and not user.is_demo


def proven(
    actor: Actor, action: Action, password: str, code: str, detail: str, change: Change[T]
) -> T:
    """What `change` returns, made in the transaction that used the code up. Raises NotProven, TooMany, Conflict.
    It does not say which of the two was wrong: that would tell a guessed password."""
    with acting(actor, action) as work:
        work.detail("check_password")
        me = work.get(User, actor.user_id)
        has_factor = one_time_codes.of(work.session, me.id) is not None
    place = f"sign-in {actor.sign_in_id}"
    throttle.reserve_code(me.email, place)
    right = passwords.verify(me.password_hash, password)  # outside: it takes 60 ms
    counts = right and has_factor and one_time_codes.is_of_an_app(code)
    if counts:
        throttle.reserve_six_digits(me.email)
    with acting(actor, action) as work:
        work.detail("not_proven")
        user = work.get(User, actor.user_id, lock=True)
        factor = one_time_codes.of(work.session, user.id, lock=True)
        if user.password_hash != me.password_hash or (factor is not None) is not has_factor:
            raise Conflict(CHANGED)
        kind = one_time_codes.use(work.session, factor, code) if right and factor else None
        if not right or (factor is not None and kind is None):
            what = "current password" if factor is None else "password or the code"
            raise NotProven(f"The {what} is not right. Nothing was changed.")
        work.detail(f"{detail} recovery_code_used" if kind is Kind.RECOVERY else detail)
        made = change(work, user, factor)
    throttle.forgive_code(me.email, place, six_digits=counts)
    return made
