"""What the stages read and write, each in one short transaction as the user who owns the recording."""

import base64
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.base import now
from models.client import TherapistClient, TherapistSession
from models.clinic import Clinic
from models.recording import AudioBlob, Recording, RecordingState, Stage, TranscribedPassage
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import corrections, encryption, webhooks
from services import speakers as recognised
from services.access import Action, Actor, Work, acting
from services.processing import transcript_warnings
from services.transcription import Passage, Transcription

# Share of the whole that is done when a stage ends; transcribing takes nearly all of the time.
SHARE_TRANSCRIBING = 0.94


@dataclass(frozen=True)
class Arrived:
    """What of a recording is there to be transcribed, and how far that has come."""

    chunks: tuple[
        tuple[int, str], ...
    ]  # (sequence, blob path), in order, without a gap before the end
    goes_on: bool  # more may arrive
    passages: int
    until: float  # seconds that are transcribed and stored
    language: str | None
    vocabulary: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Spoken:
    """A transcript, and who is in it."""

    utterances: list[corrections.Utterance]
    speakers: list[corrections.Speaker]
    language: str
    names: tuple[str, ...]  # of the client and the therapist


def arrived(actor: Actor, recording_id: int, *, to_the_end: bool) -> Arrived:
    """Chunks in order: all of them `to_the_end`, else up to the first one missing. Clears the request
    for a look at new chunks, so that a chunk which arrives from now on asks again."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        recording = work.get(Recording, recording_id, lock=True)
        recording.advance_queued = False
        rows = work.session.execute(
            select(AudioBlob.sequence, AudioBlob.path)
            .where(AudioBlob.recording_id == recording_id)
            .order_by(AudioBlob.sequence)
        )
        chunks = tuple(rows.all())
        if not to_the_end:
            chunks = tuple(
                chunk for at, chunk in enumerate(chunks) if chunk[0] == chunks[0][0] + at
            )
        last = work.session.scalars(
            select(TranscribedPassage)
            .where(TranscribedPassage.recording_id == recording_id)
            .order_by(TranscribedPassage.position.desc())
            .limit(1)
        ).first()
        return Arrived(
            chunks=chunks,
            goes_on=recording.state is RecordingState.RECEIVING,
            passages=last.position + 1 if last else 0,
            until=last.end if last else 0.0,
            language=recording.language,
            vocabulary=_vocabulary(work.session),
        )


def begin_stage(actor: Actor, recording_id: int, stage: Stage) -> None:
    """Of a recording that is done nothing begins: a step that ran to its end may be run once more."""
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if recording.state is RecordingState.DONE:
            return
        recording.stage = stage
        if recording.stage_started_at is None or stage is Stage.TRANSCRIBING:
            recording.stage_started_at = now()
        work.detail(f"stage={stage.value}")


def add_passage(actor: Actor, recording_id: int, passage: Passage) -> None:
    """Raises IntegrityError when another worker stored this passage first."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        recording = work.get(Recording, recording_id, lock=True)
        row = TranscribedPassage(
            therapist_id=recording.therapist_id,
            recording_id=recording_id,
            position=passage.index,
            start=passage.start,
            end=passage.end,
        )
        content = base64.b64encode(passage.to_bytes()).decode()
        row.content = encryption.seal(row, "content", content)
        work.add(row)
        recording.seconds_transcribed = passage.end
        if passage.language_is_sure and recording.language is None:
            recording.language = passage.language
        if recording.state is RecordingState.PROCESSING:
            whole = max(recording.seconds_received, passage.end, 1.0)
            recording.progress = SHARE_TRANSCRIBING * passage.end / whole


def passages(actor: Actor, recording_id: int) -> tuple[list[Passage], int | None]:
    """(all passages in order, expected number of speakers)"""
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id)
        rows = list(
            work.session.scalars(
                select(TranscribedPassage)
                .where(TranscribedPassage.recording_id == recording_id)
                .order_by(TranscribedPassage.position)
            )
        )
        stored = [base64.b64decode(encryption.unseal(row, "content")) for row in rows]
        return [Passage.from_bytes(content) for content in stored], recording.speakers


def has_transcript(actor: Actor, recording_id: int) -> bool:
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        return _transcript(work, recording_id) is not None


def add_transcript(actor: Actor, recording_id: int, made: Transcription) -> None:
    names = list(dict.fromkeys(turn.speaker for turn in made.turns))
    keys = {name: f"S{number}" for number, name in enumerate(names, 1)}
    said: list[corrections.Utterance] = [
        {
            "id": ident,
            "speaker": keys[turn.speaker],
            "start": turn.start,
            "end": turn.end,
            "text": turn.text,
            "words": [[w.text, w.start, w.end, round(w.probability, 3)] for w in turn.words],
        }
        for ident, turn in enumerate(made.turns)
    ]
    speakers = [{"key": key, "name": name} for name, key in keys.items()]
    roles = recognised.roles(said, speakers)
    speakers = [{**speaker, "role": roles[speaker["key"]]} for speaker in speakers]
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id, lock=True)
        appointment = work.get(TherapistSession, recording.therapist_session_id)
        row = TherapistSessionTranscript(
            therapist_id=recording.therapist_id,
            recording_id=recording_id,
            therapist_client_id=recording.therapist_client_id,
            therapist_session_id=recording.therapist_session_id,
            language=made.language or recording.language or "und",
            duration=made.duration,
            warnings=",".join(transcript_warnings.codes(work, recording, made)),
            date=appointment.starts_at,
        )
        row.utterances = encryption.seal_json(row, "utterances", said)
        row.machine = encryption.seal_json(row, "machine", said)
        row.speakers = encryption.seal_json(row, "speakers", speakers)
        row.transcript = encryption.seal(row, "transcript", corrections.as_text(said, speakers))
        row.transcript_summary = encryption.seal(row, "transcript_summary", "")
        work.add(row)
        # A part that came before the one it continues could not say how long it is.
        recording.seconds_received = max(recording.seconds_received, made.duration)
        recording.progress = 0.97


