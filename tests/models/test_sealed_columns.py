"""Which columns are sealed, that these take ciphertext only, and that every other text was decided on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Enum, String, insert, select
from sqlalchemy.orm import Session

from models import access_log, clinic, recording, transcript, user  # noqa: F401
from models.base import Base, Sealable, now
from models.client import TherapistClient
from models.database import sessions
from models.sealed import Ciphertext, PlaintextRefused, SealedText
from services import clients, encryption
from tests.people import People

SEALED = {
    "audio_blobs.filename",
    "document_pages.content",
    "document_pages.machine",
    "documents.filename",
    "documents.operation",
    "documents.password",
    "goals.text",
    "idempotent_answers.answer",
    "instruction_versions.content",
    "live_captions.content",
    "live_pieces.content",
    "measurements.answers",
    "note_versions.comment",
    "note_versions.content",
    "process_notes.content",
    "recorder_keys.key",
    "recording_events.word",
    "second_factors.secret",
    "therapist_clients.name",
    "therapist_session_transcript_histories.transcript_summary",
    "therapist_session_transcripts.machine",
    "therapist_session_transcripts.speakers",
    "therapist_session_transcripts.transcript",
    "therapist_session_transcripts.transcript_summary",
    "therapist_session_transcripts.utterances",
    "transcribed_passages.content",
    "webhooks.secret",
}
# Readable in the database, and why that is no client's name and no spoken word.
READABLE = {
    "access_log.action": "a code",
    "access_log.actor_name": "of a person with an account",
    "access_log.actor_role": "a code",
    "access_log.detail": "codes and ids",
    "access_log.mac": "of the chain",
    "access_log.outcome": "a code",
    "access_log.previous_mac": "of the chain",
    "access_log.request_id": "random",
    "access_log.subject_ids": "ids",
    "access_log.subject_type": "a table",
    "access_log.via": "a code",
    "api_tokens.name": "chosen by its owner, for a program",
    "api_tokens.scope": "a code",
    "api_tokens.token_hash": "a hash",
    "audio_blobs.content_type": "a media type",
    "audio_blobs.path": "ids, a day, and a recorder's technical name (services/recordings/paths.py)",
    "audio_blobs.sha256": "of the sound",
    "clinic.name": "of the clinic",
    "clinic.vocabulary": "words of the trade, set by an administrator",
    "documents.content_type": "a media type",
    "documents.error_code": "a code",
    "documents.error_text": "a sentence of this product",
    "documents.feature": "a kind of paper",
    "documents.language": "a code",
    "documents.path": "ids, a day, and a technical name (services/documents/paths.py)",
    "documents.reader": "an adapter's name",
    "documents.sha256": "of the file",
    "encryption_keys.kek_id": "an id",
    "half_sign_ins.password_hash": "argon2id",
    "half_sign_ins.token_hash": "a hash",
    "idempotent_answers.key_hash": "a hash",
    "idempotent_answers.request_sha256": "of the request",
    "instructions.instruction_type": "a code",
    "live_captions.previewed_by": "a random number",
    "log_heads.mac": "of the chain",
    "note_versions.author_name": "of a person with an account, or a drafter",
    "note_versions.content_sha256": "of what was signed",
    "notes.instruction_type": "a code",
    "purges.rule": "a code",
    "recovery_codes.code_mac": "an HMAC under the sealed secret",
    "recordings.error_code": "a code",
    "recordings.error_text": "a sentence of this product",
    "recordings.language": "a code",
    "recordings.note_format": "a code",
    "recordings.playback_path": "as audio_blobs.path",
    "recordings.playback_type": "a media type",
    "recordings.session_id": "chosen by the sender, who is told that it must not name a person",
    "oidc_logouts.jti": "of a token of the identity provider",
    "sign_in_throttles.key": "a hash",
    "sign_ins.oidc_sid": "an id of the identity provider",
    "sign_ins.token_hash": "a hash",
    "therapist_clients.consent_method": "one of a list",
    "therapist_clients.language": "a code",
    "therapist_session_transcript_histories.author": "a drafter's name or a user's id",
    "therapist_session_transcripts.language": "a code",
    "therapist_session_transcripts.warnings": "codes",
    "users.email": "of a person with an account",
    "users.name": "of a person with an account",
    "users.oidc_subject": "an id of the identity provider",
    "users.password_hash": "argon2id",
    "webhook_deliveries.event": "a code",
    "webhooks.events": "codes",
    "webhooks.url": "of a program of the clinic",
    "worker_heartbeats.executor_id": "a host name and a random number",
}


def columns() -> Iterator[tuple[str, Column[object]]]:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            yield f"{table.name}.{column.name}", column


def test_these_columns_are_sealed() -> None:
    assert {name for name, column in columns() if isinstance(column.type, SealedText)} == SEALED


def test_every_other_text_was_decided_on() -> None:
    texts = {
        name
        for name, column in columns()
        if isinstance(column.type, String) and not isinstance(column.type, Enum)
    }
    assert texts == set(READABLE)


def test_rows_with_sealed_columns_have_an_identity_before_insert() -> None:
    for mapper in Base.registry.mappers:
        if any(isinstance(column.type, SealedText) for column in mapper.local_table.columns):
            assert issubclass(mapper.class_, Sealable)
            assert mapper.class_().uid is not None


@pytest.mark.parametrize("name", sorted(SEALED))
def test_a_sealed_column_takes_no_plain_text(sqlite_database: str, name: str) -> None:
    table, column = name.split(".")
    statement = insert(Base.metadata.tables[table]).values({column: "Nora Feldt"})
    with sessions()() as session, pytest.raises(PlaintextRefused) as refused:
        session.execute(statement)
    assert "Nora" not in str(refused.value)


def test_neither_on_a_row_nor_in_a_comparison(database: str) -> None:
    people = People()
    ident = clients.create_client(people.alice, "Nora Feldt")
    with sessions()() as session:
        row = session.get_one(TherapistClient, ident)
        assert isinstance(row.name, Ciphertext)
        assert encryption.unseal(row, "name") == "Nora Feldt"
        _refused(session, row)
        with pytest.raises(PlaintextRefused):
            session.execute(select(TherapistClient).where(TherapistClient.name == "Nora"))


def _refused(session: Session, row: TherapistClient) -> None:
    row.name = "Mia Lund"  # type: ignore[assignment]
    with pytest.raises(PlaintextRefused):
        session.flush()
    session.rollback()


def test_nothing_prints_what_it_holds(sqlite_database: str) -> None:
    people = People()
    with sessions()() as session:
        ident = clients.create_client(people.alice, "Nora Feldt")
        row = session.get_one(TherapistClient, ident)
        for printed in (repr(row), str(row), repr(row.name), str(row.name), f"{row.name}"):
            assert row.name.stored not in printed
    assert now().tzinfo is not None
