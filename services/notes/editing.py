"""Editing a note by statement. Each change names the revision that its editor saw, and is checked against the
transcript again before it is stored.

All functions return the note's new revision and raise NotFound, Conflict (locked), Stale (somebody else was
faster; nothing was changed) and Invalid.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace

from models.note import Note, NoteStep
from services import grounding
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid, NotFound
from services.notes import citing, placing, rechecking, states, stored
from services.notes.citing import DocumentLine
from services.notes.content import Evidence, Level, NoteContent, Statement

LONGEST = 4000  # characters of one statement
MOST = 400  # statements of one note
QUOTED = re.compile(r"[“\"]([^”\"]{2,})[”\"]")

TRIES = 4  # of an edit that another page of the same person gets in the way of

Change = Callable[[NoteContent], NoteContent]
Look = Callable[[Work, Note], None]  # at the note's rows, before the change


def edit_statement(
    actor: Actor, note_id: int, statement_id: str, text: str, *, revision: int
) -> int:
    """Other words for a statement. Its evidence stays, and is held against the new words."""

    def change(content: NoteContent) -> NoteContent:
        words = _words(text)
        before = placing.find(content, statement_id)
        after = replace(before, text=words, evidence=_quoting(before.evidence, words), doubt=None)
        origin = "written" if before.origin == "written" else "edited"
        return placing.put(content, _unchecked(replace(after, origin=origin)))

    return _edit(actor, note_id, revision, change, check=statement_id)


def add_statement(
    actor: Actor,
    note_id: int,
    section_key: str,
    text: str,
    *,
    revision: int,
    after: str | None = None,
    utterances: Iterable[int] = (),
    documents: Iterable[DocumentLine] = (),
) -> int:
    """A statement of one's own, after the statement `after` or at the end of the section. With `utterances`, or
    lines of `documents` of the same client, it is held against them; without any it is the clinician's own
    observation."""
    made_as = f"w{uuid.uuid4().hex[:12]}"
    papers = tuple(documents)
    cited = citing.quoted(actor, note_id, papers) if papers else ()

    def change(content: NoteContent) -> NoteContent:
        words, ids = _words(text), _ids(utterances)
        if len(content.statements()) >= MOST:
            raise Invalid(f"A note may have {MOST} statements.")
        evidence = cited + (_quoting((Evidence(utterances=ids),), words) if ids else ())
        level = Level.SUPPORTED if evidence else Level.OWN
        made = Statement(made_as, words, evidence=evidence, level=level, origin="written")
        held = [one.id for one in placing.section_of(content, section_key).statements]
        if after is not None and after not in held:
            raise NotFound("There is no such statement in this section.")
        at = held.index(after) + 1 if after is not None else None
        return placing.insert(content, section_key, made, at)

    return _edit(actor, note_id, revision, change, check=made_as, cites=True)


def remove_statement(actor: Actor, note_id: int, statement_id: str, *, revision: int) -> int:
    """Takes a statement out. A section that has none left is "not assessed"."""

    def change(content: NoteContent) -> NoteContent:
        placing.find(content, statement_id)
        return placing.without(content, statement_id)

    return _edit(actor, note_id, revision, change)


def move_statement(
    actor: Actor, note_id: int, statement_id: str, section_key: str, position: int, *, revision: int
) -> int:
    """Puts a statement at a position (from 0, counted without it) of a section, its own or another. It is checked
    there: an assessment says who said so, elsewhere it need not."""

    def change(content: NoteContent) -> NoteContent:
        moved = placing.find(content, statement_id)
        placing.section_of(content, section_key)
        return placing.insert(placing.without(content, statement_id), section_key, moved, position)

    return _edit(actor, note_id, revision, change, check=statement_id)


def set_evidence(
    actor: Actor,
    note_id: int,
    statement_id: str,
    utterances: Iterable[int],
    *,
    revision: int,
    documents: Iterable[DocumentLine] | None = None,
) -> int:
    """Other passages for a statement, and other lines of `documents` of the same client (None: those that it
    cites); none of either makes it the clinician's own."""
    papers = None if documents is None else tuple(documents)
    cited = citing.quoted(actor, note_id, papers, statement_id) if papers else ()

    def change(content: NoteContent) -> NoteContent:
        ids = _ids(utterances)
        before = placing.find(content, statement_id)
        kept = placing.of_documents(before) if papers is None else cited
        evidence = kept + (_quoting((Evidence(utterances=ids),), before.text) if ids else ())
        level = Level.SUPPORTED if evidence else Level.OWN
        after = replace(before, evidence=evidence, level=level, reasons=(), doubt=None)
        return placing.put(content, after)

    return _edit(actor, note_id, revision, change, check=statement_id, cites=True)


