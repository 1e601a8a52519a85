"""Document readers: pages → lines with boxes and confidence, tables, fields, text. Know nothing of users or rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

Box = tuple[float, float, float, float]  # left, top, right, bottom, as shares of the page (0 to 1)


@dataclass(frozen=True)
class ReadLine:
    text: str
    box: Box
    confidence: float  # 0 to 1; 1.0 from a text layer
    role: str = "text"  # text, title, heading, header, footer, page-number, field (filled in)


@dataclass(frozen=True)
class Table:
    page: int
    box: Box | None
    rows: tuple[
        tuple[str, ...], ...
    ]  # merged cells repeat nothing: the text stands in their first cell


@dataclass(frozen=True)
class Field:
    """A form field or a check box. A box's value is "[x]" or "[ ]"."""

    page: int
    name: str
    value: str
    box: Box | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class ReadPage:
    number: int  # 1, 2, ...
    width: float  # points, or pixels of a picture
    height: float
    kind: str  # text (its own text layer), ocr, empty, failed
    rotation: int  # degrees clockwise that the page was turned to be read: 0, 90, 180, 270
    lines: tuple[ReadLine, ...]  # in reading order
    tables: tuple[Table, ...] = ()
    fields: tuple[Field, ...] = ()
    markdown: str = ""
    note: str = ""  # for people: what could not be read, and why
    confidence: float | None = None  # mean over its words

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Opened:
    """What is known before the first page is read."""

    content_type: str  # by the bytes
    pages: int


class DocumentReader(Protocol):
    name: str

    def read(
        self,
        content: IO[bytes],
        content_type: str,
        *,
        password: str | None = None,
        language: str | None = None,
        first_page: int = 1,
        operation: str | None = None,
    ) -> Iterator[Opened | ReadPage | str]:
        """Opened before the first page, then pages in order, each as soon as it is read. A `str` is a continuation
        token to be kept: given back as `operation` after a restart, what was paid for is not paid for again.
        Raises DocumentRefused, PasswordNeeded (services/adapters/errors.py) or IntegrationError."""
        ...
