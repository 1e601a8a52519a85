"""Statements and what they come from: each quotation tied to the lines it stands in."""

from dataclasses import replace

from services.adapters.llm import Draft, DraftedSection, DraftedStatement
from services.drafting import assembling
from services.notes.content import Evidence, RiskMention, Statement
from tests.services.adapters.llm.asked import request


def statement(text: str, *lines: int, quote: str | None = None) -> Statement:
    drafted = DraftedStatement(text, "client", lines, quote)
    draft = Draft((DraftedSection("plan", (drafted,)),), "m", quotes_only=False)
    return assembling.sections(draft, request())[3].statements[0]


def test_a_quotation_is_tied_to_its_line_and_the_rest_of_the_evidence_stays() -> None:
    made = statement("Breathing was agreed: “before I go to bed”.", 7, 6, 7)
    assert made.evidence == (Evidence((7,), "before I go to bed"), Evidence((6,)))


def test_straight_quotation_marks_are_quotation_marks() -> None:
    assert statement('The client said "after the news".', 6, 7).evidence == (
        Evidence((7,), "after the news"),
        Evidence((6,)),
    )


def test_case_and_punctuation_make_no_other_quotation() -> None:
    assert statement("“yes I will do it, after the news”", 6, 7).evidence[0].utterances == (7,)


def test_a_quotation_over_two_lines_has_both() -> None:
    made = statement("“until next week as homework? Yes, I will do it”", 5, 6, 7)
    assert made.evidence == (
        Evidence((6, 7), "until next week as homework? Yes, I will do it"),
        Evidence((5,)),
    )


def test_two_quotations_are_two_pieces() -> None:
    made = statement("Asked “every evening”, the client said “after the news”.", 6, 7)
    assert made.evidence == (Evidence((6,), "every evening"), Evidence((7,), "after the news"))


def test_a_quotation_that_stands_nowhere_keeps_all_lines_for_the_grounding() -> None:
    made = statement("“I never sleep”", 6, 7)
    assert made.evidence == (Evidence((6, 7), "I never sleep"),)


def test_a_quotation_given_beside_the_text_counts_once() -> None:
    made = statement("The client agreed.", 7, quote="“I will do it”")
    assert made.evidence == (Evidence((7,), "I will do it"),)
    made = statement("The client said “I will do it after the news”.", 7, quote="I will do it")
    assert made.evidence == (Evidence((7,), "I will do it after the news"),)


def test_a_statement_that_is_given_again_as_its_quotation_quotes_nobody() -> None:
    for repeated in ("The client feels ready to stop.", "feels ready to stop"):
        made = statement("The client feels ready to stop.", 6, 7, quote=repeated)
        assert made.evidence == (Evidence((6, 7)),)
    said = statement("Yes, I will do it after the news.", 7, quote="I will do it")
    assert said.evidence == (Evidence((7,), "I will do it"),)
    for invented in ("I am so ready", "The client feel"):
        made = statement("The client feels ready to stop.", 6, 7, quote=invented)
        assert made.evidence == (Evidence((6, 7), invented),)


def test_what_rests_on_unclear_lines_says_so() -> None:
    asked = request()
    lines = tuple(replace(line, is_unclear=line.id in (5, 7)) for line in asked.lines)
    made = [
        DraftedStatement("The client named a medicine.", "client", (7, 5)),
        DraftedStatement("The client named something unclear (0:30).", "client", (5,)),
        DraftedStatement("The client agreed.", "client", (6, 7)),
    ]
    draft = Draft((DraftedSection("plan", tuple(made)),), "m", quotes_only=False)
    plan = assembling.sections(draft, replace(asked, lines=lines))[3]
    assert [one.text for one in plan.statements] == [
        "The client named a medicine. Unclear (0:30).",
        "The client named something unclear (0:30).",
        "The client agreed.",
    ]


def test_without_a_quotation_the_lines_are_the_evidence() -> None:
    assert statement("The client agreed.", 7, 6).evidence == (Evidence((6, 7)),)


def test_what_nobody_spoke_about_is_not_assessed() -> None:
    draft = Draft(
        (DraftedSection("plan", ()), DraftedSection("unknown", ())), "m", quotes_only=False
    )
    made = assembling.sections(draft, request())
    assert [one.key for one in made] == ["subjective", "risk", "interventions", "plan"]
    assert not any(one.is_assessed for one in made)


def test_no_two_drafts_share_an_id() -> None:
    ids = {statement("The client agreed.", 7).id for _ in range(5)}
    assert len(ids) == 5


def test_mentions_that_the_drafter_saw_join_those_that_were_found() -> None:
    found = (RiskMention("suicide", 2, 12.0, "hurting yourself", by="therapist"),)
    risk = ((2, "suicide"), (1, "means"), (404, "abuse"))
    made = assembling.mentions(Draft((), "m", quotes_only=False, risk=risk), request(), found)
    assert [(one.utterance, one.category, one.by) for one in made] == [
        (1, "means", "client"), (2, "suicide", "therapist"),
    ]  # fmt: skip
    assert made[0].words == request().lines[1].text
