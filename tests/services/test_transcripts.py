"""Transcripts in the database: read, corrected, sealed, and every change a revision and a log row."""

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from models.recording import RecordingState
from models.transcript import TherapistSessionTranscript
from services import clients, encryption, transcripts
from services.errors import NotAllowed, NotFound
from tests.people import People
from tests.services.written import LINES, write_session


def texts(read: dict[str, object]) -> list[str]:
    utterances = read["utterances"]
    assert isinstance(utterances, list)
    return [one["text"] for one in utterances]


def contract_text(recording_id: int) -> str:
    with sessions()() as session:
        row = session.scalars(
            select(TherapistSessionTranscript).where(
                TherapistSessionTranscript.recording_id == recording_id
            )
        ).one()
        return encryption.unseal(row, "transcript")


def test_read_correct_and_restore(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    ident = write_session(people.alice, client)
    first = transcripts.read(people.alice, ident)
    assert texts(first) == [text for _, text in LINES]
    assert [speaker["name"] for speaker in first["speakers"]] == ["Speaker 1", "Speaker 2"]
    assert [speaker["role"] for speaker in first["speakers"]] == ["therapist", "client"]
    assert (first["revision"], first["language"], first["warnings"]) == (1, "en", [])
    assert first["duration"] == pytest.approx(12.5, abs=2)
    assert all(one["machine"] is None for one in first["utterances"])
    assert first["utterances"][0]["words"][0] == ["Good", 0.5, 0.9, 0.9]

    assert transcripts.correct(people.alice, ident, 1, "The train was late again.") == 2
    assert transcripts.rename_speaker(people.alice, ident, "S2", "Nora") == 3
    assert transcripts.reassign(people.alice, ident, [3], "new") == 4
    assert transcripts.merge(people.alice, ident, 2) == 5
    changed = transcripts.read(people.alice, ident)
    assert changed["revision"] == 5
    assert texts(changed)[1] == "The train was late again. I slept better."
    assert changed["utterances"][1]["machine"] == "The tram was late again. I slept better."
    assert contract_text(ident) == (
        "Speaker 1: Good morning Nora. How was the week? "
        "Nora: The train was late again. I slept better. Speaker 3: What helped you to sleep?"
    )

    assert transcripts.restore(people.alice, ident, 1) == 6
    restored = transcripts.read(people.alice, ident)
    assert texts(restored)[1] == "The tram was late again. I slept better."
    assert restored["utterances"][1]["machine"] is None
    assert transcripts.set_role(people.alice, ident, "S1", "other") == 7
    roles = {
        one["key"]: one.get("role") for one in transcripts.overview(people.alice, ident).speakers
    }
    assert roles == {"S1": "other", "S2": "client", "S3": None}
    assert contract_text(ident).startswith("Speaker 1: Good morning")


def test_a_refused_correction_changes_nothing(people: People) -> None:
    ident = write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    for who, error in (
        (people.bob, NotFound),
        (people.sam, NotAllowed),  # supervisors read
        (people.dora, NotAllowed),
        (people.adam, NotAllowed),
    ):
        with pytest.raises(error):
            transcripts.correct(who, ident, 1, "Something else.")
    with pytest.raises(NotFound, match="passage"):
        transcripts.correct(people.alice, ident, 77, "Something else.")
    read = transcripts.read(people.sam, ident)
    assert (read["revision"], texts(read)) == (1, [text for _, text in LINES])


def test_every_correction_is_logged_with_its_revision_and_without_words(people: People) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    ident = write_session(people.alice, client)
    transcripts.correct(people.alice, ident, 1, "The train was late again.")
    transcripts.read(people.sam, ident)
    with sessions()() as session:
        rows = session.scalars(
            select(AccessLog)
            .where(AccessLog.action.like("transcript:%"))
            .order_by(AccessLog.at, AccessLog.id)
        ).all()
    assert [(row.action, row.actor_name, row.client_id) for row in rows] == [
        ("transcript:correct", "Alice", client),
        ("transcript:read", "Sam", client),
    ]
    assert rows[0].detail == "revision=2"
    for row in rows:
        assert not {"train", "tram", "Nora"} & set(str(vars(row)).split())


@pytest.mark.parametrize("state", [RecordingState.RECEIVING, RecordingState.FAILED])
def test_there_may_be_no_transcript_yet(sqlite_database: str, state: RecordingState) -> None:
    people = People()
    ident = write_session(
        people.alice, clients.create_client(people.alice, "Nora Feldt"), state=state
    )
    with pytest.raises(NotFound, match="no transcript yet"):
        transcripts.read(people.alice, ident)
    with pytest.raises(NotFound, match="no transcript yet"):
        transcripts.restore(people.alice, ident, 0)


def test_ciphertext_moved_to_another_row_or_column_does_not_open(sqlite_database: str) -> None:
    people = People()
    client = clients.create_client(people.alice, "Nora Feldt")
    one, other = (write_session(people.alice, client) for _ in range(2))
    with sessions()() as session, session.begin():
        rows = {
            row.recording_id: row for row in session.scalars(select(TherapistSessionTranscript))
        }
        rows[one].utterances = rows[other].utterances
        rows[other].utterances = rows[other].machine
    for ident in (one, other):
        with pytest.raises(encryption.SealBroken):
            transcripts.read(people.alice, ident)
