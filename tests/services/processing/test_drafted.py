"""The worker's draft: made once, in the format that was chosen; whatever fails, the session is done."""

from typing import Any

import pytest
from sqlalchemy import select

from models.database import sessions
from models.note import Note, NoteVersion
from models.recording import Recording, RecordingState, Stage
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import clients, encryption, jobs, notes, summaries, transcripts, webhooks
from services.access import Actor
from services.notes import drafts
from services.processing import stored, workflows
from tests.conftest import Configure
from tests.people import People
from tests.servers.openai_chat import ANSWERED_BY, KEY, MODEL, Request, chat_server
from tests.services.written import change, spoken, write_session

LINES = (
    ("Speaker 1", "Good to see you, Nora. How have the evenings been since we last met here?"),
    ("Speaker 2", "I felt worn out and I cried in the kitchen on Monday, for about an hour, all alone."),
    ("Speaker 1", "Would you do the slow breathing every evening until next week, as we did it here today?"),
    ("Speaker 2", "Yes, I will do it after the news, before I go to bed, and I will write it in the diary."),
)  # fmt: skip


@pytest.fixture
def waiting(people: People) -> int:
    """A recording that has its transcript and nothing else yet."""
    client_id = clients.create_client(people.alice, "Nora Feldt")
    recording_id = write_session(people.alice, client_id, state=RecordingState.PROCESSING)
    stored.add_transcript(jobs.owner(recording_id), recording_id, spoken(LINES))
    return recording_id


def finish(recording_id: int) -> Recording:
    """What the queue runs after the transcript."""
    workflows._drafted(recording_id)
    workflows._summarised(recording_id)
    with sessions()() as session:
        return session.get_one(Recording, recording_id)


def note_of(actor: Actor, recording_id: int) -> dict:
    with sessions()() as session:
        note = session.scalars(select(Note).where(Note.recording_id == recording_id)).one()
    return notes.read(actor, note.id)


def test_a_session_is_done_with_its_note_and_its_summary(people: People, waiting: int) -> None:
    with sessions()() as session, session.begin():
        session.get_one(Recording, waiting).note_format = "dap"
    assert finish(waiting).state is RecordingState.DONE
    workflows._drafted(waiting)
    note = note_of(people.alice, waiting)
    assert note["instruction"]["type"] == "dap"
    assert "“I felt worn out and I cried" in str(note["sections"])
    said = stored.spoken(jobs.owner(waiting), waiting)
    assert [one["role"] for one in said.speakers] == ["therapist", "client"]
    assert said.names == ("Nora Feldt", people.alice.name)
    with sessions()() as session:
        history = session.scalars(select(TherapistSessionTranscriptHistory)).one()
    assert (history.author, history.tokens_in, history.tokens_out) == (summaries.AUTHOR, 0, 0)
    summary = encryption.unseal(history, "transcript_summary")
    assert summary.startswith(
        f"{summaries.UNCHECKED}\nQuoted from the session, not interpreted:\nPresenting issue\n"
    )


def test_without_a_chosen_format_it_is_a_progress_note(people: People, waiting: int) -> None:
    finish(waiting)
    assert note_of(people.alice, waiting)["instruction"]["type"] == "clinical_notes"


def test_a_model_that_is_away_is_told_of_on_the_note(
    people: People, waiting: int, configure: Configure
) -> None:
    configure(
        VERBATIM_LLM="openai", VERBATIM_LLM_MODEL="m", VERBATIM_LLM_BASE_URL="http://127.0.0.1:9/v1"
    )
    assert finish(waiting).state is RecordingState.DONE
    note = note_of(people.alice, waiting)
    assert "did not answer in time" in note["notice"]
    assert note["quotes_only"]


def worn_out(asked: Request) -> dict[str, Any]:
    """A model that writes one statement of the second line."""
    said = {"text": "The client felt worn out.", "speaker": "client", "lines": [1], "quote": ""}
    return {"sections": [{"key": "presenting_issue", "statements": [said]}], "risk": []}


