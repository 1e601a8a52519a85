"""Identifiers stay here: what leaves, what comes back, and what is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.adapters.llm import Draft, DraftedSection, DraftedStatement
from services.drafting.placeholders import PLACEHOLDER, Placeholders
from tests.services.adapters.llm.asked import request

NAMES = ["Siobhan Li-Okafor", "Will Rose", "Speaker 1", "Therapist"]


@pytest.mark.parametrize(
    "text",
    [
        "Siobhan", "siobhan", "SIOBHAN’S", "Li-Okafor", "siobhan li-okafor",
        "nora.l@mail.example.org", "nora at gmail dot com", "www.my-diary.example/nora",
        "07700 900123", "+44 (0)20 7946 0958", "555-0134-77", "oh seven seven double oh nine one",
        "QQ123456C", "1234567890", "12/03/1984", "1984-03-12", "the 3rd of March 1984", "March 3, 1984",
        "14 Harbour View Road", "221b Baker Street", "SW1A 1AA", "555 0134", "555-0134",
    ],
)  # fmt: skip
def test_what_does_not_leave(text: str) -> None:
    hidden = Placeholders(NAMES).hide(f"I told {text} about it, yes.")
    bare = text.removeprefix("the ").removesuffix("’S")
    assert bare.casefold() not in hidden.casefold()
    assert PLACEHOLDER.search(hidden)


@pytest.mark.parametrize(
    "text",
    [
        "I will see you next Tuesday at ten, in two weeks, on the 3rd of March.",
        "I took fifty milligrams, then 100, and slept 7 hours and 30 minutes out of 24.",
        "The rose in the garden, and what the therapist said about speaker 1.",
        "A seven, no, an eight out of ten; one two three breaths.",
        "In 1998 we moved, and in the summer of 2004 he left.",
        "mm-hmm, today, this month, Respect",
        "I took 20 milligrams on the way, I have 5 or 6 close friends, and 3 of us drive.",
    ],
)
def test_what_carries_the_clinical_content_stays(text: str) -> None:
    assert Placeholders(NAMES).hide(text) == text


def test_a_name_that_is_a_word_is_a_name_where_it_is_written_as_one() -> None:
    hidden = Placeholders(NAMES).hide("Will said he will bring Rose a rose.")
    assert hidden == "[NAME_1] said he will bring [NAME_2] a rose."


def test_one_placeholder_for_each_spelling_the_same_each_time() -> None:
    placeholders = Placeholders(NAMES)
    assert placeholders.hide("Siobhan, siobhan, Siobhan") == "[NAME_1], [NAME_2], [NAME_1]"
    assert placeholders.hide("Siobhan Li-Okafor") == "[NAME_3]"
    assert placeholders.restore("[NAME_2] and [name_1], NAME_3") == (
        "siobhan and Siobhan, Siobhan Li-Okafor"
    )


def test_a_placeholder_that_was_never_given_stays() -> None:
    assert Placeholders(NAMES).restore("[NAME_7] and number_1") == "[NAME_7] and number_1"


def test_everything_that_leaves_is_gone_over() -> None:
    asked = request(
        title="Note for Siobhan",
        purpose="Siobhan asked for it.",
        rules=("Call Siobhan by her name.",),
        goals=("Siobhan sleeps.",),
    )
    named = [
        type(line)(**{**vars(line), "text": f"{line.text} Siobhan.", "name": "Siobhan"})
        for line in asked.lines
    ]
    sections = [type(one)(**{**vars(one), "belongs": "Of Siobhan."}) for one in asked.sections]
    asked = type(asked)(**{**vars(asked), "lines": tuple(named), "sections": tuple(sections)})
    assert "iobhan" in repr(asked)
    assert "iobhan" not in repr(Placeholders(NAMES).out(asked))


def test_what_comes_back_reads_as_it_was_said() -> None:
    placeholders = Placeholders(NAMES)
    hidden = placeholders.hide("siobhan rang 07700 900123")
    made = DraftedStatement(f"The client said “{hidden}”.", "client", (1,), hidden)
    draft = placeholders.back(Draft((DraftedSection("plan", (made,)),), "m", quotes_only=False))
    (statement,) = draft.sections[0].statements
    assert statement.quote == "siobhan rang 07700 900123"
    assert statement.text == "The client said “siobhan rang 07700 900123”."


words = st.sampled_from(
    ["Siobhan", "siobhan", "Rose", "rose", "will", "Will", "07700", "900123", "on", "12/03/1984", "14", "Road", "high",
     "n@x.org", "Li-Okafor", "one", "double", "oh", "seven", "the", "March", "2004"]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(words, max_size=14))
def test_out_and_back_is_the_same_to_the_letter(said: list[str]) -> None:
    placeholders = Placeholders(NAMES)
    text = " ".join(said)
    hidden = placeholders.hide(text)
    assert placeholders.restore(hidden) == text
    assert placeholders.hide(text) == hidden


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Re: LONG, MARK, in a mark of respect", "Re: [NAME_1], [NAME_2], in a mark of respect"),
        ("Jose\u0301 Garci\u0301a, Jose Garcia and GARCÍA", "[NAME_1], [NAME_2] and [NAME_3]"),
        ("患者田中太郎さんは眠れない", "患者[NAME_1]さんは眠れない"),
        ("電話090-1234-5678へ、1980年5月3日生", "電話[PHONE_1]へ、[DATE_1]生"),
        ("生年月日1980/5/3です", "生年月日[DATE_1]です"),
    ],
)
def test_names_and_numbers_as_documents_have_them(text: str, left: str) -> None:
    placeholders = Placeholders(["Mark Long", "José García", "田中太郎"])
    hidden = placeholders.hide(text)
    assert hidden == left
    assert placeholders.restore(hidden) == text
