"""Between the password and the code nothing is open; wrong codes are slowed, and the owner always gets in."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from models.access_log import AccessLog
from models.base import now
from models.database import reading, sessions
from models.second_factor import HalfSignIn
from models.user import SignIn, SignInThrottle, User
from services import half_sign_ins, passwords, second_factor, second_step, sign_in, users
from services import sign_in_throttle as throttle
from services.access import Actor
from services.errors import AppError, TooMany
from services.proof import NotProven
from tests.people import PASSWORD, People
from tests.second_factors import HERE, Phone, as_if_a_minute_later, equip, half_in

ELSEWHERE = "198.51.100.9"
NEW = "eleven quiet violet harbours"
Configure = Callable[..., None]


@pytest.fixture
def phone(people: People) -> Phone:
    return equip(people.alice)


def log_rows() -> list[tuple[str, str, str, int | None]]:
    with reading() as session:
        rows = session.scalars(select(AccessLog).order_by(AccessLog.id))
        return [(row.action, row.outcome, row.detail, row.actor_id) for row in rows]


def sign_ins() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_the_password_alone_opens_nothing(people: People, phone: Phone) -> None:
    before = sign_ins()
    token = half_in()
    assert sign_ins() == before
    assert sign_in.lookup(token) is None
    half = half_sign_ins.find(token)
    assert half is not None
    assert (half.user_id, half.enrols) == (people.alice.user_id, False)
    with reading() as session:
        assert token not in str(session.scalars(select(HalfSignIn.token_hash)).all())


def test_the_code_signs_in_once_and_ends_the_older_cookie(people: People, phone: Phone) -> None:
    older = sign_in.sign_in("bob@clinic.example", PASSWORD, HERE)
    token = half_in()
    found = sign_in.lookup(second_step.finish(token, phone.code(), HERE, replaces=older))
    assert found is not None
    assert found.user_id == people.alice.user_id
    assert sign_in.lookup(older) is None
    assert half_sign_ins.find(token) is None
    as_if_a_minute_later(people.alice)
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(token, phone.code(), HERE)


def test_a_code_that_was_used_opens_no_second_sign_in(people: People, phone: Phone) -> None:
    code = phone.code()
    second_step.finish(half_in(), code, HERE)
    with pytest.raises(second_step.WrongCode):
        second_step.finish(half_in(), code, HERE)


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_uses_at_the_same_moment_one_is_refused(
    people: People, phone: Phone, kind: str
) -> None:
    code = phone.code() if kind == "app" else phone.recovery_codes[0]
    tokens, start = [half_in() for _ in range(4)], Barrier(4)

    def use(token: str) -> str:
        start.wait()
        try:
            return second_step.finish(token, code, HERE)
        except second_step.WrongCode:
            return ""

    with ThreadPoolExecutor(4) as pool:
        opened = [token for token in pool.map(use, tokens) if token]
    assert len(opened) == 1
    assert sign_in.lookup(opened[0]) is not None


def test_one_half_sign_in_opens_one_sign_in(people: People, phone: Phone) -> None:
    """The form sent twice: with the app's code and, at the same moment, a recovery code."""
    token, start, before = half_in(), Barrier(2), sign_ins()

    def use(code: str) -> bool:
        start.wait()
        try:
            return bool(second_step.finish(token, code, HERE))
        except second_step.HalfEnded:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, (phone.code(), phone.recovery_codes[0]))) == [False, True]
    assert sign_ins() == before + 1


def test_a_recovery_code_opens_once_and_is_logged(people: People, phone: Phone) -> None:
    code = phone.recovery_codes[3]
    assert sign_in.lookup(second_step.finish(half_in(), code, HERE)) is not None
    with pytest.raises(second_step.WrongCode):
        second_step.finish(half_in(), code, HERE)
    rows = log_rows()
    assert ("second_factor:change", "done", "recovery_code_used", people.alice.user_id) in rows
    assert ("sign_in:start", "refused", f"wrong-code {HERE}", None) in rows
    assert code not in str(rows)


