"""Statements in their places in a note: found, replaced, put in, taken out. Pure functions over plain values."""

from dataclasses import replace
from typing import Any

from services.errors import NotFound
from services.notes.content import Evidence, NoteContent, Section, Statement


def joined(statement: Statement, said: list[dict[str, Any]]) -> Statement:
    """Passages that were joined to another one since are cited by that one's id."""
    now = {old: one["id"] for one in said for old in one.get("joined", [])}
    if not now:
        return statement
    evidence = tuple(
        replace(one, utterances=tuple(dict.fromkeys(now.get(i, i) for i in one.utterances)))
        for one in statement.evidence
    )
    return replace(statement, evidence=evidence)


def of_documents(statement: Statement) -> tuple[Evidence, ...]:
    return tuple(one for one in statement.evidence if one.document_id is not None)


def find(content: NoteContent, statement_id: str) -> Statement:
    for one in content.statements():
        if one.id == statement_id:
            return one
    raise NotFound("There is no such statement in this note.")


def section_of(content: NoteContent, key: str) -> Section:
    for section in content.sections:
        if section.key == key:
            return section
    raise NotFound("There is no such section in this note.")


def put(content: NoteContent, statement: Statement) -> NoteContent:
    """With the statement in the place of the one that has its id."""
    sections = tuple(
        replace(
            section,
            statements=tuple(
                statement if one.id == statement.id else one for one in section.statements
            ),
        )
        for section in content.sections
    )
    return replace(content, sections=sections)


def insert(content: NoteContent, key: str, statement: Statement, at: int | None) -> NoteContent:
    def with_it(section: Section) -> Section:
        held = section.statements
        here = len(held) if at is None else min(max(at, 0), len(held))
        return replace(
            section, statements=(*held[:here], statement, *held[here:]), is_assessed=True
        )

    return replace(
        content, sections=tuple(with_it(s) if s.key == key else s for s in content.sections)
    )


def without(content: NoteContent, statement_id: str) -> NoteContent:
    def less(section: Section) -> Section:
        left = tuple(one for one in section.statements if one.id != statement_id)
        if len(left) == len(section.statements):
            return section
        return replace(section, statements=left, is_assessed=bool(left))

    return replace(content, sections=tuple(less(section) for section in content.sections))
