"""Policies, deleting and restoring, and the purge: rows and blobs gone, the proof there, nothing else touched."""

import datetime as dt

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.database import reading, sessions
from models.note import Note, ProcessNote
from models.recording import AudioBlob, Recording
from models.retention import AudioKept, PurgedKind, RetentionPolicy
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import clients, process_notes, recordings, retention, transcripts, vault
from services import sessions as session_list
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.processing.housekeeping import keep_house
from services.retention.deleting import GRACE
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.services.retention.kept import age, count, note, purges, set_policy, sign, with_sound
from tests.services.written import change, write_session


@pytest.fixture
def client_id(people: People) -> int:
    return clients.create_client(people.alice, "Nora Feldt")


def test_a_clients_policy_goes_before_the_clinics(people: People, client_id: int) -> None:
    assert retention.of_clinic(people.alice) == retention.Policy()
    set_policy(people, AudioKept.SIGNED, records=3650)
    assert retention.of_client(people.alice, client_id).audio_kept is AudioKept.SIGNED
    retention.change(
        people.alice, audio_kept=AudioKept.DAYS, audio_days=7, record_days=None, client_id=client_id
    )
    own = retention.of_client(people.alice, client_id)
    assert (own.audio_days, own.record_days, own.is_own) == (7, None, True)
    assert retention.of_clinic(people.alice).audio_kept is AudioKept.SIGNED
    retention.follow_the_clinic(people.alice, client_id)
    assert not retention.of_client(people.alice, client_id).is_own
    assert count(RetentionPolicy) == 1


def test_who_may_set_what(people: People, client_id: int) -> None:
    with pytest.raises(NotAllowed):
        retention.change(people.alice, audio_kept=AudioKept.DAYS, audio_days=1, record_days=None)
    with pytest.raises(NotFound):
        retention.change(
            people.bob,
            audio_kept=AudioKept.DAYS, audio_days=1, record_days=None, client_id=client_id,
        )  # fmt: skip
    for days, records in ((-1, None), (40_000, None), (1, 30)):
        with pytest.raises(Invalid):
            set_policy(people, AudioKept.DAYS, days, records)


@pytest.mark.parametrize(
    ("kept", "days", "old", "is_gone"),
    [
        (AudioKept.DAYS, 7, 8, True),
        (AudioKept.DAYS, 7, 6, False),
        (AudioKept.DAYS, 0, 0, True),
        (AudioKept.TRANSCRIBED, 0, 0, True),
        (AudioKept.SIGNED, 0, 900, False),  # no note yet
    ],
)
def test_sound_goes_when_its_time_is_over(
    people: People, client_id: int, kept: AudioKept, days: int, old: int, is_gone: bool
) -> None:
    ident = with_sound(people.alice, client_id)
    age(ident, old)
    set_policy(people, kept, days)
    keep_house()
    if not is_gone:
        assert recordings.playback(people.alice, ident).size == 4
        assert purges() == []
        return
    rule = f"audio:{days}" if kept is AudioKept.DAYS else f"audio:{kept.value}"
    assert purges() == [(PurgedKind.AUDIO, ident, rule)]
    with pytest.raises(NotFound, match="removed by the retention policy"):
        recordings.playback(people.alice, ident)
    assert list(vault.blobs().list("")) == []
    assert session_list.read_session(people.alice, ident).recording_id == ident
    assert count(AudioBlob) == 3  # the rows of the contract stay
    keep_house()
    assert len(purges()) == 1


def test_sound_waits_for_every_note_to_be_signed(people: People, client_id: int) -> None:
    ident = with_sound(people.alice, client_id)
    set_policy(people, AudioKept.SIGNED)
    first, second = (note(people.alice, client_id, ident, kind) for kind in ("soap", "dap"))
    sign(first)
    assert keep_house() == 0
    sign(second)
    assert keep_house() == 1


