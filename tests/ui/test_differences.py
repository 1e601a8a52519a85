"""Differences as Markdown: marked, and people's words never markup."""

from services.notes.wording import words
from ui.differences import marked

JOINER = "\N{WORD JOINER}"


def test_added_and_removed_words_are_marked_with_the_blanks_outside() -> None:
    said = marked(words("Slept five hours.", "Slept seven hours."))
    assert said == r"Slept :red-background[~~five~~] :green-background[seven] hours\."


def test_paragraphs_stay_paragraphs() -> None:
    assert marked(words("Plan\nWalk.", "Plan\nWalk.")) == "Plan\n\nWalk\\."


def test_words_never_become_markup() -> None:
    said = marked(words("", "**bold** [a](http://b) <b>x</b> $y$ :red[z]")).replace(JOINER, "")
    for mark in ("**bold**", "](http", "<b>", "$y$", " :red[z]"):
        assert mark not in said
    assert said.startswith(":green-background[")
    assert r"\*\*bold\*\*" in said
