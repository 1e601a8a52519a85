"""How long things are kept, as people set it: the clinic's policy, a client's own, and restoring a session."""

from models.retention import AudioKept
from pages.administration.retention_policy import retention_policy
from pages.sessions import deleted
from services import clients, retention
from services.access import Actor
from services.sessions import read_session
from tests.pages.opening import click, open_page, open_part, text
from tests.people import People
from tests.services.written import write_session
from ui import client_forms


def alices_client(alice: Actor) -> clients.Client:
    clients.create_client(alice, "Nora Feldt")
    return clients.list_clients(alice)[0]


def test_the_administrator_sets_the_clinics_policy(sqlite_people: People) -> None:
    at = open_part(retention_policy, sqlite_people.adam)
    at.radio[0].set_value(AudioKept.SIGNED)
    at.number_input[1].set_value(10)
    click(at, "Save")
    policy = retention.of_clinic(sqlite_people.alice)
    assert (policy.audio_kept, policy.record_days) == (AudioKept.SIGNED, 3650)
    assert "Saved." in text(at)


def test_a_client_has_a_policy_of_their_own_and_goes_back(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = alices_client(alice)
    at = open_part(client_forms.keep, alice, nora)
    assert "the clinic's policy holds" in text(at)
    at.number_input[0].set_value(7)
    click(at, "Save for this client")
    assert retention.of_client(alice, nora.id).audio_days == 7
    at = open_part(client_forms.keep, alice, nora)
    assert "a policy of their own holds" in text(at)
    click(at, "Follow the clinic again")
    assert not retention.of_client(alice, nora.id).is_own


def test_a_deleted_session_is_restored(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    ident = write_session(alice, alices_client(alice).id)
    retention.delete_session(alice, ident)
    at = open_part(deleted, alice)
    assert "Nora Feldt" in text(at)
    click(at, "Restore")
    assert read_session(alice, ident).recording_id == ident


def test_the_tabs_name_it(sqlite_people: People) -> None:
    at = open_page(sqlite_people.adam, section="Retention")
    assert "Sound is kept" in [one.label for one in at.radio]
