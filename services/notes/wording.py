"""A note as plain text, and what differs between two: statements by their ids, then words. Pure functions."""

import difflib
import re
from dataclasses import dataclass

from services.notes.content import NoteContent, Section, Statement

NOT_ASSESSED = "Not assessed."
TOKEN = re.compile(r"\s+|[\w'’-]+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of text that both have, or one alone."""

    kind: str  # same, added, removed
    text: str


@dataclass(frozen=True)
class StatementChange:
    id: str
    kind: str  # same, added, removed, changed, moved
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SectionChange:
    key: str
    title: str
    statements: tuple[StatementChange, ...]


def as_text(content: NoteContent) -> str:
    """Title, then each section with its statements, one a line. What is not assessed says so."""
    parts = [content.title] if content.title else []
    for section in content.sections:
        said = [one.text for one in section.statements] or [NOT_ASSESSED]
        parts.append("\n".join([section.title, *said]))
    return "\n\n".join(parts)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Word differences, the common text included, in reading order. difflib without autojunk, which would take
    frequent words for noise; blanks are compared with the word before them."""
    x, y = _tokens(before), _tokens(after)
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, [t.strip() for t in x], [t.strip() for t in y], False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(y[k:m])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(x[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(y[k:m])))
    return tuple(pieces)


def differences(before: NoteContent, after: NoteContent) -> tuple[SectionChange, ...]:
    """Section by section in the order of `after`, sections that are gone at the end. A statement that is known by
    its id is compared word by word; other pairs are not guessed at."""
    was = {one.id: (s.key, one) for s in before.sections for one in s.statements}
    now = {one.id for one in after.statements()}
    found = [
        SectionChange(s.key, s.title, tuple(_statements(_of(before, s.key), s, was, now)))
        for s in after.sections
    ]
    kept = {section.key for section in after.sections}
    for section in before.sections:
        if section.key not in kept:
            left = [one for one in section.statements if one.id not in now]
            gone = tuple(StatementChange(o.id, "removed", _all("removed", o)) for o in left)
            found.append(SectionChange(section.key, section.title, gone))
    return tuple(found)


def between_sessions(before: NoteContent, after: NoteContent) -> tuple[SectionChange, ...]:
    """The notes of two sessions: their statements have nothing in common but words, so each section is compared as
    one text."""
    found = []
    for section in after.sections:
        x, y = (_text(part) for part in (_of(before, section.key), section))
        if x or y:
            change = StatementChange("", "changed" if x != y else "same", words(x, y))
            found.append(SectionChange(section.key, section.title, (change,)))
    return tuple(found)


def _statements(
    before: Section | None,
    after: Section,
    was: dict[str, tuple[str, Statement]],
    now: set[str],
) -> list[StatementChange]:
    old = [one.id for one in before.statements] if before else []
    stayed = _in_order(old, [one.id for one in after.statements])
    found = [_change(one, after.key, was, stayed) for one in after.statements]
    for one in before.statements if before else ():
        if one.id not in now:  # shown where it stood: after the one that came before it
            earlier = old[: old.index(one.id)]
            at = max((n + 1 for n, c in enumerate(found) if c.id in earlier), default=0)
            found.insert(at, StatementChange(one.id, "removed", _all("removed", one)))
    return found


def _change(
    one: Statement, key: str, was: dict[str, tuple[str, Statement]], stayed: set[str]
) -> StatementChange:
    if one.id not in was:
        return StatementChange(one.id, "added", _all("added", one))
    section, before = was[one.id]
    if before.text != one.text:
        return StatementChange(one.id, "changed", words(before.text, one.text))
    kind = "same" if section == key and one.id in stayed else "moved"
    return StatementChange(one.id, kind, _all("same", one))


def _in_order(old: list[str], new: list[str]) -> set[str]:
    """Ids that stand in the same order as before: the others were moved."""
    common = [ident for ident in new if ident in old]
    matcher = difflib.SequenceMatcher(None, [i for i in old if i in common], common, False)
    return {common[n] for block in matcher.get_matching_blocks() for n in _span(block)}


def _span(block: difflib.Match) -> range:
    return range(block.b, block.b + block.size)


def _all(kind: str, statement: Statement) -> tuple[Piece, ...]:
    return (Piece(kind, statement.text),)


def _of(content: NoteContent, key: str) -> Section | None:
    return next((section for section in content.sections if section.key == key), None)


def _text(section: Section | None) -> str:
    return " ".join(one.text for one in section.statements) if section else ""


def _tokens(text: str) -> list[str]:
    """Words and marks, each with the blanks after it."""
    found: list[str] = []
    for token in TOKEN.findall(text):
        if token.isspace() and found:
            found[-1] += token
        else:
            found.append(token)
    return found
