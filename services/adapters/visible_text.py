"""Text as people see it."""

import unicodedata

JOINERS = "\u200c\u200d"  # invisible, but they change how letters of Persian or Hindi are written


def visible(text: str) -> str:
    """One line, spaces made one, without what is no text: controls, halves of surrogate pairs, and signs that nobody
    sees, which could tell a model something, hide a name from a search or turn the end of a file's name round."""
    if not (text.isascii() and text.isprintable()):  # few, and 15 times as slow
        text = "".join(
            " " if character.isspace() else character
            for character in text
            if character.isspace()
            or character in JOINERS
            or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        )
    return " ".join(text.split())
