"""What changed between two texts, word by word, as Streamlit's Markdown: added on green, removed on red and struck."""

from collections.abc import Iterable
from typing import Protocol

import streamlit as st

from ui import frame

LEGEND = ":green-background[added] :red-background[~~removed~~]"
MARKS = {"added": ":green-background[%s]", "removed": ":red-background[~~%s~~]"}


class Piece(Protocol):
    """A run of words; `kind` is same, added or removed."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


def marked(pieces: Iterable[Piece]) -> str:
    """People's words as text; paragraphs stay paragraphs, blanks at the ends stay outside of the marks."""
    return "".join(_paragraphs(piece) for piece in pieces).strip()


def legend() -> None:
    st.caption(LEGEND)


def _paragraphs(piece: Piece) -> str:
    lines = piece.text.split("\n")
    return "\n\n".join(_run(piece.kind, line) for line in lines)


def _run(kind: str, text: str) -> str:
    words = frame.plain(text)
    if not words:
        return " " if text else ""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{MARKS.get(kind, '%s').replace('%s', words)}{after}"
