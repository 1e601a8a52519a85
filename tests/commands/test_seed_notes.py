"""The demo has notes in every state, so that no page of it is empty."""

from collections import Counter

from sqlalchemy import select

from commands import seed_demo
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
