"""The second step of signing in: the code after the password, or setting up the factor where the clinic requires it.

Like `services.sign_in` before there is an actor. It begins with the token of a half sign-in, which the browser got
for a right password, and ends in a sign-in of the usual kind.
"""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.database import sessions
from models.second_factor import HalfSignIn
from models.user import User
from services import access_chain, encryption, half_sign_ins, one_time_codes, sign_in
from services import sign_in_throttle as throttle
from services.errors import AppError, Conflict
from services.half_sign_ins import Half
from services.one_time_codes import Kind

LOGGED = "second_factor:change"
WRONG_CODE = (
    "This code is not right, or was used before. Take the next one your app shows, or another "
    "recovery code."
)
WRONG_FIRST_CODE = (
    "This code is not right. Wait for the next one; your phone must set its clock by itself."
)


class HalfEnded(AppError):
    """No half sign-in of this browser stands: it began too long ago, was used, or took too many wrong codes."""

    status, code = 401, "half-ended"

    def __init__(self) -> None:
        super().__init__(
            "This step is over: it took too long, or too many codes were wrong. Sign in again; "
            "nothing is lost."
        )


class WrongCode(AppError):
    status, code = 401, "wrong-code"


@dataclass(frozen=True)
class Offer:
    """A new factor to be put into an app. `sealed` comes back with the first code; nothing is stored until then."""

    secret: str = field(repr=False)
    address: str = field(repr=False)  # otpauth://, for the QR code
    sealed: str


@dataclass(frozen=True)
class Enrolled:
    """`token` is for the cookie; the recovery codes are shown this once."""

    token: str = field(repr=False)
    recovery_codes: list[str] = field(repr=False)


def finish(token: str | None, code: str, address: str, *, replaces: str | None = None) -> str:
    """The sign-in's token for the cookie. Raises HalfEnded, WrongCode, TooMany. The half sign-in is used up."""
    half = _half(token)
    six_digits = one_time_codes.is_of_an_app(code)
    throttle.reserve_code(half.email, address, six_digits=six_digits)
    with sessions()() as session, session.begin():
        user, row = _locked(session, half, enrols=False)
        factor = one_time_codes.of(session, user.id, lock=True)
        kind = one_time_codes.use(session, factor, code) if factor else None
        if kind is None:
            row.wrong_codes += 1
        else:
            session.delete(row)
            made = sign_in.started(session, user, address, replaces, row.password_hash)
        if kind is Kind.RECOVERY:
            used = sign_in.entry(LOGGED, "done", user, None, "recovery_code_used")
            access_chain.append(session, used)
    if kind is None:
        sign_in.log_refused("wrong-code", address, user)
        raise WrongCode(WRONG_CODE)
    throttle.forgive_code(half.email, address, six_digits=six_digits)
    return made


def offer(half: Half, sealed: str = "") -> Offer:
    """A factor to set up at this half sign-in: a new one, or the one that `sealed` was given out for."""
    secret = opened(sealed, _place(half)) if sealed else one_time_codes.new_secret()
    return offered(secret, half.email, _place(half))


def enrol(
    token: str | None, sealed: str, code: str, address: str, *, replaces: str | None = None
) -> Enrolled:
    """The first code confirms the factor and signs in. Raises HalfEnded, WrongCode, Conflict for a foreign offer."""
    half = _half(token)
    secret = opened(sealed, _place(half))
    step = one_time_codes.step_of(secret, code)
    if step is None:
        raise WrongCode(WRONG_FIRST_CODE)
    with sessions()() as session, session.begin():
        user, row = _locked(session, half, enrols=True)
        password_hash = row.password_hash
        codes = one_time_codes.attach(session, user.id, secret, step)
        sign_in.revoke_all(session, user.id, keep=0)  # this half among them
        made = sign_in.started(session, user, address, replaces, password_hash)
        access_chain.append(session, sign_in.entry(LOGGED, "done", user, None, "enrolled"))
    return Enrolled(made, codes)


def offered(secret: str, email: str, place: str) -> Offer:
    """`place` is where alone the offer can be taken up."""
    sealed = encryption.seal_bytes(secret.encode(), _context(place))
    return Offer(secret, one_time_codes.address(secret, email), sealed)


def opened(sealed: str, place: str) -> str:
    """The secret of an offer. Raises Conflict for one that was not made for this place."""
    try:
        return encryption.unseal_bytes(sealed, _context(place)).decode()
    except encryption.SealBroken:
        pass
    raise Conflict("This set-up is over. Begin again; nothing was changed.")


def _context(place: str) -> str:
    return f"second factor, {place}"


def _place(half: Half) -> str:
    return f"half {half.token_hash}"


def _half(token: str | None) -> Half:
    half = half_sign_ins.find(token)
    if half is None:
        raise HalfEnded
    return half


def _locked(session: Session, half: Half, *, enrols: bool) -> tuple[User, HalfSignIn]:
    """The person first, as in every change of an account: no two wait for each other then. Raises HalfEnded."""
    user = session.get_one(User, half.user_id, with_for_update=True)
    found = half_sign_ins.standing(session, half.token_hash, lock=True)
    if found is None or found[1].enrols is not enrols:
        raise HalfEnded
    return user, found[0]
