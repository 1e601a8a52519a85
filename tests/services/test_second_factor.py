"""One's own second factor under My account, and its reset by somebody else."""

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.database import reading, sessions
from models.user import Role, SignIn, User
from services import api_tokens, second_factor, second_step, sign_in, users
from services.access import Actor
from services.errors import Conflict, NotAllowed, TooMany
from services.proof import NotProven
from services.sign_in_throttle import FREE_TRIES
from tests.people import PASSWORD, People, enrol
from tests.second_factors import Phone, as_if_a_minute_later, equip

ALICE, HERE = "alice@clinic.example", "203.0.113.7"
NEW = "green ladder window seventeen"


def details(action: str = "second_factor:change") -> list[tuple[str, str]]:
    with reading() as session:
        rows = select(AccessLog).where(AccessLog.action == action).order_by(AccessLog.id)
        kept = [(row.outcome, row.detail) for row in session.scalars(rows)]
    return [
        each for each in kept if each[1] not in ("read", "offer", "check_offer", "check_password")
    ]


def elsewhere(actor: Actor) -> int:
    with sessions()() as session, session.begin():
        row = SignIn(token_hash="elsewhere", user_id=actor.user_id, last_seen_at=now())
        session.add(row)
        session.flush()
        return row.id


def is_open(sign_in_id: int) -> bool:
    with reading() as session:
        return session.get_one(SignIn, sign_in_id).revoked_at is None


def set_up(actor: Actor) -> Phone:
    offer = second_factor.offer(actor)
    phone = Phone(offer.secret, [])
    phone.recovery_codes = second_factor.enrol(actor, offer.sealed, PASSWORD, phone.code())
    as_if_a_minute_later(actor)
    return phone


def test_setting_it_up_asks_for_it_from_then_on(people: People) -> None:
    other = elsewhere(people.alice)
    before = second_factor.my_second_factor(people.alice)
    assert (before.has_password, before.since, before.is_required) == (True, None, False)
    phone = set_up(people.alice)
    after = second_factor.my_second_factor(people.alice)
    assert after.since is not None
    assert after.recovery_codes_left == 10
    assert not is_open(other)
    with pytest.raises(second_step.half_sign_ins.CodeNeeded) as needed:
        sign_in.sign_in(ALICE, PASSWORD, HERE)
    assert sign_in.lookup(second_step.finish(needed.value.token, phone.code(), HERE)) is not None
    assert details() == [("done", "enrolled")]


def test_a_wrong_password_or_code_sets_nothing_up(people: People) -> None:
    offer = second_factor.offer(people.alice)
    phone = Phone(offer.secret, [])
    for password, code in ((PASSWORD, phone.wrong_code()), ("not mine at all", phone.code())):
        with pytest.raises(NotProven):
            second_factor.enrol(people.alice, offer.sealed, password, code)
    assert second_factor.my_second_factor(people.alice).since is None
    assert details() == [("refused", "not_proven")] * 2


def test_an_offer_is_good_where_it_was_made_alone(people: People) -> None:
    offer = second_factor.offer(people.alice)
    assert second_factor.offer(people.alice, offer.sealed).secret == offer.secret
    with pytest.raises(Conflict):
        second_factor.enrol(people.bob, offer.sealed, PASSWORD, Phone(offer.secret, []).code())
    with pytest.raises(Conflict):
        second_factor.enrol(people.alice, "nonsense", PASSWORD, "123456")


def test_there_is_only_one(people: People) -> None:
    offer = second_factor.offer(people.alice)
    equip(people.alice)
    with pytest.raises(Conflict, match="already"):
        second_factor.offer(people.alice)
    with pytest.raises(Conflict, match="already"):
        second_factor.enrol(people.alice, offer.sealed, PASSWORD, Phone(offer.secret, []).code())


def test_removing_asks_for_password_and_code(people: People) -> None:
    phone, other = equip(people.alice), elsewhere(people.alice)
    for password, code in (
        (PASSWORD, phone.wrong_code()), ("not mine at all", phone.code()), (PASSWORD, ""),
    ):  # fmt: skip
        with pytest.raises(NotProven):
            second_factor.remove(people.alice, password, code)
    # a wrong password has used up neither code
    second_factor.remove(people.alice, PASSWORD, phone.code())
    assert second_factor.my_second_factor(people.alice).since is None
    assert not is_open(other)
    assert sign_in.lookup(sign_in.sign_in(ALICE, PASSWORD, HERE)) is not None
    assert details() == [("refused", "not_proven")] * 3 + [("done", "removed")]


