"""How often a password may be tried. It slows guessing and never locks an account.

Per name AND address: five tries, then 2, 4, 8 ... seconds up to 15 minutes. Per address: 60
failures a minute. Per name alone: a pause of two seconds before the answer, never a refusal,
because whoever knows a name could otherwise keep its owner out; the right password from another
address always gets in (OWASP ASVS 5, 6.1.1).

A try is counted before it is checked and given back when it succeeds, so parallel tries cannot race
the counter. The table holds hashes, not names and addresses.
"""

import datetime as dt
import hashlib
import ipaddress

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import now
from models.database import reading, sessions
from models.user import SignInThrottle
from services.errors import TooMany

FREE_TRIES = 5
LONGEST_WAIT = 15 * 60.0  # seconds
PAIR_MEMORY = dt.timedelta(hours=24)
PER_ADDRESS, ADDRESS_WINDOW = 60, dt.timedelta(minutes=1)
NAME_TRIES, NAME_MEMORY, NAME_PAUSE = 20, dt.timedelta(minutes=15), 2.0


def reserve(email: str, address: str) -> None:
    """Counts a try. Raises TooMany, without counting, while one has to wait."""
    with sessions()() as session, session.begin():
        at = now()
        pair = _row(session, _pair(email, address), PAIR_MEMORY, at)
        whole = _row(session, _address(address), ADDRESS_WINDOW, at)
        name = _row(session, _name(email), NAME_MEMORY, at)
        if pair.blocked_until and pair.blocked_until > at:
            raise _wait((pair.blocked_until - at).total_seconds())
        if whole.failures >= PER_ADDRESS:
            raise _wait((whole.last_failure_at + ADDRESS_WINDOW - at).total_seconds())
        for row in (pair, name):
            row.failures += 1
            row.last_failure_at = at
        whole.failures += 1  # a window that stands still: its start is kept
        if pair.failures >= FREE_TRIES:
            wait = min(2.0 ** (pair.failures - FREE_TRIES + 1), LONGEST_WAIT)
            pair.blocked_until = at + dt.timedelta(seconds=wait)


def forgive(email: str, address: str) -> None:
    """The try was right: the pair starts afresh, the others get this one try back. Old rows go."""
    with sessions()() as session, session.begin():
        session.execute(delete(SignInThrottle).where(SignInThrottle.key == _pair(email, address)))
        for key in (_address(address), _name(email)):  # locked in the order of `reserve`
            row = session.get(SignInThrottle, key, with_for_update=True)
            if row is not None:
                row.failures = max(0, row.failures - 1)
    with sessions()() as session, session.begin():
        old = SignInThrottle.last_failure_at < now() - PAIR_MEMORY
        session.execute(delete(SignInThrottle).where(old))


def pause(email: str) -> float:
    """Seconds to wait before this name's password is checked: 0 unless it is being guessed at."""
    with reading() as session:
        row = session.get(SignInThrottle, _name(email))
        if row is None or now() - row.last_failure_at > NAME_MEMORY:
            return 0.0
        return NAME_PAUSE if row.failures >= NAME_TRIES else 0.0


def _row(session: Session, key: str, memory: dt.timedelta, at: dt.datetime) -> SignInThrottle:
    """The row, locked; made if absent, and empty if it has been quiet for `memory`."""
    row = session.get(SignInThrottle, key, with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(SignInThrottle(key=key, failures=0, last_failure_at=at))
        except IntegrityError:  # another try made it first
            session.expire_all()
        row = session.get_one(SignInThrottle, key, with_for_update=True)
    if at - row.last_failure_at > memory:
        row.failures, row.last_failure_at, row.blocked_until = 0, at, None
    return row


def _wait(seconds: float) -> TooMany:
    whole = max(1, round(seconds + 0.5))
    words = f"{whole} seconds" if whole < 100 else f"{round(whole / 60)} minutes"
    if whole == 1:
        words = "a second"
    return TooMany(f"Too many tries. Wait {words}, then try again.", whole)


def _pair(email: str, address: str) -> str:
    return _key("pair", _same(email), _network(address))


def _name(email: str) -> str:
    return _key("name", _same(email))


def _address(address: str) -> str:
    return _key("address", _network(address))


def _same(email: str) -> str:
    return email.strip().lower()


def _network(address: str) -> str:
    """An IPv6 host owns its whole /64, so that is one address here."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
