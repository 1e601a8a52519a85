"""One's own second factor, under My account; and its reset for somebody who has lost it.

Setting up asks for the password and a first code. Removing it and new recovery codes ask for the password and a
code, of the app or a recovery code. Setting up and removing end the person's other sign-ins.
"""

import datetime as dt
from dataclasses import dataclass

from config import settings
from models.second_factor import SecondFactor
from models.user import User
from services import one_time_codes, sign_in, sign_in_throttle
from services.access import Action, Actor, Work, acting
from services.errors import Conflict
from services.proof import NotProven, has_password, is_asked, proven
from services.second_step import WRONG_FIRST_CODE, Offer, offered, opened


@dataclass(frozen=True)
class Standing:
    # without one somebody else looks after the sign-in: the provider, or the demo
    has_password: bool
    since: dt.datetime | None  # None: no second factor
    recovery_codes_left: int
    is_required: bool
    asks_proof: bool  # to make an API token


def my_second_factor(actor: Actor) -> Standing:
    with acting(actor, Action.SECOND_FACTOR_CHANGE) as work:
        work.detail("read")
        me = work.get(User, actor.user_id)
        factor = one_time_codes.of(work.session, me.id)
        return Standing(
            has_password=has_password(me),
            since=factor.created_at if factor else None,
            recovery_codes_left=one_time_codes.recovery_codes_left(work.session, me.id),
            is_required=settings().second_factor == "required",
            asks_proof=is_asked(work, me),
        )


def offer(actor: Actor, sealed: str = "") -> Offer:
    """A factor to set up in this sign-in: a new one, or the one that `sealed` was given out for. Nothing is stored.
    Raises Conflict where there is one already or no password, or for what was not offered here."""
    with acting(actor, Action.SECOND_FACTOR_CHANGE) as work:
        work.detail("offer")
        me = work.get(User, actor.user_id)
        _require_none(work, me)
        email = me.email
    place = _place(actor)
    secret = opened(sealed, place) if sealed else one_time_codes.new_secret()
    return offered(secret, email, place)


def enrol(actor: Actor, sealed: str, password: str, code: str) -> list[str]:
    """Confirms what was offered. Returns the recovery codes, shown this once. Raises NotProven, Conflict, TooMany."""
    with acting(actor, Action.SECOND_FACTOR_CHANGE) as work:
        work.detail("check_offer")
        _require_none(work, work.get(User, actor.user_id))
    secret = opened(sealed, _place(actor))

    def attach(work: Work, user: User, _none: SecondFactor | None) -> list[str]:
        step = one_time_codes.step_of(secret, code)
        if step is None:
            work.detail("not_proven")
            raise NotProven(WRONG_FIRST_CODE)
        codes = one_time_codes.attach(work.session, user.id, secret, step)
        sign_in.revoke_all(work.session, user.id, keep=actor.sign_in_id)
        return codes

    return proven(actor, Action.SECOND_FACTOR_CHANGE, password, "", "enrolled", attach)


def renew_recovery_codes(actor: Actor, password: str, code: str) -> list[str]:
    """Ten new ones in place of the old, shown this once. Raises NotProven, Conflict, TooMany."""

    def renew(work: Work, _user: User, factor: SecondFactor | None) -> list[str]:
        return one_time_codes.renew_recovery_codes(work.session, _required(factor))

    return proven(actor, Action.SECOND_FACTOR_CHANGE, password, code, "new_recovery_codes", renew)


def remove(actor: Actor, password: str, code: str) -> None:
    """The password alone opens again; where a factor is required, it leads to setting up another. Raises NotProven,
    Conflict, TooMany."""

    def detach(work: Work, user: User, factor: SecondFactor | None) -> str:
        one_time_codes.detach(work.session, _required(factor).user_id)
        sign_in.revoke_all(work.session, user.id, keep=actor.sign_in_id)
        return user.email

    email = proven(actor, Action.SECOND_FACTOR_CHANGE, password, code, "removed", detach)
    sign_in_throttle.forget_codes(email)


def reset(actor: Actor, user_id: int) -> None:
    """Takes away somebody's lost factor and ends what they have open: the password alone leads on from there. Not
    one's own: whoever finds a desk unattended must not get rid of it. Raises Conflict, NotFound."""
    with acting(actor, Action.SECOND_FACTOR_RESET) as work:
        user = work.get(User, user_id, lock=True)
        if user.id == actor.user_id:
            raise Conflict("Remove your own under My account, with your password and a code.")
        if one_time_codes.of(work.session, user.id) is None:
            raise Conflict("This person has no second factor.")
        one_time_codes.detach(work.session, user.id)
        sign_in.revoke_all(work.session, user.id)
    sign_in_throttle.forget_codes(user.email)


def _require_none(work: Work, user: User) -> None:
    if not has_password(user):
        raise Conflict("This account has no password here, so there is nothing to add a code to.")
    if one_time_codes.of(work.session, user.id) is not None:
        raise Conflict("There is a second factor already. Remove it before you set up another.")


def _required(factor: SecondFactor | None) -> SecondFactor:
    if factor is None:
        raise Conflict("There is no second factor any more. Load the page again.")
    return factor


def _place(actor: Actor) -> str:
    """An offer is good in the sign-in that it was made in."""
    return f"sign-in {actor.sign_in_id} of {actor.user_id}"
