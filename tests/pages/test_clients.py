"""Clients: the list, the card of the ticked one, and the dialogs that add, change, ask for consent and remove."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from models.client import Consent, SessionType
from services import clients
from services.access import Actor
from services.clients import Client
from tests.pages.opening import (
    HERE,
    buttons,
    click,
    dialogs,
    open_page,
    open_part,
    refusals,
    table,
    text,
    tick,
)
from tests.people import People
from tests.services.written import write_session
from ui import client_forms


def only(actor: Actor) -> Client:
    (found,) = clients.list_clients(actor)
    return found


@pytest.fixture
def nora(sqlite_people: People) -> Client:
    clients.create_client(sqlite_people.alice, "Nora Feldt", language="de")
    return only(sqlite_people.alice)


def test_before_the_first_client_it_says_what_to_do(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "clients")
    assert "No client yet" in text(at)
    assert buttons(at) == ["Add a client"]


def test_the_list_holds_ones_own_by_name(sqlite_people: People, nora: Client) -> None:
    alice = sqlite_people.alice
    ash = clients.create_client(
        alice, "Ash *family*", session_type=SessionType.FAMILY, participants=3
    )
    clients.record_consent(alice, ash, Consent.GIVEN, "in writing")
    clients.create_client(sqlite_people.bob, "Somebody else")
    write_session(alice, nora.id)
    at = open_page(alice, "clients")
    rows = table(at)
    today = only_today(alice, ash)
    assert rows == [
        {"Name": "Ash *family*", "Type": "Family of 3", "Consent": today, "Sessions": 0},
        {"Name": "Nora Feldt", "Type": "Individual", "Consent": "Not recorded", "Sessions": 1},
    ]
    assert "2 clients, consent not recorded for 1" in text(at)


def only_today(actor: Actor, client_id: int) -> str:
    found = next(one for one in clients.list_clients(actor) if one.id == client_id)
    assert found.consent_at is not None
    at = dt.datetime.fromisoformat(found.consent_at).astimezone(ZoneInfo(str(HERE["timezone"])))
    return f"Given {at.day} {at:%b %Y}"


def test_the_card_of_the_ticked_one(sqlite_people: People, nora: Client) -> None:
    at = tick(open_page(sqlite_people.alice, "clients"), 0)
    assert "Language: German" in text(at)
    assert "Consent: Not recorded" in text(at)
    assert buttons(at)[1:] == [
        "Record consent",
        "Plan and measures",
        "Change the details",
        "History",
        "Process notes",
        "How long it is kept",
        "Remove",
    ]
    write_session(sqlite_people.alice, nora.id)
    at.run()
    assert "Remove" not in buttons(at)
    assert "cannot be removed" in text(at)


def test_a_tick_stays_with_its_client_when_the_list_changes(
    sqlite_people: People, nora: Client
) -> None:
    at = tick(open_page(sqlite_people.alice, "clients"), 0)
    clients.create_client(sqlite_people.alice, "Abel Aaron")  # now the first row
    at.run()
    assert "Abel" not in text(at)
    assert nora.name in text(at)


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("Add a client", "Add a client"),
        ("Record consent", "Consent to recording"),
        ("Change the details", "Change a client"),
        ("How long it is kept", "How long it is kept"),
        ("Remove", "Remove a client"),
    ],
)
def test_each_button_opens_its_dialog(
    sqlite_people: People, nora: Client, label: str, title: str
) -> None:
    at = click(tick(open_page(sqlite_people.alice, "clients"), 0), label)
    assert dialogs(at) == [title]
    assert not at.exception


def test_adding(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    at = click(open_part(client_forms.add, alice), "Add")
    assert "A client needs a name" in text(at)
    at.text_input[0].set_value("  Zoë   <b>Ünal</b> ")
    at.selectbox[0].set_value(SessionType.GROUP)
    at.number_input[0].set_value(5)
    at.selectbox[1].set_value("sv")
    click(at, "Add")
    found = only(alice)
    assert (found.name, found.session_type) == ("Zoë <b>Ünal</b>", SessionType.GROUP)
    assert (found.participants, found.language) == (5, "sv")
    assert found.consent is Consent.MISSING


def test_the_number_of_people_counts_for_family_and_group_only(sqlite_people: People) -> None:
    at = open_part(client_forms.add, sqlite_people.alice)
    at.text_input[0].set_value("Nora Feldt")
    at.number_input[0].set_value(5)
    click(at, "Add")
    assert only(sqlite_people.alice).participants is None


def test_changing(sqlite_people: People, nora: Client) -> None:
    at = open_part(client_forms.change, sqlite_people.alice, nora)
    assert at.text_input[0].value == "Nora Feldt"
    assert at.selectbox[1].value == "de"
    at.text_input[0].set_value("Nora Feldt-Ash")
    at.selectbox[1].set_value("fr")
    click(at, "Save")
    found = only(sqlite_people.alice)
    assert (found.name, found.language) == ("Nora Feldt-Ash", "fr")


def test_consent_is_an_answer_that_somebody_gave(sqlite_people: People, nora: Client) -> None:
    alice = sqlite_people.alice
    at = click(open_part(client_forms.consent, alice, nora), "Save")
    assert "Choose one of the answers" in text(at)
    assert only(alice).consent is Consent.MISSING
    at.radio[0].set_value("Given verbally")
    click(at, "Save")
    assert only(alice).consent is Consent.GIVEN
    assert "Verbally, recorded by Alice" in text(tick(open_page(alice, "clients"), 0))
    at.radio[0].set_value("Withdrawn")
    click(at, "Save")
    assert only(alice).consent is Consent.WITHDRAWN
    assert "Recorded by Alice" in text(tick(open_page(alice, "clients"), 0))


def test_removing(sqlite_people: People, nora: Client) -> None:
    at = open_part(client_forms.remove, sqlite_people.alice, nora)
    ident = write_session(sqlite_people.alice, nora.id)
    assert "has sessions" in text(click(at, "Remove"))
    assert ident
    assert only(sqlite_people.alice).id == nora.id
    clients.create_client(sqlite_people.alice, "Jon Ash")
    jon = next(c for c in clients.list_clients(sqlite_people.alice) if c.name == "Jon Ash")
    click(open_part(client_forms.remove, sqlite_people.alice, jon), "Remove")
    assert only(sqlite_people.alice).id == nora.id


@pytest.mark.parametrize("name", ["bob", "sam", "dora"])
def test_nobody_else_changes_a_client_even_with_the_dialog_open(
    sqlite_people: People, nora: Client, name: str
) -> None:
    stranger = getattr(sqlite_people, name)
    for dialog, button in ((client_forms.change, "Save"), (client_forms.remove, "Remove")):
        at = click(open_part(dialog, stranger, nora), button)
        assert len(at.error) == 1
        assert refusals(at) == []
    assert only(sqlite_people.alice) == nora