def test_a_models_use_is_kept_with_the_summary_as_with_the_note(
    sqlite_people: People, configure: Configure
) -> None:
    client_id = clients.create_client(sqlite_people.alice, "Nora Feldt")
    recording_id = write_session(sqlite_people.alice, client_id, state=RecordingState.PROCESSING)
    stored.add_transcript(jobs.owner(recording_id), recording_id, spoken(LINES))
    with chat_server(worn_out) as server:
        configure(
            VERBATIM_LLM="openai",
            VERBATIM_LLM_MODEL=MODEL,
            VERBATIM_LLM_BASE_URL=server.base_url,
            VERBATIM_LLM_API_KEY=KEY,
        )
        assert finish(recording_id).state is RecordingState.DONE
    with sessions()() as session:
        history = session.scalars(select(TherapistSessionTranscriptHistory)).one()
        version = session.scalars(select(NoteVersion)).one()
    assert (history.author, version.author_name) == (ANSWERED_BY, ANSWERED_BY)
    assert (history.tokens_in, history.tokens_out) == (900, 50)
    assert (version.tokens_in, version.tokens_out) == (900, 50)
    summary = encryption.unseal(history, "transcript_summary")
    assert "The client felt worn out." in summary


@pytest.mark.parametrize("error", [RuntimeError("I felt worn out"), KeyError("I felt worn out")])
def test_a_draft_that_breaks_costs_the_session_nothing(
    people: People,
    waiting: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(drafts, "draft_for_worker", broken)
    assert finish(waiting).state is RecordingState.DONE
    with sessions()() as session:
        assert session.scalars(select(Note)).all() == []
        row = session.scalars(select(TherapistSessionTranscript)).one()
        assert row.warnings.split(",").count("no-draft") == 1
    workflows._drafted(waiting)
    assert transcripts.read(people.alice, waiting)["warnings"].count("no-draft") == 1
    assert "draft.failed" in caplog.text


def versions_of(recording_id: int) -> list[tuple[int, str]]:
    with sessions()() as session:
        table = TherapistSessionTranscriptHistory
        wanted = select(table).join(
            TherapistSessionTranscript, TherapistSessionTranscript.id == table.transcript_id
        )
        of_recording = TherapistSessionTranscript.recording_id == recording_id
        rows = session.scalars(wanted.where(of_recording).order_by(table.version))
        return [(row.version, row.author) for row in rows]


def test_a_summary_that_was_stored_is_not_stored_again(
    people: People, waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker died after the summary was stored and before the queue knew."""
    told: list[str] = []
    monkeypatch.setattr(
        webhooks, "announce", lambda work, event, owner, ident: told.append(event.value)
    )
    finish(waiting)
    again = finish(waiting)
    stored.finish(jobs.owner(waiting), waiting, "Another summary.", "m")
    assert (again.state, again.stage) == (RecordingState.DONE, Stage.DONE)
    assert versions_of(waiting) == [(1, summaries.AUTHOR)]
    assert told == [webhooks.Event.TRANSCRIPT_READY.value]


def test_trying_again_leaves_the_words_that_a_person_signed(people: People, waiting: int) -> None:
    workflows._drafted(waiting)
    stored.fail(jobs.owner(waiting), waiting, 1, "internal", "It stopped.")
    note = note_of(people.alice, waiting)
    notes.sign(people.alice, note["id"], revision=note["revision"])
    change(waiting, state=RecordingState.PROCESSING)
    assert finish(waiting).state is RecordingState.DONE
    assert versions_of(waiting) == [(1, f"user:{people.alice.user_id}")]
    with sessions()() as session:
        row = session.scalars(select(TherapistSessionTranscript)).one()
        assert encryption.unseal(row, "transcript_summary").startswith("Progress note")
