"""My account: the password, and where one is signed in."""

import pytest
from streamlit.testing.v1 import AppTest

from models.base import now
from models.database import sessions
from models.user import Role, SignIn, User
from services import passwords, users
from services.access import Actor
from tests.pages.opening import buttons, click, open_page, table, text, tick
from tests.people import PASSWORD, People, enrol

NEW = "green ladder window seventeen"
CHANGE = "Change the password"


def change(at: AppTest, current: str, new: str, again: str) -> AppTest:
    for field, given in zip(at.text_input, (current, new, again), strict=True):
        field.set_value(given)
    return click(at, CHANGE)


def elsewhere(actor: Actor) -> int:
    """The id of one more sign-in of theirs."""
    with sessions()() as session, session.begin():
        row = SignIn(token_hash="elsewhere", user_id=actor.user_id, last_seen_at=now())
        session.add(row)
        session.flush()
        return row.id


def opens(actor: Actor, password: str) -> bool:
    with sessions()() as session:
        return passwords.verify(session.get_one(User, actor.user_id).password_hash, password)


def test_who_i_am_here(sqlite_people: People) -> None:
    said = text(open_page(sqlite_people.dora, "account"))
    assert "Dora · Privacy officer · dora@clinic.example" in said
    assert "follows your computer" in said


@pytest.mark.parametrize(
    ("current", "new", "again", "why"),
    [
        ("not the password at all", NEW, NEW, "The current password is not right"),
        (PASSWORD, NEW, NEW + "n", "differs from the second one"),
        (PASSWORD, PASSWORD, PASSWORD, "is the current one"),
        (PASSWORD, "short", "short", f"at least {passwords.SHORTEST} characters"),
        ("", "", "", "is the current one"),
    ],
)
def test_a_change_that_cannot_be_says_why(
    sqlite_people: People, current: str, new: str, again: str, why: str
) -> None:
    at = change(open_page(sqlite_people.alice, "account"), current, new, again)
    assert why in text(at)
    assert len(at.error) == 1
    assert not at.success
    assert opens(sqlite_people.alice, PASSWORD)


def test_a_new_password_ends_the_other_sign_ins(sqlite_people: People) -> None:
    other = elsewhere(sqlite_people.alice)
    at = change(open_page(sqlite_people.alice, "account"), PASSWORD, NEW, NEW)
    assert [said.value for said in at.success] == ["The password is changed."]
    assert opens(sqlite_people.alice, NEW)
    with sessions()() as session:
        assert session.get_one(SignIn, other).revoked_at is not None
    assert not at.run().success


def test_the_other_places_are_listed_and_ended(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "account")
    assert [row["Where"] for row in table(at)] == ["Here"]
    assert "Sign out everywhere else" not in buttons(at)
    elsewhere(sqlite_people.alice)
    at.run()
    assert sorted(row["Where"] for row in table(at)) == ["Another browser", "Here"]
    at = click(at, "Sign out everywhere else")
    assert [row["Where"] for row in table(at)] == ["Here"]
    assert [one.is_this_one for one in users.my_sign_ins(sqlite_people.alice)] == [True]


def test_one_sign_in_is_ended_singly_and_never_the_one_that_is_used(sqlite_people: People) -> None:
    elsewhere(sqlite_people.alice)
    at = open_page(sqlite_people.alice, "account")
    places = [row["Where"] for row in table(at)]
    at = tick(at, places.index("Here"))
    assert "Sign out there" not in buttons(at)
    at = click(tick(at, places.index("Another browser")), "Sign out there")
    assert [row["Where"] for row in table(at)] == ["Here"]
    assert [one.is_this_one for one in users.my_sign_ins(sqlite_people.alice)] == [True]


def test_a_demo_account_has_no_password_to_change(sqlite_people: People) -> None:
    at = open_page(enrol("ruth", Role.THERAPIST, is_demo=True), "account")
    assert "This is a demo account" in text(at)
    assert not at.text_input
