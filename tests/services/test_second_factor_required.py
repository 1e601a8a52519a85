"""Where a clinic requires a second factor: it is set up before anything opens, and what was open without one closes."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from models.access_log import AccessLog
from models.base import now
from models.database import reading, sessions
from models.second_factor import HalfSignIn, SecondFactor
from services import half_sign_ins, second_step, sign_in, users
from services.access import Via
from services.errors import Conflict, NotSignedIn
from tests.people import People, enrol
from tests.second_factors import HERE, Phone, as_if_a_minute_later, equip, half_in

Configure = Callable[..., None]


@pytest.fixture
def required(configure: Configure, people: People) -> None:
    from services import vault

    configure(VERBATIM_SECOND_FACTOR="required")
    vault.open_vault()


def set_up(token: str) -> tuple[second_step.Enrolled, Phone, str]:
    """With the code that confirmed it."""
    half = half_sign_ins.find(token)
    assert half is not None
    assert half.enrols
    offer = second_step.offer(half)
    phone = Phone(offer.secret, [])
    code = phone.code()
    enrolled = second_step.enrol(token, offer.sealed, code, HERE)
    phone.recovery_codes = enrolled.recovery_codes
    return enrolled, phone, code


def test_without_a_factor_one_is_set_up_before_anything_opens(
    people: People, required: None
) -> None:
    token = half_in()
    with pytest.raises(second_step.HalfEnded):
        second_step.finish(token, "111111", HERE)
    enrolled, phone, used = set_up(token)
    found = sign_in.lookup(enrolled.token)
    assert found is not None
    assert found.user_id == people.alice.user_id
    with reading() as session:
        logged = AccessLog.action == "second_factor:change"
        row = session.scalars(select(AccessLog).where(logged)).one()
    assert (row.outcome, row.detail, row.actor_id) == ("done", "enrolled", people.alice.user_id)
    with pytest.raises(second_step.WrongCode):
        second_step.finish(half_in(), used, HERE)
    as_if_a_minute_later(people.alice)
    assert sign_in.lookup(second_step.finish(half_in(), phone.code(), HERE)) is not None
    assert len(phone.recovery_codes) == 10


def test_what_was_open_before_closes(people: People, required: None) -> None:
    with pytest.raises(NotSignedIn):
        users.my_account(people.bob)
    assert people.bob.sign_in_id is not None
    with pytest.raises(NotSignedIn):
        sign_in.actor(people.bob.sign_in_id, Via.DASHBOARD)
    equip(people.bob)
    assert users.my_account(people.bob).name == "Bob"


def test_the_demo_and_the_providers_people_are_let_in(
    people: People, required: None, configure: Configure
) -> None:
    through_the_provider = sign_in.start(people.sam.user_id, HERE, None, oidc_sid="")
    assert sign_in.lookup(through_the_provider) is not None
    dana = enrol("dana", people.alice.role, is_demo=True)
    with pytest.raises(NotSignedIn):
        users.my_account(dana)
    configure(VERBATIM_DEMO="1")
    from services import vault

    vault.open_vault()
    assert sign_in.lookup(sign_in.sign_in_as_demo(dana.user_id, HERE)) is not None


def test_an_offer_is_good_in_its_own_browser_alone(people: People, required: None) -> None:
    first, second = (half_sign_ins.find(half_in()) for _ in range(2))
    assert first is not None
    assert second is not None
    offer = second_step.offer(first)
    with pytest.raises(Conflict):
        second_step.offer(second, offer.sealed)
    assert second_step.offer(first, offer.sealed).secret == offer.secret
    with pytest.raises(Conflict):
        second_step.offer(first, "nonsense")


def test_two_browsers_do_not_both_set_one_up(people: People, required: None) -> None:
    first, second = half_in(), half_in()
    half = half_sign_ins.find(second)
    assert half is not None
    offer = second_step.offer(half)
    set_up(first)
    with pytest.raises(second_step.HalfEnded):
        second_step.enrol(second, offer.sealed, Phone(offer.secret, []).code(), HERE)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(SecondFactor)) == 1


def test_a_wrong_first_code_changes_nothing(people: People, required: None) -> None:
    token = half_in()
    half = half_sign_ins.find(token)
    assert half is not None
    offer = second_step.offer(half)
    with pytest.raises(second_step.WrongCode, match="clock"):
        second_step.enrol(token, offer.sealed, Phone(offer.secret, []).wrong_code(), HERE)
    again = half_sign_ins.find(token)
    assert again is not None
    assert again.enrols


def test_setting_up_may_take_fifteen_minutes(people: People, required: None) -> None:
    token = half_in()
    for minutes, stands in ((14, True), (16, False)):
        with sessions()() as session, session.begin():
            at = now() - dt.timedelta(minutes=minutes)
            session.execute(update(HalfSignIn).values(created_at=at))
        assert (half_sign_ins.find(token) is not None) is stands
    half_in("bob")
    with reading() as session:  # what is over is removed by the next one
        assert session.scalar(select(func.count()).select_from(HalfSignIn)) == 1
