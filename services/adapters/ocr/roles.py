"""What a line is on its page: title, heading, page number or text, by the size of its letters and where it stands."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from services.adapters.ocr.reading_order import Piece

LARGER = 1.18  # times the body's letters: a heading; with recognised text, whose heights vary, more
LARGER_BY_EYE = 1.45
TITLE = 1.5
LONGEST = 120  # characters of a heading
PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página)?\s*\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?", re.IGNORECASE
)
MARGIN = 0.08  # of the page, at its top and bottom, where page numbers stand


def with_roles(pieces: Sequence[Piece], height: float, *, exact: bool) -> list[Piece]:
    """`exact`: sizes come from a text layer and not from a picture; `height` of the page."""
    letters: Counter[float] = Counter()
    for piece in pieces:
        letters[round(piece.size or piece.height, 1)] += len(piece.text)
    if not letters:
        return []
    body = statistics.median(letters.elements())
    mostly_bold = sum(len(piece.text) for piece in pieces if piece.bold) > 0.5 * letters.total()
    largest = max(piece.size or piece.height for piece in pieces)
    made = []
    for piece in pieces:
        role = piece.role
        if role == "text":
            role = _role(piece, body, largest, height, exact=exact, mostly_bold=mostly_bold)
        made.append(replace(piece, role=role))
    return made


def _role(
    piece: Piece, body: float, largest: float, height: float, *, exact: bool, mostly_bold: bool
) -> str:
    in_margin = piece.bottom < MARGIN * height or piece.top > (1 - MARGIN) * height
    if in_margin and PAGE_NUMBER.fullmatch(piece.text.strip("-– ")):
        return "page-number"
    wordy = sum(character.isalpha() for character in piece.text) >= 3
    if not wordy or len(piece.text) > LONGEST:
        return "text"
    size = piece.size or piece.height
    if size >= TITLE * body and size >= 0.95 * largest and piece.top < height / 3:
        return "title"
    if size >= (LARGER if exact else LARGER_BY_EYE) * body:
        return "heading"
    if exact and piece.bold and not mostly_bold and piece.text[-1] not in ".,;:":
        return "heading"
    return "text"
