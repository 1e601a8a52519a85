"""My account, the second factor: set up, new recovery codes, removed; and the reset in Administration."""

import re

from streamlit.testing.v1 import AppTest

from models.database import sessions
from models.user import Role, User
from pages.administration.people import reset_second_factor
from pages.second_factor import remove, renew, set_up
from services import second_factor
from services.access import Actor
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, text, tick
from tests.pages.test_administration import account
from tests.people import PASSWORD, People, enrol
from tests.second_factors import Phone, equip


def fill(at: AppTest, **fields: str) -> AppTest:
    for label, given in fields.items():
        field = next(f for f in at.text_input if f.label.startswith(label.replace("_", " ")))
        field.set_value(given)
    return at


def factor(actor: Actor) -> second_factor.Standing:
    return second_factor.my_second_factor(actor)


def test_it_is_offered(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "account")
    assert "A code from an app on your phone" in text(at)
    assert dialogs(click(at, "Set it up")) == ["Set up the second factor"]


def test_setting_it_up_shows_ten_codes_once(sqlite_people: People) -> None:
    at = open_part(set_up, sqlite_people.alice)
    key = at.code[0].value
    phone = Phone(key.replace(" ", ""), [])
    (picture,) = at.get("image")
    assert picture.value[0].startswith("data:image/svg+xml;base64,")  # no address of ours
    at = click(fill(at, Code=phone.wrong_code(), Your_password=PASSWORD), "Confirm")
    assert "This code is not right" in text(at)
    assert at.code[0].value == key  # the phone has it already
    at = click(fill(at, Code=phone.code(), Your_password=PASSWORD), "Confirm")
    codes = re.findall(r"[a-z2-9]{5}-[a-z2-9]{5}", at.code[0].value)
    assert len(codes) == 10
    assert not at.text_input
    kept = str(at.session_state.to_dict())
    assert not [secret for secret in (*codes, phone.secret, key) if secret in kept]
    assert factor(sqlite_people.alice).since is not None


def test_what_is_on_is_said(sqlite_people: People) -> None:
    phone = equip(sqlite_people.alice)
    at = open_page(sqlite_people.alice, "account")
    said = text(at)
    assert "On since" in said
    assert "10 recovery codes left" in said
    assert "Set it up" not in buttons(at)
    for label, title in (
        ("New recovery codes", "New recovery codes"), ("Remove", "Remove the second factor"),
    ):  # fmt: skip
        assert dialogs(click(open_page(sqlite_people.alice, "account"), label)) == [title]
    assert phone.secret not in said


def test_new_recovery_codes(sqlite_people: People) -> None:
    phone = equip(sqlite_people.alice)
    at = open_part(renew, sqlite_people.alice)
    at = click(fill(at, Your_password="not mine", Code=phone.code()), "Make new codes")
    assert "not right" in text(at)
    at = click(fill(at, Your_password=PASSWORD, Code=phone.code()), "Make new codes")
    new = re.findall(r"[a-z2-9]{5}-[a-z2-9]{5}", at.code[0].value)
    assert len(new) == 10
    assert not set(new) & set(phone.recovery_codes)


def test_removing(sqlite_people: People) -> None:
    phone = equip(sqlite_people.alice)
    at = open_part(remove, sqlite_people.alice, factor(sqlite_people.alice))
    at = click(fill(at, Your_password=PASSWORD, Code=phone.recovery_codes[0]), "Remove it")
    assert not at.exception
    assert factor(sqlite_people.alice).since is None


def test_the_demo_and_the_providers_people_have_none_here(sqlite_people: People) -> None:
    ruth = enrol("ruth", Role.THERAPIST, is_demo=True)
    with sessions()() as session, session.begin():
        session.get_one(User, sqlite_people.bob.user_id).password_hash = None
    assert "Second factor" not in text(open_page(ruth, "account"))
    at = open_page(sqlite_people.bob, "account")
    assert "You sign in through your organisation" in text(at)
    assert not at.text_input
    assert "Set it up" not in buttons(at)


def test_an_administrator_resets_it(sqlite_people: People) -> None:
    adam = sqlite_people.adam
    equip(sqlite_people.bob)
    equip(adam)
    at = open_page(adam)
    assert "Signs in with a code" in text(tick(at, 2))
    assert dialogs(click(at, "Reset the second factor")) == ["Reset the second factor"]
    assert "Reset the second factor" not in buttons(tick(open_page(adam), 0))  # one's own
    assert "Reset the second factor" not in buttons(tick(open_page(adam), 1))  # has none
    bob = account(adam, "Bob")
    click(open_part(reset_second_factor, adam, bob), "Reset it")
    assert not account(adam, "Bob").has_second_factor
    assert text(open_page(sqlite_people.bob)) == ""
