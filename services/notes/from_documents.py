"""Lines of a document put into a note from the document's side: which notes take them, what the statement could say,
and the statement made."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select

from models.client import TherapistSession
from models.document import Document
from models.note import Note, NoteState, NoteStep
from services import encryption
from services.access import Action, Actor, acting
from services.adapters.llm.extractive import INNER_QUOTES
from services.documents.text import rows_of
from services.drafting.papers import names
from services.errors import NotFound
from services.instructions import catalogue
from services.notes import editing, placing, states, stored
from services.notes.citing import DocumentLine, Paper
from services.notes.content import Section

MOST = 50  # notes that are offered
OPEN = tuple(state for state in NoteState if states.allows(state, NoteStep.EDITED))


@dataclass(frozen=True, repr=False)
class OpenSection:
    key: str
    title: str
    statements: tuple[tuple[str, str], ...]  # id, text


@dataclass(frozen=True, repr=False)
class OpenNote:
    """A note that can take a statement now."""

    id: int
    recording_id: int
    starts_at: dt.datetime  # of the session
    title: str  # of its format
    state: NoteState
    revision: int
    sections: tuple[OpenSection, ...]


def open_notes(actor: Actor, document_id: int) -> list[OpenNote]:
    """Notes of the document's client that are not locked, newest session first, MOST at the most. Raises NotFound."""
    with acting(actor, Action.NOTE_EDIT) as work:
        document = work.get(Document, document_id)
        rows = work.session.execute(
            _of_client(work.visible(Note), document)
            .add_columns(TherapistSession.starts_at)
            .order_by(TherapistSession.starts_at.desc(), Note.id.desc())
            .limit(MOST)
        ).all()
        made = []
        for note, starts_at in rows:
            work.saw(note)
            content = stored.content_of(stored.newest(work, note))
            made.append(
                OpenNote(
                    id=note.id,
                    recording_id=note.recording_id,
                    starts_at=starts_at,
                    title=content.title or catalogue.built_in(note.instruction_type).title,
                    state=note.state,
                    revision=note.revision,
                    sections=tuple(map(_open, content.sections)),
                )
            )
        return made


def quotation(actor: Actor, document_id: int, lines: list[DocumentLine]) -> str:
    """A statement that quotes the lines, as the quoting drafter words one: Letter: “…”. What stands between lines that
    do not follow each other is left out with a mark. Lines too long for a statement are not quoted, which is for the
    writer to do. Raises NotFound."""
    with acting(actor, Action.NOTE_EDIT) as work:
        document = work.get(Document, document_id)
        work.detail("quote")
        paper = Paper(encryption.unseal(document, "filename"), rows_of(work, document))
        places = sorted({(one.page, one.line) for one in lines})
        said: list[str] = []
        for number, (page, line) in enumerate(places):
            words = paper.at(page, line)
            if words is None:
                raise NotFound("There is no such line in this document.")
            if number and places[number - 1] != (page, line - 1):
                said.append("…")
            said.append(" ".join(words.split()))
        [name] = names([document.feature])
        text = f"{name}: “{' '.join(said).translate(INNER_QUOTES)}”"
        return text if len(text) <= editing.LONGEST else f"{name}: "


def cite(
    actor: Actor,
    note_id: int,
    section_key: str,
    text: str,
    lines: list[DocumentLine],
    *,
    revision: int,
) -> str:
    """The statement at the end of the section, with the lines as its evidence; its id. Raises what
    `editing.add_statement` does."""
    editing.add_statement(actor, note_id, section_key, text, revision=revision, documents=lines)
    words = " ".join(text.split())
    with acting(actor, Action.NOTE_READ) as work:
        content = stored.content_of(stored.newest(work, work.get(Note, note_id)))
        made = reversed(placing.section_of(content, section_key).statements)
        return next((one.id for one in made if one.text == words), "")


def _open(section: Section) -> OpenSection:
    held = tuple((one.id, one.text) for one in section.statements)
    return OpenSection(section.key, section.title, held)


def _of_client(notes: Select[Note], document: Document) -> Select[Note]:
    return notes.join(TherapistSession, TherapistSession.id == Note.therapist_session_id).where(
        Note.therapist_client_id == document.therapist_client_id, Note.state.in_(OPEN)
    )
