"""Pieces of text as the lines of a page."""

from collections.abc import Sequence

from services.adapters.ocr import Box, ReadLine
from services.adapters.ocr.reading_order import Piece


def lines_of(pieces: Sequence[Piece], width: float, height: float) -> tuple[ReadLine, ...]:
    return tuple(
        ReadLine(
            piece.text,
            _share(piece, width, height),
            round(piece.score, 4),
            piece.role,
        )
        for piece in pieces
    )


def _share(piece: Piece, width: float, height: float) -> Box:
    def bounded(value: float) -> float:
        return round(min(max(value, 0.0), 1.0), 5)

    return (
        bounded(piece.left / width),
        bounded(piece.top / height),
        bounded(piece.right / width),
        bounded(piece.bottom / height),
    )


def confidence_of(lines: Sequence[ReadLine]) -> float | None:
    """Mean over the words."""
    words = [(len(line.text.split()) or 1, line.confidence) for line in lines]
    total = sum(count for count, _ in words)
    return round(sum(count * sure for count, sure in words) / total, 4) if total else None
