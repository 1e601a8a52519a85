"""What the rules return."""

import re
import textwrap
from dataclasses import dataclass, field
from functools import cached_property

from services.grounding import words
from services.grounding.session import Passage, Session
from services.notes.content import Level, Reason, Statement

_QUOTED = re.compile(r'“([^”]+)”|"([^"]+)"|(?<!\w)‘([^’]+(?:’\w[^’]*)*)’(?!\w)')
_ABBREVIATED = (
    (re.compile(r"\b(?:Pt|Cl)\b\.?"), "Client"),
    (re.compile(r"\bTh\b\.?"), "Therapist"),
)
LONGEST = 80  # characters of a quotation that a reason repeats


@dataclass(frozen=True)
class Finding:
    level: Level  # CHECK or CONTRADICTED
    code: str
    text: str  # a sentence for the reader

    @property
    def reason(self) -> Reason:
        return Reason(self.code, self.text)


def red(code: str, text: str) -> Finding:
    return Finding(Level.CONTRADICTED, code, text)


def amber(code: str, text: str) -> Finding:
    return Finding(Level.CHECK, code, text)


@dataclass(frozen=True)
class Claim:
    """One statement beside the passage it cites: what every rule is given."""

    statement: Statement
    section: str  # key and title of its section, lower case
    session: Session
    passage: Passage
    quotes: tuple[str, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        return self.statement.text

    @cached_property
    def unquoted(self) -> str:
        """The statement's own words, "Pt." and "Th." in full: quotations are checked word for word elsewhere."""
        text = _QUOTED.sub(" ", self.text)
        for pattern, in_full in _ABBREVIATED:
            text = pattern.sub(in_full, text)
        return text

    @cached_property
    def contents(self) -> tuple[words.Content, ...]:
        return words.contents(self.unquoted, english=self.session.english)


def quoted(text: str) -> tuple[str, ...]:
    """What stands in quotation marks."""
    return tuple(next(part for part in match if part) for match in _QUOTED.findall(text))


def shortened(quote: str) -> str:
    """How a reason names a quotation: its beginning, where it is long."""
    return textwrap.shorten(quote, LONGEST, placeholder=" …")