def utterances(
    actor: Actor, recording_id: int
) -> tuple[list[corrections.Utterance], list[corrections.Speaker]]:
    said = spoken(actor, recording_id)
    return said.utterances, said.speakers


def spoken(actor: Actor, recording_id: int) -> Spoken:
    """The transcript with what a drafter needs beside it."""
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id)
        row = work.session.scalars(
            work.visible(TherapistSessionTranscript).where(
                TherapistSessionTranscript.recording_id == recording_id
            )
        ).one()
        work.saw(row)
        client = work.get(TherapistClient, recording.therapist_client_id)
        return Spoken(
            utterances=encryption.unseal_json(row, "utterances"),
            speakers=encryption.unseal_json(row, "speakers"),
            language=row.language,
            names=(encryption.unseal(client, "name"), actor.name),
        )


def finish(
    actor: Actor, recording_id: int, summary: str, author: str, tokens: tuple[int, int] = (0, 0)
) -> None:
    """Stores the summary with its history row, `tokens` as a model read and wrote them, and marks the recording done.
    The passages go: their words are in the transcript, and voices are kept only until the speakers are told apart.

    Idempotent: a second run of the step does nothing. Where a person's words are the session's summary by now (a
    note was signed before this was tried again), they stay."""
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if recording.state is RecordingState.DONE:
            return
        row = _transcript(work, recording_id)
        assert row is not None
        if not _is_by_hand(work.session, row.id):
            _add_summary(work, recording, row, summary, author, tokens)
        work.session.execute(
            delete(TranscribedPassage).where(TranscribedPassage.recording_id == recording_id)
        )
        recording.state, recording.stage = RecordingState.DONE, Stage.DONE
        recording.progress = 1.0
        webhooks.announce(
            work, webhooks.Event.TRANSCRIPT_READY, recording.therapist_id, recording_id
        )


def warn(actor: Actor, recording_id: int, code: str) -> None:
    """Adds a warning to the transcript, once; pages/session says it in words."""
    with acting(actor, Action.RECORDING_PROCESS) as work:
        work.get(Recording, recording_id, lock=True)
        row = _transcript(work, recording_id)
        if row is None:
            return
        codes = [known for known in row.warnings.split(",") if known]
        if code not in codes:
            row.warnings = ",".join([*codes, code])
        work.detail(f"warning={code}")


def is_done(actor: Actor, recording_id: int) -> bool:
    with acting(actor, Action.RECORDING_PROCESS) as work:
        return work.get(Recording, recording_id).state is RecordingState.DONE


def fail(actor: Actor, recording_id: int, attempt: int, code: str, text: str) -> None:
    """Says what failed, in words for the reader. What was stored before stays."""
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if recording.attempt == attempt and recording.state is RecordingState.PROCESSING:
            recording.state = RecordingState.FAILED
            recording.error_code, recording.error_text = code, text[:400]
            work.detail(f"failed={code}")


def _transcript(work: Work, recording_id: int) -> TherapistSessionTranscript | None:
    return work.session.scalars(
        work.visible(TherapistSessionTranscript)
        .where(TherapistSessionTranscript.recording_id == recording_id)
        .with_for_update()
    ).first()


def _add_summary(
    work: Work,
    recording: Recording,
    row: TherapistSessionTranscript,
    summary: str,
    author: str,
    tokens: tuple[int, int],
) -> None:
    table = TherapistSessionTranscriptHistory
    known = work.session.scalars(select(table.version).where(table.transcript_id == row.id))
    history = table(
        therapist_id=row.therapist_id,
        transcript_id=row.id,
        therapist_client_id=row.therapist_client_id,
        therapist_session_id=row.therapist_session_id,
        client_user_id=recording.client_user_id,
        version=max(known, default=0) + 1,
        author=author,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        date=row.date,
    )
    history.transcript_summary = encryption.seal(history, "transcript_summary", summary)
    row.transcript_summary = encryption.seal(row, "transcript_summary", summary)
    work.add(history)


def _is_by_hand(session: Session, transcript_id: int) -> bool:
    table = TherapistSessionTranscriptHistory
    authors = session.scalars(select(table.author).where(table.transcript_id == transcript_id))
    return any(author.startswith("user:") for author in authors)


def _vocabulary(session: Session) -> tuple[str, ...]:
    clinic = session.get(Clinic, 1)
    return (
        tuple(word.strip() for word in clinic.vocabulary.splitlines() if word.strip())
        if clinic
        else ()
    )
