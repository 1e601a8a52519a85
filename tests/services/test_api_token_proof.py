"""A sign-in alone makes no API token for whoever has a second factor: it would outlive it and ask for no code."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import reading, sessions
from models.user import Role, User
from services import api_tokens, second_factor, sign_in, vault
from services.access import Actor, Via
from services.api_tokens import Made, Scope
from services.errors import Conflict, NotAllowed, TooMany
from services.proof import NotProven
from services.sign_in_throttle import FREE_TRIES
from tests.people import PASSWORD, People, enrol
from tests.second_factors import HERE, as_if_a_minute_later, equip


def made(actor: Actor, password: str = "", code: str = "", name: str = "a script") -> Made:
    return api_tokens.create(actor, name, Scope.READ, 7, password=password, code=code)


def logged() -> list[tuple[str, str, str | None]]:
    with reading() as session:
        rows = select(AccessLog).where(AccessLog.action == "token:change").order_by(AccessLog.id)
        found = [(row.outcome, row.detail, row.subject_type) for row in session.scalars(rows)]
    return [each for each in found if not each[1].startswith("check_")]


@pytest.mark.parametrize("via", [Via.DASHBOARD, Via.API])
def test_a_sign_in_alone_makes_none(people: People, via: Via) -> None:
    alice = replace(people.alice, via=via)
    phone = equip(alice)
    for password, code in (("", ""), (PASSWORD, ""), (PASSWORD, "  "), ("", phone.code())):
        with pytest.raises(NotProven, match=r"needs your password and a code\. Nothing was made"):
            made(alice, password, code)
    assert api_tokens.list_tokens(alice) == []
    assert logged() == [("refused", "not_proven", "users")] * 4


def test_a_wrong_password_or_code_makes_none_and_does_not_say_which(people: People) -> None:
    phone = equip(people.alice)
    for password, code in (("not mine", phone.code()), (PASSWORD, phone.wrong_code())):
        with pytest.raises(NotProven, match="The password or the code is not right"):
            made(people.alice, password, code)
    assert api_tokens.list_tokens(people.alice) == []


def test_password_and_code_make_one_and_the_log_names_it(people: People) -> None:
    phone = equip(people.alice)
    code = phone.code()
    token = made(people.alice, PASSWORD, code).token
    with pytest.raises(NotProven):  # a code counts once
        made(people.alice, PASSWORD, code)
    made(people.alice, PASSWORD, phone.recovery_codes[0])
    assert logged() == [
        ("done", "made scope=read days=7", "api_tokens"),
        ("refused", "not_proven", "users"),
        ("done", "made scope=read days=7 recovery_code_used", "api_tokens"),
    ]
    with reading() as session:
        rows = select(AccessLog.subject_ids).where(AccessLog.detail == "made scope=read days=7")
        assert session.scalars(rows).one() == str(token.id)


def test_guessing_is_slowed(people: People) -> None:
    phone = equip(people.alice)
    for _ in range(FREE_TRIES):
        with pytest.raises(NotProven):
            made(people.alice, PASSWORD, phone.wrong_code())
    with pytest.raises(TooMany):
        made(people.alice, PASSWORD, phone.code())


def test_a_code_is_not_used_up_by_one_token_too_many(people: People) -> None:
    for number in range(api_tokens.AT_ONCE):
        last = made(people.alice, name=f"script {number}")
    phone = equip(people.alice)
    code = phone.code()
    with pytest.raises(Conflict, match="Revoke one"):
        made(people.alice, PASSWORD, code)
    api_tokens.revoke(people.alice, last.token.id)
    assert made(people.alice, PASSWORD, code)


def test_without_a_second_factor_none_is_asked_for(people: People) -> None:
    phone = equip(people.alice)
    assert made(people.bob)
    second_factor.remove(people.alice, PASSWORD, phone.code())
    assert made(people.alice)


def test_a_token_makes_no_other_even_with_a_proof(people: People) -> None:
    phone = equip(people.alice)
    token = made(people.alice, PASSWORD, phone.code()).token
    as_if_a_minute_later(people.alice)
    holder = replace(people.alice, sign_in_id=None, token_id=token.id, via=Via.API)
    with pytest.raises(NotAllowed):
        made(holder, PASSWORD, phone.code())


def test_the_servers_own_command_asks_for_none(people: People) -> None:
    equip(people.alice)
    operator = replace(people.alice, sign_in_id=None, via=Via.COMMAND)
    assert made(operator)
    assert logged() == [("done", "made scope=read days=7", "api_tokens")]


def test_where_it_is_required_everybody_with_a_password_is_asked(
    people: People, configure: Callable[..., None]
) -> None:
    configure(VERBATIM_SECOND_FACTOR="required", VERBATIM_DEMO="1")
    vault.open_vault()
    phone = equip(people.alice)
    assert second_factor.my_second_factor(people.alice).asks_proof
    with pytest.raises(NotProven, match="password and a code"):
        made(people.alice)
    assert made(people.alice, PASSWORD, phone.code())
    through_the_provider = sign_in.lookup(
        sign_in.start(people.sam.user_id, HERE, None, oidc_sid="")
    )
    assert through_the_provider is not None
    sam = replace(people.sam, sign_in_id=through_the_provider.sign_in_id)
    with pytest.raises(NotProven, match=r"needs your password\. Nothing"):
        made(sam)
    assert made(sam, PASSWORD)
    with sessions()() as session, session.begin():  # as the provider's people are
        session.get_one(User, sam.user_id).password_hash = None
    assert not second_factor.my_second_factor(sam).asks_proof
    assert made(sam)
    demo = enrol("dana", Role.THERAPIST, is_demo=True)
    found = sign_in.lookup(sign_in.sign_in_as_demo(demo.user_id, HERE))
    assert found is not None
    assert made(replace(demo, sign_in_id=found.sign_in_id))
