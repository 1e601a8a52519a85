"""Words are found across lines, whatever the case, accents and hyphens; the lines that hold them are named."""

import pytest

from services.documents.finding import AROUND, find

LINES = [
    "Sertraline 50 mg was started on",
    "2 March and is well tolerated.",
    "Frau Müller schläft schlecht, ihre Kon-",
    "zentration ist „gemindert“.",
]


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("sertraline", [(0,)]),
        ("SERTRALINE  50", [(0,)]),
        ("started on 2 March", [(0, 1)]),
        ("muller", [(2,)]),
        ("Konzentration", [(2, 3)]),
        ("tolerated. Frau", [(1, 2)]),
        ("an", [(1,)]),
        ("zopiclone", []),
        ("   ", []),
    ],
)
def test_find(query: str, lines: list[tuple[int, ...]]) -> None:
    assert [found.lines for found in find(LINES, query)] == lines


def test_every_place_is_found_once() -> None:
    assert [f.lines for f in find(["low mood, low sleep", "lower"], "low")] == [(0,), (0,), (1,)]
    assert find([], "x") == []


def test_an_excerpt_is_short_and_shows_the_words() -> None:
    line = "word " * 100 + "needle" + " word" * 100
    [found] = find([line], "needle")
    assert "needle" in found.excerpt
    assert len(found.excerpt) <= 2 * AROUND + len("needle") + 4
