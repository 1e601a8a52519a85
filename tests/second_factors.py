"""People with a second factor, and the codes that their phones show."""

from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import pytest
from sqlalchemy import update

from models.base import now
from models.database import sessions
from models.second_factor import SecondFactor
from services import one_time_codes, sign_in
from services.access import Actor
from services.half_sign_ins import CodeNeeded
from tests.people import PASSWORD

STEP = one_time_codes.STEP
HERE = "203.0.113.7"


@dataclass
class Phone:
    """An app that holds the secret of a factor."""

    secret: str
    recovery_codes: list[str]
    clock: Callable[[], float] = lambda: now().timestamp()

    def code(self, *, steps: int = 0) -> str:
        """What it shows now, or showed that many steps of 30 s before (-1) or after."""
        return pyotp.TOTP(self.secret).at(int(self.clock()) + steps * STEP)

    def wrong_code(self) -> str:
        right = {self.code(steps=steps) for steps in range(-2, 3)}
        return next(code for code in ("111111", "222222", "333333", "444444", "555555", "666666")
                    if code not in right)  # fmt: skip


def equip(actor: Actor) -> Phone:
    """Gives somebody a confirmed second factor of which no code was used yet."""
    secret = one_time_codes.new_secret()
    with sessions()() as session, session.begin():
        codes = one_time_codes.attach(session, actor.user_id, secret, 0)
    return Phone(secret, codes)


def as_if_a_minute_later(actor: Actor) -> None:
    """A code that was used counts as long past: the next one needs no waiting."""
    with sessions()() as session, session.begin():
        mine = SecondFactor.user_id == actor.user_id
        session.execute(update(SecondFactor).where(mine).values(last_step=0))


def half_in(name: str = "alice", password: str = PASSWORD, **more: str) -> str:
    """The token for the second step, after a right password."""
    with pytest.raises(CodeNeeded) as needed:
        sign_in.sign_in(f"{name}@clinic.example", password, HERE, **more)
    return needed.value.token
