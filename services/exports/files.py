"""Exports through the door: who takes what out, as which kind of file, and why."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from models.base import now
from models.client import TherapistClient, TherapistSession
from models.clinic import Clinic
from models.note import Note, NoteStep, NoteVersion
from models.recording import Recording
from models.transcript import TherapistSessionTranscript
from models.user import User
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import Invalid, NotFound
from services.exports import captions, docx, fhir, pdf
from services.exports.sheet import (
    Addendum,
    NoteSheet,
    Part,
    Said,
    Signature,
    TranscriptSheet,
    Turn,
    position,
)  # fmt: skip
from services.instructions import catalogue
from services.notes import citing, stored
from services.notes.content import Level, NoteContent, Statement

UNNAMED = re.compile(r"Speaker \d+")  # as the machine numbers voices
# Why something leaves the house: codes, because the access log and an address carry them.
REASONS = {
    "client": "The client asked for it",
    "treatment": "For another clinician who treats the client",
    "payer": "For the payer",
    "authority": "A court or an authority asked for it",
    "records": "For the clinic's own records",
}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What can be made of a note and of a transcript: format → media type.
FORMATS = {
    "note": {"pdf": "application/pdf", "docx": DOCX, "fhir": "application/fhir+json"},
    "transcript": {"txt": "text/plain; charset=utf-8", "vtt": "text/vtt", "docx": DOCX},
}
ENDINGS = {"fhir": "json"}
DEEDS = {NoteStep.SIGNED: "Signed", NoteStep.COUNTERSIGNED: "Countersigned"}
UNANSWERED = (Level.CHECK, Level.CONTRADICTED)


@dataclass(frozen=True)
class Exported:
    filename: str  # without a person's name: what and when
    content_type: str
    content: bytes


def export_note(
    actor: Actor, note_id: int, kind: str, reason: str, *, zone: str = "UTC"
) -> Exported:
    """The newest version of a note, marked as a draft until it is signed. Raises Invalid, NotFound."""
    with acting(actor, Action.NOTE_EXPORT) as work:
        note = work.get(Note, note_id)
        place = _asked("note", kind, reason, zone)
        work.detail(f"format={kind} reason={reason}")
        sheet = _note_sheet(work, note, place)
        instruction_type = note.instruction_type
    make: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: pdf.note(sheet),
        "docx": lambda: docx.note(sheet),
        "fhir": lambda: fhir.bundle(sheet, instruction_type, now()),
    }
    return _file("note", f"note-{note_id}", kind, make[kind]())


def export_transcript(
    actor: Actor, recording_id: int, kind: str, reason: str, *, zone: str = "UTC"
) -> Exported:
    """What was said, as corrected. Raises Invalid, NotFound."""
    with acting(actor, Action.TRANSCRIPT_EXPORT) as work:
        recording = work.get(Recording, recording_id)
        place = _asked("transcript", kind, reason, zone)
        work.detail(f"format={kind} reason={reason}")
        sheet = _transcript_sheet(work, recording, place)
    make: dict[str, Callable[[], bytes]] = {
        "txt": lambda: captions.text(sheet),
        "vtt": lambda: captions.vtt(sheet),
        "docx": lambda: docx.transcript(sheet),
    }
    return _file("transcript", f"transcript-{recording_id}", kind, make[kind]())


def _asked(what: str, kind: str, reason: str, zone: str) -> ZoneInfo:
    if kind not in FORMATS[what]:
        raise Invalid(f"A {what} can be exported as {', '.join(FORMATS[what])}.")
    if reason not in REASONS:
        raise Invalid(f"Say why it is exported: {', '.join(REASONS)}.")
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last: "Europe", a folder
        raise Invalid("Name a time zone such as Europe/Berlin.") from None


def _file(what: str, stem: str, kind: str, content: bytes) -> Exported:
    return Exported(f"{stem}.{ENDINGS.get(kind, kind)}", FORMATS[what][kind], content)


def _note_sheet(work: Work, note: Note, zone: ZoneInfo) -> NoteSheet:
    versions = stored.versions(work, note)
    content = stored.content_of(versions[-1])
    recording = work.session.get_one(Recording, note.recording_id)
    transcript = _transcript(work, recording)
    starts = {one["id"]: one["start"] for one in encryption.unseal_json(transcript, "utterances")}
    about = _session(work, recording)
    return NoteSheet(
        title=catalogue.built_in(note.instruction_type).title,
        client=about.client,
        author=about.therapist,
        starts_at=about.starts_at,
        seconds=transcript.duration,
        place=about.place,
        attendees=_present(encryption.unseal_json(transcript, "speakers"), about),
        state=note.state.value,
        parts=_parts(content, starts, citing.places(work, note, content)),
        signatures=_signatures(versions),
        addenda=_addenda(versions),
        drafter=content.drafter,
        clinic=about.clinic,
        zone=zone,
        note_uid=str(note.uid),
        language=transcript.language,
    )


def _transcript_sheet(work: Work, recording: Recording, zone: ZoneInfo) -> TranscriptSheet:
    transcript, about = _transcript(work, recording), _session(work, recording)
    names = {one["key"]: one["name"] for one in encryption.unseal_json(transcript, "speakers")}
    turns = tuple(
        Turn(names[one["speaker"]], one["start"], one["end"], one["text"])
        for one in encryption.unseal_json(transcript, "utterances")
    )
    return TranscriptSheet(
        client=about.client,
        author=about.therapist,
        starts_at=about.starts_at,
        seconds=transcript.duration,
        turns=turns,
        clinic=about.clinic,
        zone=zone,
        language=transcript.language,
    )


@dataclass(frozen=True)
class _About:
    client: str
    therapist: str
    clinic: str
    starts_at: dt.datetime
    place: str


def _session(work: Work, recording: Recording) -> _About:
    client = work.session.get_one(TherapistClient, recording.therapist_client_id)
    appointment = work.session.get_one(TherapistSession, recording.therapist_session_id)
    clinic = work.session.get(Clinic, 1)
    return _About(
        client=encryption.unseal(client, "name"),
        therapist=work.session.get_one(User, recording.therapist_id).name,
        clinic=clinic.name if clinic else "",
        starts_at=appointment.starts_at,
        place="Telehealth" if appointment.is_telehealth else "In person",
    )


def _present(speakers: Sequence[Mapping[str, str]], about: _About) -> tuple[str, ...]:
    """By name; those whom nobody named are who their role says."""
    by_role = {"therapist": f"{about.therapist} (therapist)", "client": about.client}
    names = [
        by_role.get(one.get("role", ""), one["name"])
        if UNNAMED.fullmatch(one["name"])
        else one["name"]
        for one in speakers
    ]
    return tuple(dict.fromkeys(names))


def _transcript(work: Work, recording: Recording) -> TherapistSessionTranscript:
    table = TherapistSessionTranscript
    row = work.session.scalars(
        select(table).where(table.recording_id == recording.id, table.deleted_at.is_(None))
    ).first()
    if row is None:
        raise NotFound("This session has no transcript yet.")
    return row


def _parts(
    content: NoteContent, starts: dict[int, float], papers: Mapping[str, Sequence[str]]
) -> tuple[Part, ...]:
    return tuple(
        Part(
            section.title,
            tuple(_said(one, starts, papers[one.id]) for one in section.statements),
        )
        for section in content.sections
    )


def _said(statement: Statement, starts: dict[int, float], papers: Sequence[str]) -> Said:
    ids = [ident for one in statement.evidence for ident in one.utterances if ident in starts]
    times = ", ".join(dict.fromkeys(position(starts[ident]) for ident in ids))
    open_ones = statement.reasons if statement.level in UNANSWERED else ()
    places = "; ".join(filter(None, (times, *papers)))
    return Said(statement.text, places, " ".join(one.text for one in open_ones))


def _signatures(versions: Sequence[NoteVersion]) -> tuple[Signature, ...]:
    """Those that hold: of a note that was opened again after signing, the later ones."""
    opened = max(
        (v.version for v in versions if v.step in (NoteStep.REOPENED, NoteStep.RETURNED)), default=0
    )
    return tuple(
        Signature(DEEDS[one.step], one.author_name, one.created_at, one.content_sha256 or "")
        for one in versions
        if one.step in DEEDS and one.version > opened
    )


def _addenda(versions: Sequence[NoteVersion]) -> tuple[Addendum, ...]:
    return tuple(
        Addendum(one.author_name, one.created_at, stored.comment_of(one)["text"])
        for one in versions
        if one.step is NoteStep.ADDENDUM
    )
