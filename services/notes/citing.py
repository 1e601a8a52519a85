"""Lines of documents as evidence of a statement.

Only documents of the note's own client count, and only those that the actor may read. A statement keeps the words of
a line as they stood when it was cited: a new reading may number the lines anew, and a correction may change them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Select

from models.document import Document, DocumentPage
from models.note import Note
from models.recording import Recording
from services import documents, encryption
from services.access import Action, Actor, Work, acting
from services.documents.finding import folded
from services.documents.text import rows_of
from services.errors import Invalid, NotFound
from services.notes import placing, stored
from services.notes.content import Evidence, NoteContent, Section, Statement

MOST = 20  # lines of documents that one statement may cite
TOO_MANY = f"A statement may cite {MOST} lines of documents."
GONE = "There is no such document of this client, or it is not yours to see."


@dataclass(frozen=True)
class DocumentLine:
    """Where a line stands now."""

    document_id: int
    page: int  # 1, 2, ...
    line: int  # its id on the page, from 0


@dataclass(frozen=True)
class Citable:
    document_id: int
    name: str  # as its sender called it
    pages: int


class Paper:
    """A document as it reads now; a page is opened when it is asked for."""

    def __init__(self, name: str, rows: list[DocumentPage]) -> None:
        self.name = name
        self._rows = {row.number: row for row in rows}
        self._read: dict[int, list[str]] = {}

    def page(self, number: int) -> list[str]:
        """Its lines; none where there is no such page."""
        if number not in self._read:
            row = self._rows.get(number)
            lines = encryption.unseal_json(row, "content")["lines"] if row else ()
            self._read[number] = [line["text"] for line in lines]
        return self._read[number]

    def at(self, page: int, line: int) -> str | None:
        lines = self.page(page)
        return lines[line] if 0 <= line < len(lines) else None

    def lines(self) -> Iterator[tuple[int, int, str]]:
        """(page, line, words), in reading order."""
        for number in sorted(self._rows):
            for line, words in enumerate(self.page(number)):
                yield number, line, words

    def find(self, cited: Evidence) -> tuple[int, int] | None:
        """(page, line) of the words that were cited: where they were, else on that page, else anywhere."""
        if cited.page is None or cited.line is None:
            return None
        words = self.at(cited.page, cited.line)
        if words is not None and (cited.quote is None or folded(words) == folded(cited.quote)):
            return cited.page, cited.line
        if not cited.quote:
            return None
        wanted = folded(cited.quote)
        for number in sorted(self._rows, key=lambda one: (one != cited.page, one)):
            for line, words in enumerate(self.page(number)):
                if folded(words) == wanted:
                    return number, line
        return None


def citable(actor: Actor, note_id: int) -> list[Citable]:
    """Documents of the note's client that have been read, newest first. Raises NotFound."""
    with acting(actor, Action.NOTE_READ) as work:
        note = work.get(Note, note_id)
        wanted = of_client(work, note).where(Document.pages_read > 0)
        rows = work.rows(wanted.order_by(Document.created_at.desc(), Document.id.desc()))
        work.detail("documents")
        return [
            Citable(row.id, encryption.unseal(row, "filename"), row.pages or row.pages_read)
            for row in rows
        ]


def citable_lines(actor: Actor, note_id: int, document_id: int) -> list[dict[str, Any]]:
    """Every line of such a document: page, line, text. Raises NotFound."""
    with acting(actor, Action.NOTE_READ) as work:
        _document(work, work.get(Note, note_id), document_id)
        work.detail(f"document={document_id}")
    said = documents.lines(actor, document_id)
    return [{"page": page, "line": line, "text": text} for (_, page, line), text in said.items()]


def quoted(
    actor: Actor, note_id: int, lines: Iterable[DocumentLine], statement_id: str | None = None
) -> tuple[Evidence, ...]:
    """The lines as evidence, with their words. What the statement `statement_id` cites already stays as it is, even
    where its document can no longer be read. Raises NotFound for any other line that is not there, Invalid."""
    with acting(actor, Action.NOTE_EDIT) as work:
        note = work.get(Note, note_id)
        wanted = list(dict.fromkeys(lines))
        if len(wanted) > MOST:
            raise Invalid(TOO_MANY)
        known: dict[tuple[int | None, ...], Evidence] = {}
        if statement_id is not None:
            content = stored.content_of(stored.newest(work, note))
            before = placing.find(content, statement_id)
            known = {(e.document_id, e.page, e.line): e for e in placing.of_documents(before)}
        work.detail("cite")
        papers: dict[int, Paper] = {}
        found = []
        for one in wanted:
            kept = known.get((one.document_id, one.page, one.line))
            found.append(kept or _cited(work, note, one, papers))
        return tuple(found)


