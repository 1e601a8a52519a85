"""Between the password and the code: whose password was right, in which browser, and for how long that counts.

Nobody is signed in yet and nothing is open but the second step. A half sign-in ends when its code is right, after
five wrong ones, after some minutes, or when the person's password, role, account or second factor changes.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config import settings
from models.base import now
from models.database import reading
from models.second_factor import HalfSignIn
from models.user import User
from services import one_time_codes, signed_in
from services.errors import AppError

CODE_WITHIN = dt.timedelta(minutes=5)
ENROL_WITHIN = dt.timedelta(minutes=15)  # an app may have to be installed first
MOST_WRONG = 5


class CodeNeeded(AppError):
    """The password was right and opens the second step. `token` is for that step's cookie."""

    status, code = 401, "code-needed"

    def __init__(self, token: str) -> None:
        super().__init__("Enter the code of your app to go on.")
        self.token = token


@dataclass(frozen=True)
class Half:
    token_hash: str  # of the browser's token: names this one, and no later one
    user_id: int
    email: str
    name: str
    enrols: bool  # has no second factor yet and must get one


def is_asked_of(session: Session, user_id: int) -> bool:
    """Whether a right password leads to a second step rather than in."""
    required = settings().second_factor == "required"
    return required or one_time_codes.of(session, user_id) is not None


def begin(session: Session, user_id: int, password_hash: str | None) -> str | None:
    """Within the transaction that has locked the person. A token for the second step; None where the password is
    enough. `password_hash` becomes the person's at the end of it, so that a password handed over is not used up by
    somebody who has no code."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.created_at < now() - ENROL_WITHIN))
    if not is_asked_of(session, user_id):
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        HalfSignIn(token_hash=signed_in.digest(token), user_id=user_id, password_hash=password_hash)
    )
    return token


def find(token: str | None) -> Half | None:
    """The half sign-in of a token while it stands."""
    if not token:
        return None
    with reading() as session:
        found = standing(session, signed_in.digest(token))
        return found[1] if found else None


def standing(
    session: Session, token_hash: str, *, lock: bool = False
) -> tuple[HalfSignIn, Half] | None:
    """The same within the caller's transaction, with its row."""
    wanted = select(HalfSignIn).where(HalfSignIn.token_hash == token_hash)
    row = session.scalar(wanted.with_for_update() if lock else wanted)
    if row is None or row.wrong_codes >= MOST_WRONG or not settings().local_sign_in:
        return None
    user = session.get_one(User, row.user_id)
    enrols = one_time_codes.of(session, user.id) is None
    if user.disabled_at or now() - row.created_at > (ENROL_WITHIN if enrols else CODE_WITHIN):
        return None
    return row, Half(row.token_hash, user.id, user.email, user.name, enrols)


def end_all(session: Session, user_id: int) -> None:
    """Within the caller's transaction: whoever is half in begins again."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == user_id))
