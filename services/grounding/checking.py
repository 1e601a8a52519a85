"""Checks every statement of a note against the passage that it cites, whoever drafted it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.grounding import (
    conclusions,
    coverage,
    denials,
    exclusive,
    names,
    numbers,
    persons,
    polarity,
    quotations,
    speakers,
)
from services.grounding.conclusions import compiled
from services.grounding.findings import Claim, Finding, amber, quoted, red
from services.grounding.session import Line, Passage, Session
from services.notes.content import Evidence, Level, NoteContent, Section, Statement

DocumentLines = Mapping[tuple[int, int, int], str]  # document id, page, line → its text
OTHER_LANGUAGE = (
    "This session is not in English: only quotations, numbers in digits, speakers and shared words were"
    " checked."
)
_LANGUAGE_FREE = (quotations.check, speakers.check, numbers.check)
_ENGLISH = (
    *_LANGUAGE_FREE,
    names.check,
    persons.check,
    exclusive.check,
    denials.check,
    conclusions.check,
    polarity.check,
)


def check(
    content: NoteContent,
    utterances: Iterable[Mapping[str, Any]],
    speakers: Iterable[Mapping[str, Any]],
    document_lines: DocumentLines | None = None,
) -> NoteContent:
    """The note with the level and the reasons of every statement set anew; what is the clinician's own stays.

    Needs the session's utterances (id, speaker, start, text) and speakers (key, name, role) only. Raises nothing of
    its own: a statement that cannot be checked is CHECK, never SUPPORTED. A session in another language than English
    gets the rules that need no words of English, and `notice` says so.
    """
    checker = Checker(Session(utterances, speakers), document_lines)
    sections = tuple(checker.section(section) for section in content.sections)
    content = replace(content, sections=sections)
    if checker.session.english or not content.statements() or OTHER_LANGUAGE in content.notice:
        return content
    return replace(content, notice=f"{content.notice} {OTHER_LANGUAGE}".strip())


class Checker:
    """One session read once, for as many statements as there are."""

    def __init__(self, session: Session, document_lines: DocumentLines | None = None) -> None:
        self.session = session
        self._documents = document_lines
        self._weights = coverage.Weights(session)

    def section(self, section: Section) -> Section:
        about = f"{section.key} {section.title}".lower()
        return replace(
            section, statements=tuple(self.statement(one, about) for one in section.statements)
        )

    def statement(self, statement: Statement, section: str = "") -> Statement:
        if statement.level is Level.OWN:
            return statement
        found = list(self._findings(statement, section))
        found.sort(key=lambda one: one.level is not Level.CONTRADICTED)
        if not found:
            level = Level.SUPPORTED
        else:
            level = found[0].level
        reasons = tuple(dict.fromkeys(one.reason for one in found))
        return replace(statement, level=level, reasons=reasons)

    def _findings(self, statement: Statement, section: str) -> Iterator[Finding]:
        yield from self._of_rules(statement, section)
        if statement.doubt is not None:
            yield Finding(Level.CHECK, statement.doubt.code, statement.doubt.text)

    def _of_rules(self, statement: Statement, section: str) -> Iterator[Finding]:
        from_documents = [one for one in statement.evidence if one.document_id is not None]
        cited = [one for evidence in statement.evidence for one in evidence.utterances]
        unknown = [one for one in cited if self.session.line(one) is None]
        if unknown:
            yield red("evidence-unknown", "It cites a line that is not in this session.")
        if not cited and not from_documents:
            yield from self._without_evidence(statement)
            return
        passage = self.session.passage(cited)
        if from_documents:
            yield from self._of_documents(statement, from_documents, passage)
        elif passage.cited:
            yield from self._of_lines(self._claim(statement, section, passage))

    def _claim(self, statement: Statement, section: str, passage: Passage) -> Claim:
        own = tuple(one.quote for one in statement.evidence if one.quote)
        quotes = tuple(dict.fromkeys((*quoted(statement.text), *own)))
        return Claim(statement, section, self.session, passage, quotes)

    def _of_lines(self, claim: Claim) -> Iterator[Finding]:
        for rule in _ENGLISH if self.session.english else _LANGUAGE_FREE:
            yield from rule(claim)
        yield from coverage.check(claim, self._weights)

    def _without_evidence(self, statement: Statement) -> Iterator[Finding]:
        """Nothing supports it. That nothing was said is the one thing that has no line to cite."""
        text = statement.text.lower()
        if any(pattern.search(text) for pattern in compiled("unassessed")):
            yield amber("no-evidence", "It cites no line. Read the session before you rely on it.")
        elif denials.topics(statement.text):
            yield red(
                "denial-not-asked", "It denies something and cites no line in which that was asked."
            )
        else:
            yield red("no-evidence", "It cites no line of this session.")

    def _of_documents(
        self, statement: Statement, evidence: Sequence[Evidence], passage: Passage
    ) -> Iterator[Finding]:
        """Quotations, numbers, content words and, in English, negation: a letter has no speaker, and its form is not
        that of talk. A denied risk must have been asked about in what else it cites: no letter answers for that. Of a
        line that a document no longer has its text is empty."""
        read = {document for document, _, _ in self._documents or ()}
        if self._documents is None or not any(one.document_id in read for one in evidence):
            yield amber("document-not-read", "The document it cites was not read for this check.")
            return
        texts = [
            text
            for (document, page, line), text in sorted(self._documents.items())
            for one in evidence
            if document == one.document_id and one.page in (None, page) and one.line in (None, line)
        ]
        if not any(texts):
            yield red("evidence-unknown", "It cites a place that is not in the document.")
            return
        lines = tuple(
            Line(at - len(texts), at - len(texts), "", None, 0.0, text, self.session.english)
            for at, text in enumerate(texts)
        )
        claim = self._claim(statement, "", Passage((*lines, *passage.cited)))
        yield from quotations.check(claim)
        yield from numbers.check(claim)
        if self.session.english:
            yield from polarity.check(claim)
            if passage.cited and denials.is_about_risk(claim):
                yield from denials.check(self._claim(statement, "", passage))
        contents = claim.contents
        if claim.quotes and len(contents) <= 2:
            return  # it quotes, and the rest says where from
        if contents and coverage.share(contents, claim.passage.keys, self._weights) < coverage.LOW:
            yield amber("few-words-shared", "Few of its words are in the passage it cites.")