def test_it_ends_after_five_minutes_and_after_five_wrong_codes(
    people: People, phone: Phone
) -> None:
    token = half_in()
    with sessions()() as session, session.begin():
        session.execute(
            update(HalfSignIn).values(created_at=now() - dt.timedelta(minutes=5, seconds=1))
        )
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(token, phone.code(), HERE)
    token = half_in()
    for n in range(half_sign_ins.MOST_WRONG):
        with pytest.raises(second_step.WrongCode):
            second_step.finish(token, phone.wrong_code(), f"192.0.2.{n}")
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(token, phone.code(), ELSEWHERE)


@pytest.mark.parametrize("change", ["password", "role", "disable", "reset", "end", "own password"])
def test_it_ends_when_the_account_changes(people: People, phone: Phone, change: str) -> None:
    token, alice = half_in(), people.alice.user_id
    {
        "password": lambda: users.reset_password(people.adam, alice),
        "role": lambda: users.change_role(people.adam, alice, people.sam.role),
        "disable": lambda: users.disable(people.adam, alice),
        "reset": lambda: second_factor.reset(people.adam, alice),
        "end": lambda: users.end_sign_ins(people.adam, alice),
        "own password": lambda: users.change_my_password(
            people.alice, PASSWORD, NEW, phone.recovery_codes[0]
        ),
    }[change]()
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(token, phone.code(), HERE)


def test_a_temporary_password_is_used_up_by_the_code_only(people: People, phone: Phone) -> None:
    temporary = users.reset_password(people.adam, people.alice.user_id)
    with pytest.raises(sign_in.NewPasswordNeeded):
        sign_in.sign_in("alice@clinic.example", temporary, HERE)
    half_in(password=temporary, new_password=NEW)  # by somebody without the phone
    token = half_in(password=temporary, new_password=NEW)
    second_step.finish(token, phone.code(), HERE)
    with reading() as session:
        user = session.get_one(User, people.alice.user_id)
        assert user.password_temporary_until is None
        assert passwords.verify(user.password_hash, NEW)


def test_a_half_sign_in_with_another_new_password_ends_when_one_is_taken(
    people: People, phone: Phone
) -> None:
    """Who came across the temporary password chose a new one too, and waits for a code."""
    temporary = users.reset_password(people.adam, people.alice.user_id)
    other = half_in(password=temporary, new_password="seven loud orange deserts away")
    second_step.finish(half_in(password=temporary, new_password=NEW), phone.code(), HERE)
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(other, phone.recovery_codes[0], ELSEWHERE)


def test_a_right_password_is_logged_though_no_code_follows(people: People, phone: Phone) -> None:
    half_in()
    with reading() as session:
        rows = session.scalars(select(AccessLog).where(AccessLog.action == "sign_in:password"))
        (row,) = rows
        subject = f"{row.subject_type} {row.subject_ids}"
    assert (row.outcome, row.detail, row.actor_id) == ("done", HERE, None)
    assert subject == f"users {people.alice.user_id}"


@pytest.mark.parametrize("token", [None, "", "A" * 43])
def test_other_tokens_open_no_step(people: People, phone: Phone, token: str | None) -> None:
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(token, phone.code(), HERE)
    with pytest.raises(second_step.HalfEnded):
        second_step.enrol(token, "", phone.code(), HERE)


# --- throttling -----------------------------------------------------------------------------------


def wrong(phone: Phone, address: str) -> None:
    with pytest.raises(AppError):
        second_step.finish(half_in(), phone.wrong_code(), address)


def test_wrong_codes_slow_that_address_and_a_right_password_does_not_help(
    people: People, phone: Phone
) -> None:
    for _ in range(throttle.FREE_TRIES):
        wrong(phone, HERE)
    token = half_in()  # the password again, and right
    with pytest.raises(TooMany, match="Wait"):
        second_step.finish(token, phone.code(), HERE)
    assert sign_in.lookup(second_step.finish(token, phone.code(), ELSEWHERE)) is not None


