"""Drafting a note of a session, and drafting it again. What a hand has edited is never overwritten in silence, what
was signed never at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from models.client import TherapistClient
from models.note import Note, NoteState, NoteStep
from models.recording import Recording
from services import drafting, encryption, treatment
from services.access import Action, Actor, Work, acting
from services.drafting.papers import Paper
from services.errors import Conflict, NotFound
from services.instructions import catalogue, variants
from services.instructions.structure import Instruction
from services.notes import citing, rechecking, source_documents, stored
from services.notes.content import NoteContent, Section


@dataclass(frozen=True, repr=False)
class Material:
    """What a note is drafted from."""

    client_id: int
    client: str
    revision: int  # of the transcript
    language: str
    utterances: list[dict[str, Any]]
    speakers: list[dict[str, Any]]
    sources: tuple[Paper, ...] = ()


def draft(
    actor: Actor,
    recording_id: int,
    instruction_type: str,
    *,
    replace: bool = False,
    documents: Iterable[int] = (),
) -> int:
    """Drafts a session in a format, drawing on `documents` of its client besides; the note's id. In a format that it
    has no note in yet this makes one; otherwise the note gets a new version, and `replace` says that edits by hand may
    give way to it (they stay in the versions). Raises NotFound without a transcript, Conflict for edits without
    `replace` and for what was signed; for documents what `source_documents.opened` raises."""
    material = _material(
        actor, recording_id, instruction_type, may_replace=replace, documents=documents
    )
    instruction, content = _composed(actor, material, instruction_type)
    content = _up_to_date(actor, recording_id, content)
    with acting(actor, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id, lock=True)
        note = _to_draft(work, recording, instruction_type, may_replace=replace)
        return _store(work, recording, note, instruction, content)


def draft_for_worker(actor: Actor, recording_id: int) -> int | None:
    """The first draft of a session, in the format that was chosen for it. A second run makes no second note, and
    leaves the one there is alone. None while there is no transcript. Where a drafter failed, or too little was said,
    the note says so."""
    with acting(actor, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id)
        if recording.addendum_to is not None:
            return None  # dictated by the therapist: it is a transcript, and no session to take notes of
        instruction_type = recording.note_format or catalogue.default_type()
        found = stored.find(work, recording_id, instruction_type)
    if found is not None:
        return found.id
    try:
        material = _material(actor, recording_id, instruction_type, may_replace=False)
    except NotFound:
        return None
    instruction, content = _composed(actor, material, instruction_type)
    content = _up_to_date(actor, recording_id, content)
    with acting(actor, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id, lock=True)
        found = stored.find(work, recording_id, instruction_type)
        return found.id if found else _store(work, recording, None, instruction, content)


def _material(
    actor: Actor,
    recording_id: int,
    instruction_type: str,
    *,
    may_replace: bool,
    documents: Iterable[int] = (),
) -> Material:
    """Refuses before anything is drafted: a draft may cost minutes and money."""
    with acting(actor, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id)
        if recording.addendum_to is not None:
            raise Conflict("This is a dictated addendum; draft from its session.")
        _to_draft(work, recording, instruction_type, may_replace=may_replace)
        row, said, speakers = stored.transcript(work, recording_id)
        client = work.get(TherapistClient, recording.therapist_client_id)
        return Material(
            client_id=client.id,
            client=encryption.unseal(client, "name"),
            revision=row.revision,
            language=row.language,
            utterances=said,
            speakers=speakers,
            sources=source_documents.opened(work, recording, documents),
        )


def _composed(
    actor: Actor, material: Material, instruction_type: str
) -> tuple[Instruction, NoteContent]:
    instruction = variants.effective(actor, instruction_type, client_id=material.client_id)
    content = drafting.compose(
        instruction,
        material.utterances,
        material.speakers,
        goals=treatment.open_goals(actor, material.client_id),
        identifiers=(material.client, actor.name),
        language=material.language,
        sources=material.sources,
    )
    held_against = replace(
        content, transcript_revision=material.revision, documents_said=_said(content)
    )
    return instruction, _laid_out(instruction, held_against)


def _said(content: NoteContent) -> str:
    """The stamp of the lines of documents that it was drafted from, whose words its evidence keeps."""
    said: dict[tuple[int, int, int], str] = {}
    for one in (piece for statement in content.statements() for piece in statement.evidence):
        if one.document_id is not None and one.page is not None and one.line is not None:
            said[one.document_id, one.page, one.line] = one.quote or ""
    return citing.stamp(said)


def _up_to_date(actor: Actor, recording_id: int, content: NoteContent) -> NoteContent:
    """Held against the transcript and the documents as they are by now: people correct them while a model takes its
    minutes. What comes later still is for the signature to find."""
    with acting(actor, Action.NOTE_DRAFT) as work:
        recording = work.get(Recording, recording_id)
        found = rechecking.corrected(work, recording, recording_id, content)
    return content if found is None else rechecking.checked(found)


def _laid_out(instruction: Instruction, content: NoteContent) -> NoteContent:
    """With its title, and with the sections of its format even where nothing was drafted: a person may write them."""
    sections = content.sections or tuple(
        Section(one.key, one.title, is_assessed=False) for one in instruction.sections
    )
    return replace(
        content, instruction_type=instruction.type, title=instruction.title, sections=sections
    )


def _to_draft(
    work: Work, recording: Recording, instruction_type: str, *, may_replace: bool
) -> Note | None:
    """The note that a draft would be a version of, if there is one. Raises Conflict."""
    note = stored.find(work, recording.id, instruction_type)
    if note is None:
        return None
    rows = stored.versions(work, note)
    if note.state is not NoteState.DRAFT or any(row.step is NoteStep.SIGNED for row in rows):
        raise Conflict(
            "This note has been signed, so it is not drafted again. Choose another format, or "
            "reopen the note and edit it by hand."
        )
    drafted = max(row.version for row in rows if row.step is NoteStep.DRAFTED)
    if note.version > drafted and not may_replace:
        raise Conflict(
            "This note was edited by hand since it was drafted. Drafting it again would put a new "
            "draft in front of the edits, which stay among the versions. Say that this is what you "
            "want, or choose another format."
        )
    return note


def _store(
    work: Work,
    recording: Recording,
    note: Note | None,
    instruction: Instruction,
    content: NoteContent,
) -> int:
    variant = (instruction.instruction_id, instruction.version)
    if note is None:
        note = stored.begin(work, recording, content, variant)
    note.instruction_id, note.instruction_version = variant
    stored.put(work, note, NoteStep.DRAFTED, content, author=None)
    return note.id
