"""What a second reader, a language model, doubts of a draft: a mark on the statement, and a reason, never a change.

Rules see words; of a negation by another word ("sleeps well" for nights awake) they see little. It is asked where a
model drafts, and can be another model than the one that wrote.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.adapters.errors import IntegrationError
from services.adapters.llm import Doubt, Line, SecondReader, SecondReading, Told
from services.drafting.papers import Place
from services.drafting.placeholders import Placeholders
from services.notes import placing
from services.notes.content import NoteContent, Reason, Statement

log = logging.getLogger("verbatim.drafting")

CODE = "second-reading"
FAILED = (
    "A second reading by the language model was not possible; only the rules checked this note."
)
UNREAD = "Not read a second time: {} of {} statements."
MANY = 0.5  # share of a note's statements: a reader that doubts more of them is in doubt itself ...
FEWEST = 4  # ... where there are so many
TOO_MANY = "The second reading doubts {} of {} statements: the draft is poor, or the model too weak to check it."
SAYS = {
    "contradicted": "The language model, asked again, reads the passage otherwise",
    "not-said": "The language model, asked again, does not find this in the passage",
}


def doubted(
    content: NoteContent,
    lines: Sequence[Line],
    places: Mapping[int, Place],
    identifiers: Sequence[str],
    reader: SecondReader,
) -> NoteContent:
    """The draft with what the reader doubts of each statement. `lines` are those that it was drafted from, `places`
    where those of documents stand. `identifiers` do not leave this machine. Where it fails, passes statements over or
    doubts most of them, `notice` says so."""
    statements = content.statements()
    if not statements:
        return content
    at = {place: ident for ident, place in places.items()}
    hidden = Placeholders(identifiers)
    asked = [Told(hidden.hide(one.text), one.speaker, _cited(one, at)) for one in statements]
    try:
        reading = reader.read(asked, hidden.lines(lines))
    except IntegrationError as error:
        log.warning("second_reading.failed", exc_info=error)
        return _with_notice(content, FAILED)
    for one in reading.doubts:
        statement = statements[one.statement]
        marked = replace(statement, doubt=_reason(one, hidden))
        content = placing.put(content, marked)
    content = replace(
        content,
        tokens_in=content.tokens_in + reading.tokens_in,
        tokens_out=content.tokens_out + reading.tokens_out,
    )
    return _with_notice(content, _told(reading, len(statements)))


def _told(reading: SecondReading, count: int) -> str:
    """What the reader of the note should know about this second reading, or nothing."""
    told = []
    if reading.unread:
        told.append(UNREAD.format(len(reading.unread), count))
    if count >= FEWEST and len(reading.doubts) > MANY * count:
        told.append(TOO_MANY.format(len(reading.doubts), count))
    return " ".join(told)


def _cited(statement: Statement, at: Mapping[Place, int]) -> tuple[int, ...]:
    said = [ident for one in statement.evidence for ident in one.utterances]
    cited = {(one.document_id, one.page, one.line) for one in statement.evidence}
    return (*said, *(ident for place, ident in at.items() if place in cited))


def _reason(doubt: Doubt, hidden: Placeholders) -> Reason:
    part = hidden.restore(doubt.part)
    return Reason(CODE, f"{SAYS[doubt.kind]}: “{part}”." if part else f"{SAYS[doubt.kind]}.")


def _with_notice(content: NoteContent, said: str) -> NoteContent:
    return replace(content, notice=f"{content.notice} {said}".strip())
