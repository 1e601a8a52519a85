"""Administration: people, clients, the clinic and the health of the parts; and what each dialog does."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from models.access_log import AccessLog
from models.base import now
from models.clinic import WorkerHeartbeat
from models.database import sessions
from models.user import Role
from pages.administration.client_list import choose_account
from pages.administration.people import (
    add_person,
    change_role,
    disable,
    end_sign_ins,
    reset_password,
    supervise,
)
from services import clients, clinic, sign_in, users
from services.access import Actor
from services.users import Account
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, table, text, tick
from tests.people import PASSWORD, People
from ui import client_forms


def account(actor: Actor, name: str) -> Account:
    return next(one for one in users.list_users(actor) if one.name == name)


def ticked(actor: Actor, name: str) -> AppTest:
    at = open_page(actor)
    return tick(at, [row["Name"] for row in table(at)].index(name))


# --- people ---------------------------------------------------------------------------------------


def test_everybody_with_role_supervision_and_state(sqlite_people: People) -> None:
    rows = {row["Name"]: row for row in table(open_page(sqlite_people.adam))}
    assert list(rows) == ["Adam", "Alice", "Bob", "Dora", "Sam"]
    assert rows["Alice"]["Role"] == "Therapist"
    assert rows["Alice"]["Supervised by"] == "Sam"
    assert rows["Bob"]["Supervised by"] == ""
    assert {row["State"] for row in rows.values()} == {"Active"}


def test_the_card_says_what_can_be_done(sqlite_people: People) -> None:
    at = ticked(sqlite_people.adam, "Sam")
    assert "sam@clinic.example" in text(at)
    assert "Supervises Alice" in text(at)
    assert buttons(at)[1:] == [
        "Change the role",
        "Choose whom they supervise",
        "Give a new password",
        "Sign out everywhere",
        "Disable",
    ]
    assert "Supervised by nobody" in text(ticked(sqlite_people.adam, "Bob"))


def test_ones_own_password_is_not_given_away_here(sqlite_people: People) -> None:
    at = ticked(sqlite_people.adam, "Adam")
    assert buttons(at)[1:] == ["Change the role", "Disable"]
    assert "This is you" in text(at)


def test_each_button_opens_its_dialog(sqlite_people: People) -> None:
    for label, title in (
        ("Add a person", "Add a person"),
        ("Change the role", "Change the role"),
        ("Choose whom they supervise", "Supervision"),
        ("Give a new password", "Give a new password"),
        ("Sign out everywhere", "Sign out everywhere"),
        ("Disable", "Disable an account"),
    ):
        at = click(ticked(sqlite_people.adam, "Sam"), label)
        assert dialogs(at) == [title]


def test_adding_a_person_hands_over_a_password_that_works_once(sqlite_people: People) -> None:
    at = click(open_part(add_person, sqlite_people.adam), "Add")
    assert "Enter an email address" in text(at)
    at.text_input[0].set_value("Nora *Feldt*")
    at.text_input[1].set_value("Nora@Clinic.example")
    at.selectbox[0].set_value(Role.SUPERVISOR)
    at = click(at, "Add")
    password = at.code[0].value
    assert "**Nora *Feldt***" in text(at)
    assert not at.text_input
    assert password not in str(at.session_state.to_dict())
    with pytest.raises(sign_in.NewPasswordNeeded):
        sign_in.sign_in("nora@clinic.example", password, "127.0.0.1")
    made = account(sqlite_people.adam, "Nora *Feldt*")
    assert (made.role, made.waits_for_password) == (Role.SUPERVISOR, True)
    assert password not in text(click(at, "Done"))
    assert not at.code  # any run after it shows it no more


def test_an_email_that_is_taken(sqlite_people: People) -> None:
    at = open_part(add_person, sqlite_people.adam)
    at.text_input[0].set_value("Alice Two")
    at.text_input[1].set_value("alice@clinic.example")
    at = click(at, "Add")
    assert "already" in text(at)
    assert at.text_input[0].value == "Alice Two"  # nothing typed is lost


def test_a_new_password_ends_the_old_one(sqlite_people: People) -> None:
    bob = account(sqlite_people.adam, "Bob")
    at = open_part(reset_password, sqlite_people.adam, bob)
    assert not at.code
    at = click(at, "Make a new password")
    with pytest.raises(sign_in.NewPasswordNeeded):
        sign_in.sign_in("bob@clinic.example", at.code[0].value, "127.0.0.1")
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in("bob@clinic.example", PASSWORD, "127.0.0.1")
    assert text(open_page(sqlite_people.bob)) == ""
    badge = text(ticked(sqlite_people.adam, "Bob"))
    assert "Has to choose a password" in badge


def test_another_role(sqlite_people: People) -> None:
    bob = account(sqlite_people.adam, "Bob")
    at = open_part(change_role, sqlite_people.adam, bob)
    assert at.selectbox[0].value is Role.THERAPIST
    at.selectbox[0].set_value(Role.SUPERVISOR)
    click(at, "Change")
    assert account(sqlite_people.adam, "Bob").role is Role.SUPERVISOR
    assert text(open_page(sqlite_people.bob)) == ""  # signs in again in the new role


@pytest.mark.parametrize("dialog", [change_role, disable])
def test_the_only_administrator_stays(sqlite_people: People, dialog: Callable[..., None]) -> None:
    adam = account(sqlite_people.adam, "Adam")
    at = open_part(dialog, sqlite_people.adam, adam)
    if dialog is change_role:
        at.selectbox[0].set_value(Role.THERAPIST)
    at = click(at, "Change" if dialog is change_role else "Disable")
    assert "the only administrator" in text(at)
    assert account(sqlite_people.adam, "Adam") == adam


def test_supervision(sqlite_people: People) -> None:
    adam, sam = sqlite_people.adam, account(sqlite_people.adam, "Sam")
    everybody, before = users.list_users(adam), users.supervisions(adam)[sam.id]
    at = open_part(supervise, adam, sam, everybody, before)
    assert at.multiselect[0].options == ["Alice", "Bob"]
    assert at.multiselect[0].value == [sqlite_people.alice.user_id]
    at.multiselect[0].set_value([sqlite_people.bob.user_id])
    click(at, "Save")
    assert users.supervisions(adam) == {sam.id: [sqlite_people.bob.user_id]}


def test_signing_somebody_out(sqlite_people: People) -> None:
    bob = account(sqlite_people.adam, "Bob")
    click(open_part(end_sign_ins, sqlite_people.adam, bob), "Sign them out")
    assert text(open_page(sqlite_people.bob)) == ""
    sign_in.sign_in("bob@clinic.example", PASSWORD, "127.0.0.1")


def test_disabling_and_enabling(sqlite_people: People) -> None:
    bob = account(sqlite_people.adam, "Bob")
    click(open_part(disable, sqlite_people.adam, bob), "Disable")
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in("bob@clinic.example", PASSWORD, "127.0.0.1")
    at = ticked(sqlite_people.adam, "Bob")
    assert "5 accounts, 1 disabled" in text(at)
    assert "Disabled since" in text(at)
    at = click(at, "Enable")
    assert not at.exception
    assert account(sqlite_people.adam, "Bob").disabled_at is None
    assert "Disable" in buttons(at)


# --- clients --------------------------------------------------------------------------------------


def test_clients_of_everybody_by_number_without_their_consent_to_give(
    sqlite_people: People,
) -> None:
    ids = [clients.create_client(sqlite_people.alice, "Nora Feldt")]
    ids.append(clients.create_client(sqlite_people.bob, "Jon Ash"))
    at = open_page(sqlite_people.adam, section="Clients")
    rows = {row["Name"]: row for row in table(at)}
    assert [(row["No."], row["Therapist"]) for row in rows.values()] == [
        (ids[1], "Bob"),
        (ids[0], "Alice"),
    ]
    assert buttons(tick(at, 0))[1:] == [
        "Change the details",
        "Their own account",
        "How long it is kept",
        "Remove",
    ]


def test_a_client_gets_an_account_of_their_own(sqlite_people: People) -> None:
    adam = sqlite_people.adam
    clients.create_client(sqlite_people.alice, "Nora Feldt")
    (client,) = clients.list_clients(adam)
    assert "No account has the role Client" in text(open_part(choose_account, adam, client, {}))
    theirs = users.create_user(adam, "nora@post.example", "Nora", Role.CLIENT).account
    at = open_part(choose_account, adam, client, {theirs.id: theirs})
    assert at.selectbox[0].options == ["None", "Nora · nora@post.example"]
    at.selectbox[0].set_value(theirs.id)
    click(at, "Save")
    assert clients.list_clients(adam)[0].user_id == theirs.id
    card = text(tick(open_page(adam, section="Clients"), 0))
    assert "Nora · nora@post.example" in card


def test_an_administrator_adds_a_client_for_a_therapist(sqlite_people: People) -> None:
    bob = sqlite_people.bob.user_id
    at = open_part(client_forms.add, sqlite_people.adam, {bob: "Bob"})
    at.text_input[0].set_value("Jon Ash")
    click(at, "Add")
    assert [one.name for one in clients.list_clients(sqlite_people.bob)] == ["Jon Ash"]


def test_without_a_therapist_no_client_can_be_added(sqlite_people: People) -> None:
    for name in ("alice", "bob"):
        users.disable(sqlite_people.adam, getattr(sqlite_people, name).user_id)
    at = open_page(sqlite_people.adam, section="Clients")
    assert at.button[0].disabled
    assert "Add a therapist under People first" in text(at)


# --- clinic ---------------------------------------------------------------------------------------


def test_words_are_saved_again_and_again(sqlite_people: People) -> None:
    at = open_page(sqlite_people.adam, section="Clinic")
    at.text_input[0].set_value("Harbour Lane")
    for given, stored in (("a\na\n  b  \n\n", "a\nb"), ("c", "c"), ("", ""), ("d e\nf", "d e\nf")):
        at.text_area[0].set_value(given)
        at = click(at, "Save")
        assert [said.value for said in at.success] == [
            "Saved. It holds for recordings from now on."
        ]
        assert at.text_area[0].value == stored
        assert "\n".join(clinic.read(sqlite_people.adam).vocabulary) == stored
    assert clinic.read(sqlite_people.adam).name == "Harbour Lane"
    assert not at.run().success


def test_words_that_are_too_long_are_refused_and_stay_to_be_corrected(
    sqlite_people: People,
) -> None:
    at = open_page(sqlite_people.adam, section="Clinic")
    at.text_area[0].set_value("x" * 61)
    at = click(at, "Save")
    assert "60 characters" in text(at)
    assert not at.success
    assert at.text_area[0].value == "x" * 61
    assert clinic.read(sqlite_people.adam).vocabulary == ()


# --- health ---------------------------------------------------------------------------------------


def test_health_names_what_does_not_work(sqlite_people: People) -> None:
    at = open_page(sqlite_people.adam, section="Health")
    said = text(at)
    assert "None is running" in said
    assert "Needs attention" in said
    beat = now() + dt.timedelta(minutes=1)
    with sessions()() as session, session.begin():
        session.add(WorkerHeartbeat(executor_id="w", seen_at=beat))
    said = text(click(at, "Check again"))
    assert "One at work" in said


def test_an_unknown_section_is_the_first_one(sqlite_people: People) -> None:
    at = open_page(sqlite_people.adam, section="Nonsense")
    assert not at.exception
    assert len(table(at)) == 5


def test_what_was_done_is_in_the_log(sqlite_people: People) -> None:
    bob = account(sqlite_people.adam, "Bob")
    click(open_part(disable, sqlite_people.adam, bob), "Disable")
    with sessions()() as session:
        row = session.scalars(
            select(AccessLog).where(AccessLog.action == "user:change").order_by(AccessLog.id)
        ).one()
    assert (row.actor_name, row.subject_ids, row.detail) == ("Adam", str(bob.id), "disable")
