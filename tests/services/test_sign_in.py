"""Signing in: tokens, what ends them, what is logged, and throttling that slows without locking out."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from models.access_log import AccessLog
from models.base import now
from models.database import reading, sessions
from models.user import Role, SignIn, SignInThrottle, User
from services import passwords, sign_in, sign_in_throttle
from services.access import Via
from services.errors import Invalid, NotSignedIn, TooMany
from tests.people import PASSWORD, People, enrol

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
ALICE = "alice@clinic.example"
WRONG = "copper lantern seven fridges"


def log_rows(action: str) -> list[AccessLog]:
    with reading() as session:
        rows = select(AccessLog).where(AccessLog.action == action).order_by(AccessLog.id)
        return list(session.scalars(rows))


def set_user(email: str, **columns: object) -> None:
    with sessions()() as session, session.begin():
        session.execute(update(User).where(User.email == email).values(**columns))


def age(table: type[SignIn] | type[SignInThrottle], **columns: dt.datetime | None) -> None:
    with sessions()() as session, session.begin():
        session.execute(update(table).values(**columns))


def test_a_token_stands_for_its_user_and_only_its_digest_is_kept(people: People) -> None:
    token = sign_in.sign_in(" Alice@Clinic.example ", PASSWORD, HERE)
    found = sign_in.lookup(token)
    assert found is not None
    assert (found.user_id, found.role) == (people.alice.user_id, Role.THERAPIST)
    with reading() as session:
        row = session.get_one(SignIn, found.sign_in_id)
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    actor = sign_in.actor(found.sign_in_id, Via.API, "r1")
    assert (actor.user_id, actor.via, actor.request_id) == (people.alice.user_id, Via.API, "r1")
    (row,) = log_rows("sign_in:start")
    assert (row.actor_id, row.outcome, row.detail) == (people.alice.user_id, "done", HERE)


def test_other_tokens_stand_for_nobody(people: People) -> None:
    token = sign_in.sign_in(ALICE, PASSWORD, HERE)
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for other in (None, "", flipped, token + "x", token * 100, "none-alice"):
        assert sign_in.lookup(other) is None


@pytest.mark.parametrize(
    ("email", "password"), [(ALICE, WRONG), ("nobody@clinic.example", PASSWORD), (ALICE, "")]
)
def test_refusals_say_the_same_and_log_nothing_that_was_typed(
    people: People, email: str, password: str
) -> None:
    with pytest.raises(sign_in.WrongPassword, match="Email or password is not right"):
        sign_in.sign_in(email, password, HERE)
    (row,) = log_rows("sign_in:start")
    assert (row.outcome, row.actor_id, row.actor_name) == ("refused", None, "not signed in")
    assert "nobody" not in row.detail + row.subject_ids
    assert row.subject_ids == (str(people.alice.user_id) if email == ALICE else "")


def test_a_disabled_account_is_refused_like_a_wrong_password(people: People) -> None:
    token = sign_in.sign_in(ALICE, PASSWORD, HERE)
    set_user(ALICE, disabled_at=now())
    assert sign_in.lookup(token) is None
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in(ALICE, PASSWORD, HERE)


def test_sign_out_ends_it_at_once_and_is_logged_once(people: People) -> None:
    token = sign_in.sign_in(ALICE, PASSWORD, HERE)
    found = sign_in.lookup(token)
    assert found is not None
    sign_in.sign_out(token)
    sign_in.sign_out(token)
    sign_in.sign_out(None)
    assert sign_in.lookup(token) is None
    with pytest.raises(NotSignedIn):
        sign_in.actor(found.sign_in_id, Via.DASHBOARD)
    assert [row.actor_id for row in log_rows("sign_in:end")] == [people.alice.user_id]


def test_the_cookie_from_before_ends_at_sign_in(people: People) -> None:
    planted = sign_in.sign_in("bob@clinic.example", PASSWORD, HERE)
    token = sign_in.sign_in(ALICE, PASSWORD, HERE, replaces=planted)
    assert sign_in.lookup(planted) is None
    assert sign_in.lookup(token) is not None


def test_idle_and_absolute_expiry(people: People, configure: Callable[..., None]) -> None:
    token = sign_in.sign_in(ALICE, PASSWORD, HERE)
    age(SignIn, last_seen_at=now() - dt.timedelta(minutes=14))
    assert sign_in.lookup(token) is not None
    age(SignIn, last_seen_at=now() - dt.timedelta(minutes=16))
    assert sign_in.lookup(token) is None
    age(SignIn, last_seen_at=now(), created_at=now() - dt.timedelta(hours=12, minutes=1))
    assert sign_in.lookup(token) is None


def test_use_keeps_a_sign_in_alive_and_looking_does_not(people: People) -> None:
    token = sign_in.sign_in(ALICE, PASSWORD, HERE)
    age(SignIn, last_seen_at=now() - dt.timedelta(minutes=10))
    sign_in.lookup(token)
    before = sign_in.lookup(token, touch=True)
    after = sign_in.lookup(token)
    assert before is not None
    assert after is not None
    assert now() - before.last_seen_at > dt.timedelta(minutes=9)
    assert now() - after.last_seen_at < dt.timedelta(minutes=1)


def test_an_eleventh_sign_in_ends_the_first(people: People) -> None:
    tokens = [sign_in.sign_in(ALICE, PASSWORD, HERE) for _ in range(sign_in.AT_ONCE + 1)]
    standing = [sign_in.lookup(token) is not None for token in tokens]
    assert standing == [False] + [True] * sign_in.AT_ONCE


def test_a_temporary_password_opens_nothing_until_it_is_replaced(people: People) -> None:
    set_user(ALICE, password_temporary_until=now() + dt.timedelta(hours=1))
    with pytest.raises(sign_in.NewPasswordNeeded):
        sign_in.sign_in(ALICE, PASSWORD, HERE)
    with pytest.raises(Invalid, match="at least 15"):
        sign_in.sign_in(ALICE, PASSWORD, HERE, new_password="short")
    with pytest.raises(Invalid, match="easy to guess"):
        sign_in.sign_in(ALICE, PASSWORD, HERE, new_password=PASSWORD)
    new = "eleven quiet violet harbours"
    assert sign_in.lookup(sign_in.sign_in(ALICE, PASSWORD, HERE, new_password=new)) is not None
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in(ALICE, PASSWORD, HERE)
    assert sign_in.lookup(sign_in.sign_in(ALICE, new, HERE)) is not None


def test_a_temporary_password_runs_out(people: People) -> None:
    set_user(ALICE, password_temporary_until=now() - dt.timedelta(minutes=1))
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in(ALICE, PASSWORD, HERE, new_password="eleven quiet violet harbours")


def test_a_weak_hash_is_renewed_at_sign_in(people: People) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    set_user(ALICE, password_hash=weak)
    sign_in.sign_in(ALICE, PASSWORD, HERE)
    with reading() as session:
        stored = session.scalar(select(User.password_hash).where(User.email == ALICE))
    assert stored is not None
    assert not passwords.needs_rehash(stored)
    assert passwords.verify(stored, PASSWORD)


# --- throttling ------------------------------------------------------------------------------------


def fail(email: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        sign_in_throttle.reserve(email, address)


def test_after_five_failures_one_waits_longer_and_longer(people: People) -> None:
    fail(ALICE, HERE, sign_in_throttle.FREE_TRIES)
    waits = []
    for _ in range(12):
        with pytest.raises(TooMany) as refused:
            sign_in_throttle.reserve(ALICE, HERE)
        waits.append(refused.value.retry_after)
        age(SignInThrottle, blocked_until=None)  # the wait is over
        fail(ALICE, HERE)
    assert waits[:4] == [pytest.approx(2 ** (n + 1), abs=1) for n in range(4)]
    assert max(waits) <= 15 * 60 + 1
    assert waits[-1] > 14 * 60


def test_the_right_password_waits_too_but_gets_in_from_elsewhere(people: People) -> None:
    for _ in range(sign_in_throttle.FREE_TRIES):
        with pytest.raises(sign_in.WrongPassword):
            sign_in.sign_in(ALICE, WRONG, HERE)
    with pytest.raises(TooMany, match="Wait"):
        sign_in.sign_in(ALICE, PASSWORD, HERE)
    assert sign_in.lookup(sign_in.sign_in(ALICE, PASSWORD, ELSEWHERE)) is not None
    assert len(log_rows("sign_in:start")) == sign_in_throttle.FREE_TRIES + 1


def test_a_thousand_addresses_cannot_keep_the_owner_out(people: People) -> None:
    for n in range(100):
        fail(ALICE, f"192.0.2.{n}", 3)
    assert sign_in_throttle.pause(ALICE) == sign_in_throttle.NAME_PAUSE
    assert sign_in_throttle.pause("bob@clinic.example") == 0
    assert sign_in.lookup(sign_in.sign_in(ALICE, PASSWORD, ELSEWHERE)) is not None


def test_one_address_trying_many_names_is_stopped_for_a_minute(people: People) -> None:
    for n in range(sign_in_throttle.PER_ADDRESS):
        fail(f"name{n}@clinic.example", HERE)
    with pytest.raises(TooMany) as refused:
        sign_in_throttle.reserve(ALICE, HERE)
    assert refused.value.retry_after <= 61
    sign_in_throttle.reserve(ALICE, ELSEWHERE)
    age(SignInThrottle, last_failure_at=now() - dt.timedelta(seconds=61))
    sign_in_throttle.reserve(ALICE, HERE)


def test_success_starts_afresh_and_old_failures_are_forgotten(people: People) -> None:
    fail(ALICE, HERE, 4)
    sign_in.sign_in(ALICE, PASSWORD, HERE)
    fail(ALICE, HERE, 4)
    age(SignInThrottle, last_failure_at=now() - dt.timedelta(hours=25), blocked_until=None)
    sign_in.sign_in("bob@clinic.example", PASSWORD, ELSEWHERE)
    with reading() as session:
        assert session.scalar(
            select(SignInThrottle.failures).order_by(SignInThrottle.failures.desc()).limit(1)
        ) in (0, None)


def test_a_whole_ipv6_network_counts_as_one_address(people: People) -> None:
    for n in range(sign_in_throttle.FREE_TRIES):
        fail(ALICE, f"2001:db8:1:2::{n + 1:x}")
    with pytest.raises(TooMany):
        sign_in_throttle.reserve(ALICE, "2001:db8:1:2:ffff::9")
    sign_in_throttle.reserve(ALICE, "2001:db8:1:3::1")


def test_ipv4_addresses_within_ipv6_are_not_one_network(people: People) -> None:
    for _ in range(sign_in_throttle.FREE_TRIES):
        fail(ALICE, "::ffff:203.0.113.7")
    for same in ("::ffff:203.0.113.7", "203.0.113.7"):
        with pytest.raises(TooMany):
            sign_in_throttle.reserve(ALICE, same)
    sign_in_throttle.reserve(ALICE, "::ffff:203.0.113.8")


def test_parallel_tries_cannot_race_the_counter(people: People) -> None:
    let_in, refused = [], []

    def once() -> None:
        try:
            sign_in_throttle.reserve(ALICE, HERE)
            let_in.append(1)
        except TooMany:
            refused.append(1)

    threads = [threading.Thread(target=once) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(let_in), len(refused)) == (sign_in_throttle.FREE_TRIES, 15)


def test_the_table_holds_neither_names_nor_addresses(people: People) -> None:
    fail(ALICE, HERE)
    with reading() as session:
        keys = list(session.scalars(select(SignInThrottle.key)))
    assert len(keys) == 3
    assert all(len(key) == 64 and int(key, 16) for key in keys)


# --- demo ------------------------------------------------------------------------------------------


def test_one_click_only_in_demo_mode_and_only_for_demo_accounts(
    people: People, configure: Callable[..., None]
) -> None:
    demo = enrol("dana", Role.THERAPIST, is_demo=True)
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in_as_demo(demo.user_id, HERE)
    assert sign_in.demo_accounts() == []
    configure(VERBATIM_DEMO="1")
    assert [user.id for user in sign_in.demo_accounts()] == [demo.user_id]
    assert sign_in.lookup(sign_in.sign_in_as_demo(demo.user_id, HERE)) is not None
    for other in (people.alice.user_id, 999_999):
        with pytest.raises(sign_in.WrongPassword):
            sign_in.sign_in_as_demo(other, HERE)