def said_now(
    work: Work, about: Note | Recording, statement: Statement
) -> dict[tuple[int, int, int], str] | None:
    """What the documents say now where a statement cites them, by the place that it names: nothing for a line that is
    gone. None where it cites none that can be read."""
    papers = _papers(work, about, (statement,))
    said: dict[tuple[int, int, int], str] = {}
    for one in placing.of_documents(statement):
        ident = one.document_id or 0
        paper = papers.get(ident)
        if paper is None:
            continue
        if one.page is None or one.line is None:  # the whole of it
            said |= {(ident, page, line): words for page, line, words in paper.lines()}
            continue
        words = paper.at(*(paper.find(one) or (one.page, one.line)))
        said[(ident, one.page, one.line)] = words or ""
    return said if papers else None


def stamp(said: Mapping[tuple[int, int, int], str] | None) -> str:
    """A hash of what documents say where they are cited: another one once they say otherwise. Empty for none."""
    if not said:
        return ""
    return stored.fingerprint([[*at, " ".join(said[at].split())] for at in sorted(said)])


def shown(work: Work, note: Note, content: NoteContent) -> list[dict[str, Any]]:
    """The sections as plain data. Evidence from a document has besides its kept words (`quote`): `document`, the
    name, None where it can no longer be read; and `stands`, the page and line that say so now, None where none does."""
    papers = _papers(work, note, content.statements())
    return [_section(section, papers) for section in content.sections]


def places(work: Work, note: Note, content: NoteContent) -> dict[str, tuple[str, ...]]:
    """By statement id, where in documents its words stand, for paper: "Referral letter, p. 2". A document that is
    gone, or that the actor may not read, is "a document"."""
    papers = _papers(work, note, content.statements())
    return {
        one.id: tuple(dict.fromkeys(_place(cited, papers) for cited in placing.of_documents(one)))
        for one in content.statements()
    }


def _place(cited: Evidence, papers: dict[int, Paper]) -> str:
    paper = papers.get(cited.document_id or 0)
    title = (PurePosixPath(paper.name).stem or paper.name) if paper else "a document"
    found = paper.find(cited) if paper else None
    page = found[0] if found else cited.page
    return title if page is None else f"{title}, p. {page}"


def _section(section: Section, papers: dict[int, Paper]) -> dict[str, Any]:
    made = asdict(section)
    for statement, plain in zip(section.statements, made["statements"], strict=True):
        for one, evidence in zip(statement.evidence, plain["evidence"], strict=True):
            if one.document_id is None:
                continue
            paper = papers.get(one.document_id)
            place = paper.find(one) if paper else None
            evidence["document"] = paper.name if paper else None
            evidence["stands"] = {"page": place[0], "line": place[1]} if place else None
    return made


def _cited(work: Work, note: Note, one: DocumentLine, papers: dict[int, Paper]) -> Evidence:
    if one.document_id not in papers:
        papers[one.document_id] = _opened(work, _document(work, note, one.document_id))
    words = papers[one.document_id].at(one.page, one.line)
    if words is None:
        raise NotFound("There is no such line in this document.")
    return Evidence(
        document_id=one.document_id, page=one.page, line=one.line, quote=" ".join(words.split())
    )


def drawn_on(work: Work, note: Note, content: NoteContent) -> list[dict[str, Any]]:
    """The documents that it was drafted from: id, name as of then, and whether the actor may open it now."""
    ids = [one.document_id for one in content.documents]
    wanted = of_client(work, note).where(Document.id.in_(ids)).with_only_columns(Document.id)
    there = set(work.session.scalars(wanted)) if ids else set()
    is_let_in = work.actor.may(Action.DOCUMENT_READ)
    return [
        asdict(one) | {"is_there": is_let_in and one.document_id in there}
        for one in content.documents
    ]


def _papers(
    work: Work, note: Note | Recording, statements: Iterable[Statement]
) -> dict[int, Paper]:
    """Every cited document that the actor may read now."""
    ids = {one.document_id for statement in statements for one in placing.of_documents(statement)}
    if not ids or not work.actor.may(Action.DOCUMENT_READ):
        return {}
    rows = work.rows(of_client(work, note).where(Document.id.in_(ids)))
    work.detail("documents=" + ",".join(str(row.id) for row in rows))
    return {row.id: _opened(work, row) for row in rows}


def _document(work: Work, note: Note, document_id: int) -> Document:
    is_known = 0 <= document_id < 1 << 31  # no column of ours holds any other
    wanted = of_client(work, note).where(Document.id == document_id)
    rows = work.rows(wanted) if is_known else []
    if not rows:
        raise NotFound(GONE)
    return rows[0]


def _opened(work: Work, row: Document) -> Paper:
    return Paper(encryption.unseal(row, "filename"), rows_of(work, row))


def of_client(work: Work, about: Note | Recording) -> Select[Document]:
    """Documents of the client whom the note or the session is about, as far as the actor may see them."""
    return work.visible(Document).where(Document.therapist_client_id == about.therapist_client_id)
