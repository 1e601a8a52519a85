"""Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 s) and recovery codes.

A code opens once: its time step must be later than that of the last one taken (RFC 6238, 5.2; OWASP ASVS 5,
6.5.1). The steps beside the present one are taken too, for people who type slowly and phones whose clock is off, so
a code lives for 90 s at most. What is kept lies under the row's sealed secret; rows are the caller's session's.
"""

import hmac
import re
import secrets
from enum import StrEnum

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.base import now
from models.second_factor import RecoveryCode, SecondFactor
from services import encryption
from services.passwords import READABLE

STEP = 30  # seconds
STEPS_BESIDE = 1
RECOVERY_CODES = 10
GROUP, GROUPS = 5, 2  # a recovery code: ten characters of 31, 49 bits
ISSUER = "Verbatim"
INK, PAPER = "#1c2529", "#ffffff"  # in the dark theme as well: cameras want dark on light
SIX_DIGITS = re.compile(r"[0-9]{6}")


class Kind(StrEnum):
    APP = "code"
    RECOVERY = "recovery_code"


def new_secret() -> str:
    """160 bits as Base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What the QR code holds; apps show it as "Verbatim (email)"."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(address: str) -> str:
    """The QR code as an SVG to stand within a page: there is no address under which it could be fetched."""
    import segno

    made = segno.make(address, error="m", micro=False)
    return made.svg_inline(
        border=4, dark=INK, light=PAPER, omitsize=True, svgclass=None, lineclass=None,
        title="QR code for your authenticator app",
    )  # fmt: skip


def spelled(secret: str) -> str:
    """In fours, to type from; apps ignore the spaces."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def is_of_an_app(given: str) -> bool:
    return SIX_DIGITS.fullmatch(_typed(given)) is not None


def step_of(secret: str, given: str, *, after: int = 0) -> int | None:
    """The time step that a code belongs to: this one or one beside it, and later than `after`. None: wrong."""
    code, here = _typed(given), int(now().timestamp()) // STEP
    app = pyotp.TOTP(secret, interval=STEP)
    found = None
    for step in range(here - STEPS_BESIDE, here + STEPS_BESIDE + 1):
        right = hmac.compare_digest(app.at(step * STEP).encode(), code.encode())
        if right and step > after:
            found = step
    return found


def attach(session: Session, user_id: int, secret: str, step: int) -> list[str]:
    """Gives a person this factor, in place of none. Returns the recovery codes, which nobody sees again."""
    factor = SecondFactor(user_id=user_id, last_step=step)
    factor.secret = encryption.seal(factor, "secret", secret)
    session.add(factor)
    session.flush()
    return renew_recovery_codes(session, factor)


def detach(session: Session, user_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))


def of(session: Session, user_id: int, *, lock: bool = False) -> SecondFactor | None:
    wanted = select(SecondFactor).where(SecondFactor.user_id == user_id)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def use(session: Session, factor: SecondFactor, given: str) -> Kind | None:
    """Takes a code of the app or a recovery code, and uses it up. None: wrong or used before. The factor must be
    locked, so that a code cannot be used twice at once."""
    secret = encryption.unseal(factor, "secret")
    if is_of_an_app(given):
        step = step_of(secret, given, after=factor.last_step)
        if step is None:
            return None
        factor.last_step = step
        return Kind.APP
    unused = RecoveryCode.user_id == factor.user_id, RecoveryCode.used_at.is_(None)
    row = session.scalar(
        select(RecoveryCode).where(*unused, RecoveryCode.code_mac == _mac(secret, given))
    )
    if row is None:
        return None
    row.used_at = now()
    return Kind.RECOVERY


def renew_recovery_codes(session: Session, factor: SecondFactor) -> list[str]:
    """Ten new ones; the old ones open nothing any more."""
    secret = encryption.unseal(factor, "secret")
    made = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == factor.user_id))
    session.add_all(
        RecoveryCode(user_id=factor.user_id, code_mac=_mac(secret, code)) for code in made
    )
    return made


def recovery_codes_left(session: Session, user_id: int) -> int:
    left = RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*left)) or 0


def _new_recovery_code() -> str:
    return "-".join("".join(secrets.choice(READABLE) for _ in range(GROUP)) for _ in range(GROUPS))


def _mac(secret: str, code: str) -> str:
    """Without the keys of the vault nobody can try codes against it, so a fast hash is enough."""
    return hmac.digest(secret.encode(), b"recovery code:" + _typed(code).encode(), "sha256").hex()


def _typed(given: str) -> str:
    """As it counts: spaces and hyphens are for reading."""
    return re.sub(r"[\s\-]", "", given).casefold()
