"""How often a password or a code may be tried. It slows guessing and never locks an account.

Per name AND address: five tries, then 2, 4, 8 ... seconds up to 15 minutes. Per address: 60
failures a minute. Per name alone: a pause of two seconds before the answer, never a refusal,
because whoever knows a name could otherwise keep its owner out; the right password from another
address always gets in (OWASP ASVS 5, 6.1.1).

Codes of the second step count for themselves, so that a right password does not make wrong codes forgotten: per
name and address as passwords do, and 30 wrong ones of six digits a day per name, wherever they come from. Only
whoever has the password can use these up; the owner still gets in by a recovery code, and afresh with a new password.

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
CODE_TRIES, CODE_WINDOW = 30, dt.timedelta(hours=24)


def reserve(email: str, address: str) -> None:
    """Counts a try. Raises TooMany, without counting, while one has to wait."""
    with sessions()() as session, session.begin():
        at = now()
        pair = _row(session, _pair(email, address), PAIR_MEMORY, at)
        whole = _row(session, _address(address), ADDRESS_WINDOW, at)
        name = _row(session, _name(email), NAME_MEMORY, at)
        _refuse_or_count(pair, whole, at)
        name.failures += 1
        name.last_failure_at = at


def reserve_code(email: str, address: str, *, six_digits: bool = False) -> None:
    """The same for a code of the second step; `six_digits` counts as `reserve_six_digits` does, or not at all."""
    with sessions()() as session, session.begin():
        at = now()
        pair = _row(session, _code_pair(email, address), PAIR_MEMORY, at)
        _refuse_or_count(pair, _row(session, _address(address), ADDRESS_WINDOW, at), at)
        if six_digits:
            _count_six_digits(session, email, at)


def reserve_six_digits(email: str) -> None:
    """Counts a code of the app, wherever it comes from; nobody can guess a recovery code. Raises TooMany."""
    with sessions()() as session, session.begin():
        _count_six_digits(session, email, now())


def _count_six_digits(session: Session, email: str, at: dt.datetime) -> None:
    codes = _row(session, _codes(email), CODE_WINDOW, at)
    if codes.failures >= CODE_TRIES:
        seconds = (codes.last_failure_at + CODE_WINDOW - at).total_seconds()
        raise TooMany(
            "Too many wrong codes for this account. Use a recovery code, or wait "
            f"{_words(seconds)}. If they were not yours, somebody knows your password: change it.",
            max(1, round(seconds + 0.5)),
        )
    codes.failures += 1  # a window that stands still


def _refuse_or_count(pair: SignInThrottle, whole: SignInThrottle, at: dt.datetime) -> None:
    if pair.blocked_until and pair.blocked_until > at:
        raise _wait((pair.blocked_until - at).total_seconds())
    if whole.failures >= PER_ADDRESS:
        raise _wait((whole.last_failure_at + ADDRESS_WINDOW - at).total_seconds())
    pair.failures += 1
    pair.last_failure_at = at
    whole.failures += 1  # a window that stands still: its start is kept
    if pair.failures >= FREE_TRIES:
        wait = min(2.0 ** (pair.failures - FREE_TRIES + 1), LONGEST_WAIT)
        pair.blocked_until = at + dt.timedelta(seconds=wait)


def forgive(email: str, address: str) -> None:
    """The try was right: the pair starts afresh, the others get this one try back. Old rows go."""
    _forgive(_pair(email, address), _address(address), _name(email))


def forgive_code(email: str, address: str, *, six_digits: bool) -> None:
    """The same for a code."""
    counted = [_codes(email)] if six_digits else []
    _forgive(_code_pair(email, address), _address(address), *counted)


def forget_codes(email: str) -> None:
    """Whoever tried codes has lost the password that let them: it was changed, or the factor is gone."""
    with sessions()() as session, session.begin():
        session.execute(delete(SignInThrottle).where(SignInThrottle.key == _codes(email)))


def _forgive(pair: str, *others: str) -> None:
    with sessions()() as session, session.begin():
        session.execute(delete(SignInThrottle).where(SignInThrottle.key == pair))
        for key in others:  # locked in the order of `reserve`
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
    return TooMany(f"Too many tries. Wait {_words(seconds)}, then try again.", whole)


def _words(seconds: float) -> str:
    whole = max(1, round(seconds + 0.5))
    if whole == 1:
        return "a second"
    if whole < 100:
        return f"{whole} seconds"
    return f"{round(whole / 60)} minutes" if whole < 6000 else f"{round(whole / 3600)} hours"


def _pair(email: str, address: str) -> str:
    return _key("pair", _same(email), _network(address))


def _code_pair(email: str, address: str) -> str:
    return _key("code pair", _same(email), _network(address))


def _codes(email: str) -> str:
    return _key("codes", _same(email))


def _name(email: str) -> str:
    return _key("name", _same(email))


def _address(address: str) -> str:
    return _key("address", _network(address))


def _same(email: str) -> str:
    return email.strip().lower()


def _network(address: str) -> str:
    """An IPv6 host owns its whole /64, so that is one address here; IPv4 within IPv6 is not an IPv6 host."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