def add_evidence(
    actor: Actor,
    note_id: int,
    statement_id: str,
    documents: Iterable[DocumentLine],
    *,
    revision: int,
) -> int:
    """Lines of documents of the same client for a statement, beside what it cites already."""
    cited = citing.quoted(actor, note_id, documents)

    def change(content: NoteContent) -> NoteContent:
        before = placing.find(content, statement_id)
        held = {(one.document_id, one.page, one.line) for one in before.evidence}
        new = [one for one in cited if (one.document_id, one.page, one.line) not in held]
        if len(placing.of_documents(before)) + len(new) > citing.MOST:
            raise Invalid(citing.TOO_MANY)
        evidence = (*before.evidence, *new)
        after = replace(before, evidence=evidence, level=Level.SUPPORTED, reasons=(), doubt=None)
        return placing.put(content, after)

    return _edit(actor, note_id, revision, change, check=statement_id)


def keep_as_own(actor: Actor, note_id: int, statement_id: str, *, revision: int) -> int:
    """Answers a flag: the clinician stands for the statement, whatever its evidence says."""

    def change(content: NoteContent) -> NoteContent:
        before = placing.find(content, statement_id)
        return placing.put(content, replace(before, level=Level.OWN, reasons=()))

    return _edit(actor, note_id, revision, change)


def restore_statement(actor: Actor, note_id: int, statement_id: str, *, revision: int) -> int:
    """A statement as it was drafted last, also one that was taken out since. Raises NotFound for one that a person
    wrote."""

    def change(content: NoteContent) -> NoteContent:
        drafted = drafts[-1]
        was = placing.find(drafted, statement_id)
        if any(one.id == statement_id for one in content.statements()):
            return placing.put(content, was)
        key = next(s.key for s in drafted.sections if was in s.statements)
        return placing.insert(content, key, was, None)

    drafts: list[NoteContent] = []

    def looked(work: Work, note: Note) -> None:
        rows = [row for row in stored.versions(work, note) if row.step is NoteStep.DRAFTED]
        drafts.append(stored.content_of(rows[-1]))

    return _edit(actor, note_id, revision, change, check=statement_id, look=looked)


def _edit(
    actor: Actor,
    note_id: int,
    revision: int,
    change: Change,
    *,
    check: str | None = None,
    cites: bool = False,
    look: Look | None = None,
) -> int:
    """Makes the change. The statement `check` is held against the transcript first, outside of the transaction that
    writes: a tenth of a second for a long session, in which others write. `cites`: its passages must exist."""
    for _ in range(TRIES):
        checked = None
        if check is not None:
            checked = _checked(actor, note_id, revision, change, check, cites, look)
        with acting(actor, Action.NOTE_EDIT) as work:
            note = work.get(Note, note_id, lock=True)
            content = _changed(work, note, revision, change, look)
            if checked is not None:
                before, after = checked
                if placing.find(content, before.id) != before:
                    work.detail("again")
                    continue  # one's own other page was at the same statement meanwhile
                content = placing.put(content, after)
            stored.put(work, note, NoteStep.EDITED, content, author=actor)
            return note.revision
    raise Conflict("This statement is being changed in another page of yours. Load the note again.")


def _changed(
    work: Work, note: Note, revision: int, change: Change, look: Look | None
) -> NoteContent:
    states.after(note.state, NoteStep.EDITED)
    stored.seen(work, note, revision)
    if look is not None:
        look(work, note)
    return change(stored.content_of(stored.newest(work, note)))


def _checked(
    actor: Actor,
    note_id: int,
    revision: int,
    change: Change,
    statement_id: str,
    cites: bool,
    look: Look | None,
) -> tuple[Statement, Statement]:
    """The statement as the change would leave it, and the same with what its evidence says of it."""
    with acting(actor, Action.NOTE_EDIT, at_length=True) as work:
        note = work.get(Note, note_id)
        content = _changed(work, note, revision, change, look)
        _, said, speakers = stored.transcript(work, note.recording_id)
        work.detail("check")
        before = placing.find(content, statement_id)
        papers = citing.said_now(work, note, before)
    statement = placing.joined(before, said)
    cited = {ident for one in statement.evidence for ident in one.utterances}
    if cites and not cited <= {utterance["id"] for utterance in said}:
        raise NotFound("There is no such passage in this session.")
    # What a document says now is what counts, so the words kept of it are no quotation to be taken on trust.
    bare = replace(statement, evidence=rechecking.without_words(statement.evidence))
    home = next(one for one in content.sections if before in one.statements)
    alone = replace(home, statements=(bare,))
    seen = grounding.check(replace(content, sections=(alone,)), said, speakers, papers)
    return before, replace(seen.statements()[0], evidence=statement.evidence)


def _unchecked(statement: Statement) -> Statement:
    """Ready to be checked again; what a person keeps as their own stays their own."""
    if statement.level is Level.OWN:
        return statement
    return replace(statement, level=Level.SUPPORTED, reasons=())


def _quoting(evidence: tuple[Evidence, ...], text: str) -> tuple[Evidence, ...]:
    """The evidence with the quotation that the text now holds. Of a document's line the words are kept."""
    found = QUOTED.search(text)
    quote = found.group(1) if found else None
    return tuple(
        one
        if one.document_id is not None
        else replace(one, quote=one.quote if one.quote and one.quote in text else quote)
        for one in evidence
    )


def _words(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid("A statement needs words. To take it out, remove it.")
    if len(text) > LONGEST:
        raise Invalid(f"A statement may have {LONGEST} characters.")
    return text


def _ids(utterances: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(utterances)))
