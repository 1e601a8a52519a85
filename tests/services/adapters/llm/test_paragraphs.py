"""A document's lines as passages: paragraphs put together again, a form's answers beside their questions."""

from services.adapters.llm import Line
from services.adapters.llm.extractive import Extractive
from services.adapters.llm.paragraphs import passages
from tests.services.adapters.llm.asked import request

LETTER = (
    "Linden Street Practice",
    "Dear Ms Weber,",
    "Thank you for seeing Ms Feldt, who has been troubled by low",
    "mood and poor sleep since last autumn. She wakes at four and",
    "finds the evenings alone hardest.",
    "Her homework until next week is a sleep diary.",
)
FORM = (
    "Reason for coming:",
    "I cannot sleep.",
    "Have you ever thought of ending your life?",
    "Yes, two years ago, not since.",
    "Family history:",
)


def written(*texts: str, first: int = 100, page: int = 1, name: str = "Letter") -> list[Line]:
    return [Line(first + at, "other", name, 0.0, text, page=page) for at, text in enumerate(texts)]


def test_a_paragraph_is_put_together_and_cut_at_its_sentences() -> None:
    found = passages(written(*LETTER))
    assert [(one.text, one.ids) for one in found] == [
        (LETTER[0], (100,)),
        (LETTER[1], (101,)),
        (
            "Thank you for seeing Ms Feldt, who has been troubled by low mood and poor sleep since last "
            "autumn.",
            (102, 103),
        ),
        ("She wakes at four and finds the evenings alone hardest.", (103, 104)),
        (LETTER[5], (105,)),
    ]
    assert [one.turn for one in found] == [0, 1, 2, 2, 3]
    assert {(one.page, one.name) for one in found} == {(1, "Letter")}


def test_a_forms_answer_stands_with_its_question() -> None:
    assert [one.text for one in passages(written(*FORM))] == [
        "Reason for coming: I cannot sleep.",
        "Have you ever thought of ending your life? Yes, two years ago, not since.",
        "Family history:",
    ]


def test_no_paragraph_runs_over_a_pages_end_or_into_another_document() -> None:
    one = written("and so it went on and on", page=1)
    two = written("until the next page came", first=200, page=2)
    other = written("and another letter began", first=300, page=2, name="Report")
    assert [len(each.ids) for each in passages([*one, *two, *other])] == [1, 1, 1]


def test_margins_are_left_out() -> None:
    margin = Line(9, "other", "Letter", 0.0, "Page 1 of 2", page=1, is_margin=True)
    assert passages([margin]) == []


def test_documents_are_quoted_beside_the_session_and_take_nothing_from_it() -> None:
    asked = request()
    form = written("Homework:", "next week every evening", *FORM, name="Intake form")
    alone = Extractive().draft(asked)
    both = Extractive().draft(
        request(lines=(*asked.lines, *written(*LETTER), *form)),
    )
    quoted = {one.key: [each.text for each in one.statements] for one in both.sections}
    for section in alone.sections:
        had = [one.text for one in section.statements]
        assert quoted[section.key][: len(had)] == had
    assert f"Letter: “{LETTER[5]}”" in quoted["plan"]
    assert "Family history" not in repr(quoted)
    for section in both.sections:
        for one in section.statements:
            if one.text.startswith(("Letter", "Intake")):
                assert one.speaker is None
                assert min(one.evidence) >= 100


def test_badly_read_lines_are_said_to_be_unclear() -> None:
    line = Line(100, "other", "Letter", 0.0, "Her homework was set last week.", True, page=1)
    draft = Extractive().draft(request(lines=(line,)))
    assert [one.text for section in draft.sections for one in section.statements] == [
        "Letter, unclear: “Her homework was set last week.”"
    ]
