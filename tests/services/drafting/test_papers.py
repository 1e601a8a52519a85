"""Documents as lines of a draft's request: numbered, named by their kind, with what a reader should know of them."""

import pytest

from services.drafting import Paper, PaperLine, papers


def paper(ident: int, feature: str, *texts: str, **more: int) -> Paper:
    lines = tuple(PaperLine(1 + at // 3, at % 3, text) for at, text in enumerate(texts))
    return Paper(ident, f"{ident}.pdf", feature, lines, pages=2, **more)


def test_lines_are_numbered_after_the_session_and_know_their_place() -> None:
    found = papers.numbered(
        [paper(7, "letters", "One.", " ", "Three.", "Four."), paper(9, "reports", " A  b ")], 40
    )
    assert [(one.id, one.place, one.text) for one in found.lines] == [
        (40, "Letter, p. 1", "One."),
        (41, "Letter, p. 1", "Three."),
        (42, "Letter, p. 2", "Four."),
        (43, "Report, p. 1", "A b"),
    ]
    assert found.places == {40: (7, 1, 0), 41: (7, 1, 2), 42: (7, 2, 0), 43: (9, 1, 0)}
    assert found.at({(9, 1, 0), (1, 1, 1), (7, 2, 0)}) == {(7, 2, 0): "Four.", (9, 1, 0): "A b"}


def test_what_was_read_badly_is_unclear_and_margins_are_margins() -> None:
    lines = (
        PaperLine(1, 0, "Smudge", confidence=0.4),
        PaperLine(1, 1, "Page 1 of 2", "page-number"),
        PaperLine(1, 2, "Clear"),
    )
    found = papers.numbered([Paper(1, "a.pdf", "letters", lines, 1)], 0)
    assert [(one.is_unclear, one.is_margin) for one in found.lines] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("features", "names"),
    [
        (["letters"], ["Letter"]),
        (["letters", "intake-forms", "letters"], ["Letter A", "Intake form", "Letter B"]),
        (["discharge-of-nora", "other"], ["Document A", "Document B"]),
    ],
)
def test_names_are_of_the_kind_and_hold_no_figure(features: list[str], names: list[str]) -> None:
    assert papers.names(features) == names


def test_where_risk_is_written_of_also_across_a_lines_end() -> None:
    letter = paper(7, "letters", "She wants to be", "dead, and of cutting herself.", "None.")
    found = papers.numbered([letter], 0)
    assert [one.risk for one in found.lines] == [
        ("suicide",),
        ("self-harm", "suicide"),
        (),
    ]
    told = papers.notice([letter], found, [(2, "abuse"), (404, "neglect")])
    assert told == (
        "The documents mention risk: suicide in Letter, p. 1; self-harm in Letter, p. 1; abuse in "
        "Letter, p. 1."
    )


def test_of_many_places_the_first_are_named_and_the_others_counted() -> None:
    lines = tuple(PaperLine(page, 0, "She cut herself.") for page in range(1, 10))
    letter = Paper(7, "7.pdf", "letters", lines, pages=9)
    told = papers.notice([letter], papers.numbered([letter], 0))
    assert told.endswith("Letter, p. 5, Letter, p. 6 and 3 more pages.")


def test_pages_that_were_not_read_are_named_and_silence_is_not() -> None:
    letter = paper(7, "letters", "All is well.", unread=1)
    assert papers.notice([letter], papers.numbered([letter], 0)) == (
        "1 of 2 pages of 7.pdf could not be read."
    )
    assert papers.notice([], papers.Numbered()) == ""
