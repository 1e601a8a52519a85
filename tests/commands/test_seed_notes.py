"""The demo has notes in every state, so that no page is empty, and its days follow each other as in a practice."""

import json
from collections import Counter

from sqlalchemy import select

from commands import seed_demo
from models.client import Consent, TherapistClient, TherapistSession
from models.database import sessions
from models.note import Note, NoteState
from models.user import User
from services import grants, notes
from services.access import Actor, Via
from tests.conftest import Configure


def test_notes_in_every_state(sqlite_database: str, configure: Configure) -> None:
    configure(VERBATIM_DEMO="1")
    seed_demo.main()
    with sessions()() as session:
        states = Counter(session.scalars(select(Note.state)))
        assert set(states) == set(NoteState)
        users = {user.name: user for user in session.scalars(select(User))}
    ruth, helen = (
        Actor(users[name].id, name, users[name].role, Via.COMMAND)
        for name in ("Ruth Adeyemi", "Helen Marsh")
    )
    assert notes.count_waiting(helen) == states[NoteState.SIGNED]
    assert all(notes.verify(helen, line.id) for line in notes.list_notes(helen))
    (cover,) = grants.list_grants(ruth)
    assert cover.client == "Owen Brandt"
    _days_follow_each_other()


def _days_follow_each_other() -> None:
    with sessions()() as session:
        for client in session.scalars(select(TherapistClient)):
            own = TherapistSession.therapist_client_id == client.id
            starts = session.scalars(select(TherapistSession.starts_at).where(own)).all()
            assert all(client.created_at < at for at in starts)
            if client.consent is Consent.GIVEN:
                assert client.consent_at is not None
                assert client.created_at < client.consent_at < min(starts)
            if client.consent is Consent.WITHDRAWN:
                assert client.consent_at is not None
                assert client.consent_at > max(starts)


def test_no_two_sessions_say_the_same() -> None:
    dialogues = json.loads((seed_demo.DEMO / "dialogues.json").read_text())
    planned = json.loads((seed_demo.DEMO / "people.json").read_text())["sessions"]
    assert sorted(one["dialogue"] for one in planned) == sorted(dialogues)
    lines = [words for said in dialogues.values() for _, words in said]
    assert len(set(lines)) == len(lines)