def test_a_recovery_code_removes_it_as_well(people: People) -> None:
    phone = equip(people.alice)
    second_factor.remove(people.alice, PASSWORD, phone.recovery_codes[9])
    assert details() == [("done", "removed recovery_code_used")]
    with pytest.raises(Conflict, match="no second factor"):
        second_factor.remove(people.alice, PASSWORD, phone.recovery_codes[8])


def test_recovery_codes_are_replaced(people: People) -> None:
    phone = equip(people.alice)
    new = second_factor.renew_recovery_codes(people.alice, PASSWORD, phone.code())
    as_if_a_minute_later(people.alice)
    assert not set(new) & set(phone.recovery_codes)
    with pytest.raises(NotProven):
        second_factor.renew_recovery_codes(people.alice, PASSWORD, phone.recovery_codes[0])
    assert second_factor.my_second_factor(people.alice).recovery_codes_left == 10
    assert details()[0] == ("done", "new_recovery_codes")


def test_trying_codes_here_is_slowed_and_slows_nothing_else(people: People) -> None:
    phone = equip(people.alice)
    for _ in range(FREE_TRIES):
        with pytest.raises(NotProven):
            second_factor.remove(people.alice, PASSWORD, phone.wrong_code())
    with pytest.raises(TooMany):
        second_factor.remove(people.alice, PASSWORD, phone.code())
    with pytest.raises(second_step.half_sign_ins.CodeNeeded) as needed:
        sign_in.sign_in(ALICE, PASSWORD, HERE)
    assert second_step.finish(needed.value.token, phone.code(), HERE)


def test_a_new_password_asks_for_a_code_and_keeps_the_factor(people: People) -> None:
    phone = equip(people.alice)
    for password, code in (
        (PASSWORD, ""),
        (PASSWORD, phone.wrong_code()),
        ("not mine", phone.code()),
    ):
        with pytest.raises(NotProven, match="password or the code"):
            users.change_my_password(people.alice, password, NEW, code)
    users.change_my_password(people.alice, PASSWORD, NEW, phone.recovery_codes[0])
    assert second_factor.my_second_factor(people.alice).since is not None


def test_accounts_without_a_password_here_get_none(people: People) -> None:
    dana = enrol("dana", Role.THERAPIST, is_demo=True)
    with sessions()() as session, session.begin():
        session.get_one(User, people.bob.user_id).password_hash = None
    for actor in (dana, people.bob):
        assert not second_factor.my_second_factor(actor).has_password
        with pytest.raises(Conflict, match="no password"):
            second_factor.offer(actor)


def test_an_administrator_resets_a_lost_one(people: People) -> None:
    token = api_tokens.create(people.alice, "script", api_tokens.Scope.READ, 1)
    equip(people.alice)
    listed = {each.name: each.has_second_factor for each in users.list_users(people.adam)}
    assert listed == {"Adam": False, "Alice": True, "Bob": False, "Dora": False, "Sam": False}
    second_factor.reset(people.adam, people.alice.user_id)
    assert people.alice.sign_in_id is not None
    assert not is_open(people.alice.sign_in_id)
    from services import bearer

    assert bearer.lookup(token.secret) is None
    assert sign_in.lookup(sign_in.sign_in(ALICE, PASSWORD, HERE)) is not None
    with reading() as session:
        reset = AccessLog.action == "second_factor:reset"
        row = session.scalars(select(AccessLog).where(reset)).one()
    assert (row.actor_name, row.outcome, row.subject_ids) == (
        "Adam", "done", str(people.alice.user_id),
    )  # fmt: skip
    with pytest.raises(Conflict, match="no second factor"):
        second_factor.reset(people.adam, people.alice.user_id)


def test_nobody_resets_their_own_or_without_being_an_administrator(people: People) -> None:
    equip(people.adam)
    with pytest.raises(Conflict, match="under My account"):
        second_factor.reset(people.adam, people.adam.user_id)
    for actor in (people.alice, people.sam, people.dora):
        with pytest.raises(NotAllowed):
            second_factor.reset(actor, people.adam.user_id)
    assert second_factor.my_second_factor(people.adam).since is not None


def test_no_token_touches_it(people: People) -> None:
    from services import bearer

    made = api_tokens.create(people.alice, "script", api_tokens.Scope.WRITE, 1)
    holder = bearer.lookup(made.secret)
    assert holder is not None
    with pytest.raises(NotAllowed):
        second_factor.offer(bearer.actor_of(holder, None))
