"""Drafters: what writes the statements of a note from what was said. Knows nothing of users, rows or sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Line:
    """One utterance, or one line of a document, as a drafter gets it. Identifying words may already be placeholders."""

    id: int
    speaker: str  # client, therapist, other
    name: str  # as the transcript names the speaker
    start: float  # seconds
    text: str
    is_unclear: bool = False  # the recogniser was unsure of it
    risk: tuple[str, ...] = ()  # categories of risk that it was found to mention or to ask about
    # Of a document that was given as a source; `name` is then what the document is ("Letter"), `speaker` "other".
    page: int = 0  # 1, 2, ...; 0: it was said in the session
    is_margin: bool = False  # a header, a footer or a page number

    @property
    def is_written(self) -> bool:
        return self.page > 0

    @property
    def place(self) -> str:
        """12:31, or where in which document: Letter, p. 2"""
        return f"{self.name}, p. {self.page}" if self.is_written else clock(self.start)


@dataclass(frozen=True)
class SectionRequest:
    key: str
    title: str
    belongs: str
    excluded: str
    speaker: str | None
    cues: tuple[str, ...]
    is_clinicians: bool


@dataclass(frozen=True)
class DraftRequest:
    title: str
    purpose: str
    sections: tuple[SectionRequest, ...]
    rules: tuple[str, ...]
    style: dict[str, str]
    lines: tuple[Line, ...]  # of the session, then of the documents
    goals: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True)
class DraftedStatement:
    text: str
    speaker: str | None  # whose words it reports
    evidence: tuple[int, ...]  # ids of lines
    quote: str | None = None


@dataclass(frozen=True)
class DraftedSection:
    key: str
    statements: tuple[DraftedStatement, ...]


@dataclass(frozen=True)
class Draft:
    sections: tuple[DraftedSection, ...]
    drafter: str  # name and version, or the model as the server named it
    quotes_only: bool
    parts: int = 1
    tokens_in: int = 0
    tokens_out: int = 0
    # Lines that the drafter itself took for a mention of risk: (id, category as in services.notes.content).
    risk: tuple[tuple[int, str], ...] = ()
    left_out: int = 0  # statements that named no line of the session and were not taken over


class Drafter(Protocol):
    """Thread-safe. Built once a process. `sends_words_out`: what was said leaves this machine with a request."""

    sends_words_out: bool

    def draft(self, request: DraftRequest) -> Draft:
        """Raises IntegrationError (services/adapters/errors.py): retryable where trying again may help; the
        message never carries what was said or what a model answered."""
        ...


@dataclass(frozen=True)
class Told:
    """A drafted statement, and the lines that it rests on."""

    text: str
    speaker: str | None
    cited: tuple[int, ...]  # ids of lines


@dataclass(frozen=True)
class Doubt:
    """What a second reader holds against a statement."""

    statement: int  # its place in what was asked, from 0
    kind: Literal["contradicted", "not-said"]
    part: str  # the words of the statement that it is about; empty: the whole


@dataclass(frozen=True)
class SecondReading:
    doubts: tuple[Doubt, ...]
    unread: tuple[int, ...]  # places of statements that no answer spoke of
    tokens_in: int = 0
    tokens_out: int = 0


class SecondReader(Protocol):
    """Holds statements against the lines that they cite, whoever wrote them. What was said leaves this machine."""

    def read(self, statements: Sequence[Told], lines: Sequence[Line]) -> SecondReading:
        """`lines`: all of the session and its documents, in order. Raises IntegrationError as a `Drafter` does."""
        ...


def clock(seconds: float) -> str:
    """12:31, 1:02:03"""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
