"""The quoting drafter: every word was said, each section gets what is about it, nothing is concluded."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.adapters.llm import Draft, DraftedStatement, Line, SectionRequest
from services.adapters.llm.extractive import CAPS, NAME, Extractive
from tests.services.adapters.llm.asked import SECTIONS, request


def lines(*said: tuple[str, str], risk: dict[int, str] | None = None) -> tuple[Line, ...]:
    who = {"T": "therapist", "C": "client", "O": "other"}
    return tuple(
        Line(
            n,
            who[speaker],
            "Speaker 3",
            60.0 * n,
            text,
            risk=tuple((risk or {}).get(n, "").split()),
        )
        for n, (speaker, text) in enumerate(said)
    )


def section(draft: Draft, key: str) -> tuple[DraftedStatement, ...]:
    return next(one.statements for one in draft.sections if one.key == key)


def test_sections_get_what_is_about_them() -> None:
    draft = Extractive().draft(request())
    (subjective, *_) = section(draft, "subjective")
    assert subjective.text.startswith("Client: “I feel worn out. I lost")
    assert (subjective.speaker, subjective.evidence) == ("client", (1,))
    (plan, *_) = section(draft, "plan")
    assert plan.evidence == (7,)
    done = [one.text for one in section(draft, "interventions")]
    assert "Therapist: “Let us do the slow breathing together for two minutes now.”" in done
    assert (draft.drafter, draft.quotes_only) == (NAME, True)


def test_risk_is_quoted_with_its_question_only_where_it_was_found() -> None:
    """A bare "No." means nothing without what was asked; cues such as "plan" are not risk by themselves."""
    assert section(Extractive().draft(request()), "risk") == ()
    said = request().lines
    asked = [*said[:2], Line(2, "therapist", "", 12.0, said[2].text, risk=("suicide",)), *said[3:]]
    question, answer = section(Extractive().draft(request(lines=tuple(asked))), "risk")
    assert question.text == "Therapist: “Did you have any thoughts of hurting yourself?”"
    assert answer.text == (
        "The therapist asked “Did you have any thoughts of hurting yourself?” The client answered “No.”"
    )
    assert answer.evidence == (2, 3)


def test_a_section_about_one_risk_gets_that_risk() -> None:
    sections = tuple(
        SectionRequest(key, key, "", "", None, ("nothing",), True) for key in ("suicide", "means")
    )
    said = lines(
        ("C", "I saved up the tablets in the drawer."),
        ("T", "Tell me more about the tablets."),
        ("C", "I do not want to be here any more."),
        ("T", "Since when do you feel like that?"),
        ("C", "I would take them all and not wake up."),
        risk={0: "means", 2: "suicide", 4: "means suicide"},
    )
    draft = Extractive().draft(request(sections=sections, lines=said))
    assert [one.evidence for one in section(draft, "means")] == [(0,), (3, 4)]
    assert [one.evidence for one in section(draft, "suicide")] == [(2,), (3, 4)]


def test_all_of_many_mentions_of_risk_are_quoted() -> None:
    said = lines(
        *((("C", f"On day {n} I thought about place {n} and the river.")) for n in range(20)),
        risk=dict.fromkeys(range(20), "suicide"),
    )
    found = section(Extractive().draft(request(lines=said)), "risk")
    assert {ident for one in found for ident in one.evidence} == set(range(20))


@pytest.mark.parametrize("length", CAPS)
def test_how_much_is_quoted_follows_the_style(length: str) -> None:
    said = [("C", f"I told my {who} a long story about the journey to {where}.") for who, where in (
        ("sister", "Oslo"), ("brother", "Lima"), ("neighbour", "Cairo"), ("teacher", "Perth"), ("doctor", "Quito"),
        ("manager", "Turin"), ("cousin", "Delhi"), ("aunt", "Accra"), ("friend", "Minsk"), ("uncle", "Seoul"),
    )]  # fmt: skip
    gaps = [("T", "That is quite a journey to make in one week of the year.")] * len(said)
    both = [one for pair in zip(said, gaps, strict=True) for one in pair]
    draft = Extractive().draft(request(lines=lines(*both), style={"length": length}))
    assert len(section(draft, "subjective")) == CAPS[length]


def test_nothing_about_a_plan_is_no_plan() -> None:
    said = lines(("C", "I went to the sea with my sister and it was cold there."))
    draft = Extractive().draft(request(lines=said))
    assert section(draft, "plan") == ()
    assert len(section(draft, "subjective")) == 1


def test_what_was_not_heard_well_says_so_and_comes_last() -> None:
    clear = ("C", "I feel tired of the long evenings in the house.")
    said = lines(
        clear, ("T", "Go on."), ("C", "I feel like the sertraline makes me sick of the house.")
    )
    said = (*said[:2], Line(2, "client", "", 751.0, said[2].text, is_unclear=True))
    found = section(Extractive().draft(request(lines=said)), "subjective")
    assert found[0].text.startswith("Client: “")
    assert found[1].text.startswith("Client, unclear (12:31): “I feel like the sertraline")


def test_who_nobody_knows_is_called_as_in_the_transcript() -> None:
    said = lines(("O", "I came along because my brother asked me to be here today."))
    (one,) = section(Extractive().draft(request(lines=said)), "subjective")
    assert one.text.startswith("Speaker 3: “I came along")


@pytest.mark.parametrize(
    "texts",
    [
        ("Ich schlafe seit Wochen schlecht und wache immer um vier Uhr auf.", "Die Arbeit ist mir zu viel geworden."),
        ("我最近几个星期都睡得不好，总是凌晨四点醒来。", "工作的压力太大了，我不知道怎么办。"),
        ("لم أنم جيدا منذ أسابيع وأستيقظ في الرابعة كل يوم.", "العمل كثير جدا ولا أعرف ماذا أفعل."),
    ],
    ids=["de", "zh", "ar"],
)  # fmt: skip
def test_other_languages_are_quoted_too(texts: tuple[str, ...]) -> None:
    said = lines(*(("C", text) for text in texts * 2))
    draft = Extractive().draft(request(lines=said, language="de"))
    assert any(text in one.text for one in section(draft, "subjective") for text in texts)
    without = tuple(one for one in SECTIONS if one.key != "subjective")
    draft = Extractive().draft(request(lines=said, language="de", sections=without))
    assert draft.sections[0].statements  # the first section that there is


def test_no_sections_no_words_no_failure() -> None:
    assert Extractive().draft(request(sections=())).sections == ()
    for text in ("", "Yes.", "and then it was", "...", "-"):
        Extractive().draft(request(lines=lines(("C", text))))


sentences = st.lists(
    st.tuples(
        st.sampled_from("TCO"),
        st.text(st.characters(categories=["L", "Zs", "Po"], max_codepoint=0x17F), max_size=80),
    ),
    max_size=16,
)


@settings(deadline=None, max_examples=60)
@given(sentences)
def test_every_quotation_was_said_in_its_lines_in_order(said: list[tuple[str, str]]) -> None:
    spoken = lines(*((who, " ".join(text.split())) for who, text in said))
    texts = {line.id: line.text for line in spoken}
    for each in Extractive().draft(request(lines=spoken)).sections:
        starts = [one.evidence[-1] for one in each.statements]
        assert starts == sorted(starts)
        for one in each.statements:
            assert one.quote
            assert one.quote in " ".join(texts[ident] for ident in one.evidence)
            assert re.match(
                r"(?:Client|Therapist|Speaker 3): “|(?:The \w+|Speaker 3) asked “", one.text
            )