def test_a_deleted_session_is_hidden_and_can_come_back(people: People, client_id: int) -> None:
    ident = write_session(people.alice, client_id)
    retention.delete_session(people.alice, ident)
    for read in (session_list.read_session, transcripts.read):
        with pytest.raises(NotFound):
            read(people.alice, ident)
    [listed] = retention.deleted_sessions(people.alice)
    assert (listed.recording_id, listed.client) == (ident, "Nora Feldt")
    assert retention.deleted_sessions(people.bob) == []
    assert keep_house() == 0
    retention.restore_session(people.alice, ident)
    assert transcripts.read(people.alice, ident)["utterances"]
    with pytest.raises(NotFound):
        retention.restore_session(people.alice, ident)


def test_nobody_else_deletes_or_restores(people: People, client_id: int) -> None:
    ident = write_session(people.alice, client_id)
    for stranger, error in ((people.bob, NotFound), (people.sam, NotAllowed)):
        with pytest.raises(error):
            retention.delete_session(stranger, ident)
    retention.delete_session(people.alice, ident)
    with pytest.raises(NotFound):
        retention.restore_session(people.bob, ident)


def test_what_is_being_recorded_is_not_deleted(people: People) -> None:
    recorder = Recorder(people.alice)
    sent = recorder.send(webm_chunks()[0], sequence=0)
    with pytest.raises(Conflict, match="still goes on"):
        retention.delete_session(people.alice, sent.recording_id)


def test_after_its_grace_a_session_is_gone_with_everything_of_it(
    people: People, client_id: int
) -> None:
    gone, kept = write_session(people.alice, client_id), write_session(people.alice, client_id)
    note(people.alice, client_id, gone, "soap")
    retention.delete_session(people.alice, gone)
    change(gone, deleted_at=now() - GRACE - dt.timedelta(minutes=1))
    assert retention.deleted_sessions(people.alice) == []
    assert keep_house() == 1
    assert purges() == [(PurgedKind.SESSION, gone, "deleted:30")]
    for model in (Recording, TherapistSessionTranscript, TherapistSessionTranscriptHistory):
        assert count(model) == 1
    assert count(Note) == 0
    assert transcripts.read(people.alice, kept)["utterances"]
    with reading() as session:
        logged = session.scalars(select(AccessLog.action)).all()
    assert "retention:purge" in logged


def test_what_was_dictated_about_a_session_goes_with_it(people: People, client_id: int) -> None:
    session, kept = with_sound(people.alice, client_id), write_session(people.alice, client_id)
    addendum, second = (write_session(people.alice, client_id) for _ in range(2))
    change(addendum, addendum_to=session)
    change(second, addendum_to=addendum)
    age(session, 3651)
    set_policy(people, AudioKept.DAYS, 36_000, records=3650)
    assert keep_house() == 1
    assert purges() == [(PurgedKind.SESSION, session, "records:3650")]
    assert list(vault.blobs().list("")) == []
    with reading() as found:
        assert list(found.scalars(select(Recording.id))) == [kept]


def test_the_sound_of_a_dictation_goes_when_its_session_is_signed(
    people: People, client_id: int
) -> None:
    session, addendum = write_session(people.alice, client_id), with_sound(people.alice, client_id)
    change(addendum, addendum_to=session)
    set_policy(people, AudioKept.SIGNED)
    assert keep_house() == 0
    sign(note(people.alice, client_id, session, "soap"))
    assert keep_house() == 1
    assert purges() == [(PurgedKind.AUDIO, addendum, "audio:signed")]


def test_a_process_note_that_its_author_removed_is_gone_after_its_grace(
    people: People, client_id: int
) -> None:
    removed, kept = (process_notes.write(people.alice, client_id, "Mine.") for _ in range(2))
    process_notes.remove(people.alice, removed)
    assert keep_house() == 0
    with sessions()() as session, session.begin():
        over = now() - GRACE - dt.timedelta(minutes=1)
        session.get_one(ProcessNote, removed).deleted_at = over
    assert keep_house() == 1
    assert purges() == [(PurgedKind.PROCESS_NOTE, removed, "deleted:30")]
    assert [one.id for one in process_notes.list_process_notes(people.alice, client_id)] == [kept]
    assert count(ProcessNote) == 1
