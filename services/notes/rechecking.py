"""A note against its transcript, and the documents that it cites, as they are now: a correction made since may have
changed what an evidence says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.note import Note
from models.recording import Recording
from services import grounding, risk
from services.access import Work
from services.errors import NotFound
from services.notes import citing, placing, stored
from services.notes.content import Evidence, NoteContent, RiskMention, Statement

Said = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, repr=False)
class Corrected:
    """A content, and the newer transcript and lines of documents that it is to be held against."""

    content: NoteContent
    revision: int  # of the transcript
    utterances: list[dict[str, Any]]
    speakers: list[dict[str, Any]]
    papers: dict[tuple[int, int, int], str] | None = None  # of the documents that it cites
    is_of_documents: bool = False  # these alone changed


def corrected(
    work: Work, about: Note | Recording, recording_id: int, content: NoteContent
) -> Corrected | None:
    """What `checked` needs; None where transcript and documents say what the content was held against last, or where
    the transcript was removed. `about`: whose client's documents it may cite."""
    try:
        row, said, speakers = stored.transcript(work, recording_id)
    except NotFound:
        return None
    evidence = tuple(piece for one in content.statements() for piece in one.evidence)
    papers = citing.said_now(work, about, Statement("", "", evidence=evidence))
    is_newer = row.revision != content.transcript_revision
    if not is_newer and citing.stamp(papers) == content.documents_said:
        return None
    work.detail("check")
    return Corrected(content, row.revision, said, speakers, papers, not is_newer)


def checked(found: Corrected) -> NoteContent:
    """The content with its marks and its mentions of risk as of what was said and is written now. What the clinician
    keeps as their own stays. Takes up to a second for a long session: call it outside of a transaction."""
    content = found.content
    for one in content.statements():
        content = placing.put(content, placing.joined(one, found.utterances))
    # What a document says now is what counts, so the words kept of it are no quotation to be taken on trust.
    bare = content
    for one in content.statements():
        bare = placing.put(bare, replace(one, evidence=without_words(one.evidence)))
    marked = grounding.check(bare, found.utterances, found.speakers, found.papers)
    for one in content.statements():
        as_marked = placing.find(marked, one.id)
        marked = placing.put(marked, replace(as_marked, evidence=one.evidence))
    mentions, asked = risk.find(found.utterances, found.speakers)
    mentions = _mentions(content.risk, mentions, found)
    return replace(
        marked,
        risk=mentions,
        asked=asked,
        hints=risk.find_hints(found.utterances, found.speakers, mentions),
        transcript_revision=found.revision,
        documents_said=citing.stamp(found.papers),
    )


def is_marked_otherwise(before: NoteContent, after: NoteContent) -> bool:
    """Whether a reader sees other marks, reasons or mentions of risk."""
    return _marks(before) != _marks(after)


def without_words(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """With no words kept of documents, which are read anew."""
    return tuple(one if one.document_id is None else replace(one, quote=None) for one in evidence)


def _mentions(
    before: Iterable[RiskMention], now: Sequence[RiskMention], found: Corrected
) -> tuple[RiskMention, ...]:
    """Those that are found now, and those that a drafter saw besides while their words still stand there."""
    known = {(one.utterance, one.category) for one in now}
    said = {one["id"]: one for one in found.utterances}
    roles = {one["key"]: one.get("role") or "other" for one in found.speakers}
    kept = [
        replace(one, by=roles.get(said[one.utterance]["speaker"], "other"))
        for one in before
        if (one.utterance, one.category) not in known
        and one.utterance in said
        and one.words in " ".join(said[one.utterance]["text"].split())
    ]
    return tuple(sorted((*now, *kept), key=lambda one: one.at))


def _marks(content: NoteContent) -> object:
    levels = [(one.id, one.level, one.reasons) for one in content.statements()]
    mentions = {(one.utterance, one.category, one.is_negated) for one in content.risk}
    return levels, mentions, {(one.utterance, one.category) for one in content.hints}