def test_whoever_has_the_password_cannot_try_from_everywhere(people: People, phone: Phone) -> None:
    for _ in range(throttle.CODE_TRIES):
        throttle.reserve_six_digits("alice@clinic.example")
    token = half_in()
    with pytest.raises(TooMany, match="recovery code") as refused:
        second_step.finish(token, phone.code(), ELSEWHERE)
    assert 23.9 * 3600 < refused.value.retry_after <= 24 * 3600 + 1
    assert "24 hours" in refused.value.message
    assert "change it" in refused.value.message
    # ... and does not keep the owner out
    assert sign_in.lookup(second_step.finish(token, phone.recovery_codes[0], ELSEWHERE))
    with sessions()() as session, session.begin():
        session.execute(
            update(SignInThrottle).values(last_failure_at=now() - dt.timedelta(hours=24, minutes=1))
        )
    assert sign_in.lookup(second_step.finish(half_in(), phone.code(), ELSEWHERE))


def test_codes_of_the_app_that_are_not_looked_at_do_not_slow_a_recovery_code(
    people: People, phone: Phone
) -> None:
    for _ in range(throttle.CODE_TRIES):
        throttle.reserve_six_digits("alice@clinic.example")
    token = half_in()
    for _ in range(throttle.FREE_TRIES + 1):
        with pytest.raises(TooMany, match="recovery code"):
            second_step.finish(token, phone.code(), HERE)
    assert sign_in.lookup(second_step.finish(token, phone.recovery_codes[0], HERE))


def test_a_new_password_or_factor_ends_the_wait(people: People, phone: Phone) -> None:
    def use_up() -> None:
        for _ in range(throttle.CODE_TRIES):
            throttle.reserve_six_digits("alice@clinic.example")

    use_up()
    users.change_my_password(people.alice, PASSWORD, NEW, phone.recovery_codes[0])
    assert sign_in.lookup(second_step.finish(half_in(password=NEW), phone.code(), HERE))
    use_up()
    second_factor.reset(people.adam, people.alice.user_id)
    again = equip(people.alice)
    assert sign_in.lookup(second_step.finish(half_in(password=NEW), again.code(), HERE))


def test_a_stolen_sign_in_without_the_password_uses_up_no_codes(
    people: People, phone: Phone
) -> None:
    for _ in range(throttle.CODE_TRIES - 1):
        throttle.reserve_six_digits("alice@clinic.example")
    with pytest.raises(NotProven):
        second_factor.remove(people.alice, "not mine at all", phone.wrong_code())
    assert sign_in.lookup(second_step.finish(half_in(), phone.code(), HERE)) is not None


def test_codes_do_not_slow_the_password_nor_others(people: People, phone: Phone) -> None:
    for _ in range(throttle.FREE_TRIES):
        throttle.reserve_code("alice@clinic.example", HERE)
    assert half_in()
    bob = equip(people.bob)
    assert sign_in.lookup(second_step.finish(half_in("bob"), bob.code(), HERE)) is not None


def test_where_passwords_are_switched_off_no_step_is_left_open(
    people: People, phone: Phone, configure: Configure
) -> None:
    token = half_in()
    configure(
        VERBATIM_LOCAL_SIGN_IN="0",
        VERBATIM_OIDC_ISSUER="https://id.clinic.example",
        VERBATIM_OIDC_CLIENT_ID="verbatim",
        VERBATIM_OIDC_ROLES="therapists=therapist",
    )
    assert half_sign_ins.find(token) is None


def test_the_actor_needs_no_second_look(people: People, phone: Phone) -> None:
    """A sign-in from before the factor stands until it ends by itself, where none is required."""
    actor: Actor = people.alice
    assert users.my_account(actor).id == actor.user_id
