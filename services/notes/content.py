"""What a note says, as plain values: sections → statements → evidence. Stored as JSON in `note_versions.content`.

Everything that drafts, checks, shows or exports a note speaks in these. `to_json` and `from_json` are the only
way in and out; an unknown key is dropped, a missing one has the default below.
"""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How far a statement may be trusted."""

    SUPPORTED = "supported"  # its evidence says so
    CHECK = "check"  # amber: look at it
    CONTRADICTED = "contradicted"  # red: blocks signing until answered
    OWN = "own"  # the clinician's own words, or kept by them


@dataclass(frozen=True)
class Evidence:
    """Where a statement comes from: utterances of this session, or a line of a chosen document."""

    utterances: tuple[int, ...] = ()  # ids, in order
    quote: str | None = None  # verbatim, where the statement quotes
    document_id: int | None = None
    page: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why a statement is flagged: a code for programs, a sentence for people (may quote the statement)."""

    code: str  # quote-not-verbatim, number-not-found, name-not-found, other-speaker, negation, ...
    text: str


@dataclass(frozen=True)
class Statement:
    id: str  # unique in the note; survives edits
    text: str
    speaker: str | None = None  # whose words it reports: client, therapist, other
    evidence: tuple[Evidence, ...] = ()
    level: Level = Level.SUPPORTED
    reasons: tuple[Reason, ...] = ()
    origin: str = "drafted"  # drafted, edited, written
    doubt: Reason | None = (
        None  # of a second reader; of these words and this evidence, gone with either
    )


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    statements: tuple[Statement, ...] = ()
    is_assessed: bool = True  # False: "not assessed" is shown; nobody asked and nobody said


@dataclass(frozen=True)
class RiskMention:
    """A passage that speaks of suicide, self-harm, violence, abuse or neglect. Its absence means nothing."""

    category: str  # suicide, self-harm, harm-to-others, abuse, neglect, means
    utterance: int
    at: float  # seconds
    words: str  # verbatim
    is_negated: bool = False
    by: str = "client"  # who said it


@dataclass(frozen=True)
class RiskQuestion:
    """The therapist asked. Recorded apart: it decides between a negative and "not assessed"."""

    category: str
    utterance: int
    at: float
    answer: int | None = None  # the utterance that answered


@dataclass(frozen=True)
class Source:
    """A document that a note was drafted from besides the session."""

    document_id: int
    name: str  # as its sender called it


@dataclass(frozen=True)
class NoteContent:
    instruction_type: str
    sections: tuple[Section, ...] = ()
    risk: tuple[RiskMention, ...] = ()
    asked: tuple[RiskQuestion, ...] = ()
    hints: tuple[RiskMention, ...] = ()  # where risk may be meant, though no word names it: guesses
    drafter: str = ""  # "extractive-1", "gpt-5-mini", ...
    quotes_only: bool = False  # the drafter quotes and does not conclude
    parts: int = 1  # pieces that a long session was drafted in
    notice: str = ""  # why there is no note, or what failed, for the reader
    tokens_in: int = 0
    tokens_out: int = 0
    goals: tuple[str, ...] = field(default=())
    title: str = ""  # of the instruction that it was drafted with
    transcript_revision: int = 0  # of the transcript that its statements were held against last
    documents: tuple[Source, ...] = ()  # that it was drafted from
    documents_said: str = ""  # hash of the cited lines that its statements were held against last

    def statements(self) -> tuple[Statement, ...]:
        return tuple(one for section in self.sections for one in section.statements)


def to_json(content: NoteContent) -> dict[str, Any]:
    return asdict(content)


def from_json(data: dict[str, Any]) -> NoteContent:
    known = _known(NoteContent, data)
    known["sections"] = tuple(_section(one) for one in data.get("sections", ()))
    for places in ("risk", "hints"):
        known[places] = tuple(
            RiskMention(**_known(RiskMention, one)) for one in data.get(places, ())
        )
    known["asked"] = tuple(
        RiskQuestion(**_known(RiskQuestion, one)) for one in data.get("asked", ())
    )
    known["goals"] = tuple(data.get("goals", ()))
    known["documents"] = tuple(Source(**_known(Source, one)) for one in data.get("documents", ()))
    return NoteContent(**known)


def _section(data: dict[str, Any]) -> Section:
    known = _known(Section, data)
    known["statements"] = tuple(_statement(one) for one in data.get("statements", ()))
    return Section(**known)


def _statement(data: dict[str, Any]) -> Statement:
    known = _known(Statement, data)
    known["evidence"] = tuple(
        Evidence(**_known(Evidence, one) | {"utterances": tuple(one.get("utterances", ()))})
        for one in data.get("evidence", ())
    )
    known["reasons"] = tuple(Reason(**_known(Reason, one)) for one in data.get("reasons", ()))
    known["level"] = Level(data.get("level", Level.SUPPORTED))
    doubt = data.get("doubt")
    known["doubt"] = Reason(**_known(Reason, doubt)) if doubt else None
    return Statement(**known)


def _known(kind: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in kind.__dataclass_fields__ if name in data}
