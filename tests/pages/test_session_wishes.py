"""What the view asks for is done, or refused where it can be read, without losing words that somebody typed."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from services import clients, notes, transcripts
from services.access import Actor
from services.errors import Stale
from tests.pages.opening import click, open_part, text
from tests.people import People
from tests.services.notes.noted import write_note
from tests.services.written import write_session

TYPED = "The tram *was* early again."


@pytest.fixture
def nora(sqlite_people: People) -> int:
    return clients.create_client(sqlite_people.alice, "Nora *Feldt*")


@pytest.mark.parametrize(
    "wish",
    [
        {"act": "note-edit", "statement": "s2", "text": "Trams."},
        {"act": "note-evidence", "statement": "s2", "utterances": [1, 2]},
        {"act": "note-move", "statement": "s2", "section": "plan", "position": 0},
        {"act": "note-keep", "statement": "s2"},
        {"act": "note-remove", "statement": "s2"},
        {"act": "note-restore", "statement": "s2"},
        {"act": "note-add", "section": "plan", "after": None, "text": "Rest.", "utterances": []},
    ],
)
def test_what_the_view_asks_is_done(sqlite_people: People, nora: int, wish: dict[str, Any]) -> None:
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    note = notes.read(alice, write_note(alice, ident))
    at = open_part(granting, alice, ident, note, wish | {"note": note["id"], "rev": 1})
    assert not at.exception
    assert not at.error
    assert [one.value for one in at.markdown] == ["2"]  # the new revision


def test_a_wish_is_refused_where_it_can_be_read(sqlite_people: People, nora: int) -> None:
    """Somebody else was faster; the note is not there; the reader may not change it."""
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    note = notes.read(alice, write_note(alice, ident))
    keep = {"act": "note-keep", "statement": "s1", "note": note["id"], "rev": 9}
    at = open_part(granting, alice, ident, note, keep)
    assert "load it again" in text(at)
    at = open_part(granting, alice, ident, note, keep | {"note": note["id"] + 1, "rev": 1})
    assert "No such note, or it is not yours to see." in text(at)
    at = open_part(granting, sqlite_people.sam, ident, note, keep | {"rev": 1})
    assert "Your role does not allow this." in text(at)
    assert notes.read(alice, note["id"])["revision"] == 1


def test_a_role_is_set(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    wish = {"act": "role", "speaker": "S1", "role": "client"}
    at = open_part(granting, alice, ident, None, wish)
    assert not at.exception
    assert transcripts.overview(alice, ident).speakers[0]["role"] == "client"


def granting(actor: Actor, recording_id: int, note: dict[str, Any] | None, wish: Any) -> None:
    import streamlit as st

    from pages.session import wishes

    wishes.grant(actor, recording_id, wish)
    wishes.tell_refusal(recording_id)
    st.markdown(str(wishes.saved(note["id"]) if note else None))


def test_words_of_a_refused_change_stay_to_be_copied(sqlite_people: People, nora: int) -> None:
    """As they were typed, until they are put away."""
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    note = notes.read(alice, write_note(alice, ident))
    stale = {"act": "note-edit", "statement": "s2", "text": TYPED, "note": note["id"], "rev": 9}
    at = open_part(granting, alice, ident, note, stale)
    assert "Your words, not saved:" in text(at)
    assert [one.value for one in at.text] == [TYPED]
    keep = {"act": "note-keep", "statement": "s1", "note": note["id"], "rev": 9}
    at = open_part(granting, alice, ident, note, keep)
    assert len(at.error) == 1
    assert not at.text  # nothing was typed


@pytest.mark.parametrize(
    "error", [Stale("Somebody else was faster."), OperationalError("UPDATE", {}, OSError("busy"))]
)
def test_whatever_refused_them(
    sqlite_people: People, nora: int, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a database that is busy; and once they are stored after all they go by themselves."""
    alice = sqlite_people.alice
    ident = write_session(alice, nora)
    number = transcripts.read(alice, ident)["utterances"][1]["id"]
    wish = {"act": "correct", "id": number, "text": TYPED}

    def refuse(*_args: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(transcripts, "correct", refuse)
        at = open_part(granting, alice, ident, None, wish)
        assert len(at.error) == 1
        assert [one.value for one in at.text] == [TYPED]
    at = at.run()  # the same wish again, and now it is done
    assert not at.error
    assert not at.text
    assert transcripts.read(alice, ident)["utterances"][1]["text"] == TYPED


def test_they_are_put_away(sqlite_people: People, nora: int) -> None:
    at = open_part(refused, write_session(sqlite_people.alice, nora))
    assert [one.value for one in at.text] == [TYPED]
    at = click(at, "Put them away")
    assert not at.text
    assert not at.error


def refused(recording_id: int) -> None:
    import streamlit as st

    from pages.session import wishes

    if "once" not in st.session_state:
        st.session_state["once"] = True
        words = "The tram *was* early again."
        st.session_state[f"session-{recording_id}-refused"] = [wishes.Refused("Busy.", words)]
    wishes.tell_refusal(recording_id)
