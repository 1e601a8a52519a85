"""What a search over a client's documents finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    document_id: int
    name: str  # of the document
    page: int
    lines: tuple[int, ...]  # ids of the lines that hold the words
    excerpt: str
