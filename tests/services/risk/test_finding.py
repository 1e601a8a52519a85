"""Mentions of risk, negated ones, and whether the therapist asked."""

import time

import pytest

from services import risk
from services.risk.phrases import CATEGORIES, phrases
from tests.services.risk.listed import lines

SPEAKERS = [
    {"key": "S1", "name": "Speaker 1", "role": "therapist"},
    {"key": "S2", "name": "Speaker 2", "role": "client"},
]
UNNAMED = [{"key": "S1", "name": "Speaker 1"}, {"key": "S2", "name": "Speaker 2"}]


def said(*talk: tuple[str, str]) -> list[dict[str, object]]:
    return [
        {"id": at, "speaker": who, "start": 10.0 * at, "text": text, "words": []}
        for at, (who, text) in enumerate(talk, 1)
    ]


@pytest.mark.parametrize("line", lines("tuning"))
def test_phrases_that_the_lexicon_was_made_for_are_found(line: str) -> None:
    category, phrase = line.split(" | ", 1)
    assert category in risk.categories(phrase)


def test_families_of_indirect_talk_are_found() -> None:
    missed = [one for one in lines("families") if not risk.categories(one.split(" | ", 1)[1])]
    assert len(missed) <= 2  # of 123


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_mentioned_with_its_place_and_words(category: str) -> None:
    phrase = next(one.split(" | ")[1] for one in lines("tuning") if one.startswith(category))
    mentions, _ = risk.find(said(("S1", "Hello."), ("S2", f"It rained. {phrase}")), SPEAKERS)
    [mention] = [one for one in mentions if one.category == category]
    assert (mention.utterance, mention.by) == (2, "client")
    assert mention.words in phrase
    assert "rained" not in mention.words


def test_most_everyday_sentences_are_left_alone() -> None:
    shown = [one for one in lines("everyday") if risk.categories(one)]
    assert len(shown) <= 6  # of 54, most of them near the lexicon's words on purpose
    shown = [one for one in lines("narrowed") if risk.categories(one)]
    assert len(shown) <= 10  # of 155


def test_a_negated_mention_is_shown_as_negated() -> None:
    mentions, _ = risk.find(said(("S2", "I am not suicidal, but I hate it here.")), SPEAKERS)
    assert [one.is_negated for one in mentions if one.category == "suicide"] == [True]
    mentions, _ = risk.find(said(("S2", "I don't want to live like this.")), SPEAKERS)
    assert [one.is_negated for one in mentions if one.category == "suicide"] == [False]


def test_the_therapists_question_is_recorded_apart_with_its_answer() -> None:
    talk = said(
        ("S1", "Have you had any thoughts of suicide?"), ("S2", "No."), ("S1", "Thank you.")
    )
    mentions, questions = risk.find(talk, SPEAKERS)
    assert mentions == ()
    assert [(one.category, one.utterance, one.answer) for one in questions] == [("suicide", 1, 2)]


@pytest.mark.parametrize("answer", ["Sometimes, yes.", "I've thought about it.", "Hm.", "Yes."])
def test_an_answer_that_is_no_plain_no_is_a_mention(answer: str) -> None:
    talk = said(("S1", "Do you ever think about killing yourself?"), ("S2", answer))
    mentions, questions = risk.find(talk, SPEAKERS)
    assert [(one.utterance, one.words, one.by) for one in mentions] == [(2, answer, "client")]
    assert questions[0].answer == 2


@pytest.mark.parametrize(
    "answer",
    [
        "No.",
        "Um, no, never.",
        "No, no. Definitely not.",
        "Oh God, no.",
        "No, I haven’t.",
        "Not at all, I don't.",
        "I'm not.",
        "No, nothing like that.",
        "None.",
    ],
)
def test_a_plain_no_is_no_mention(answer: str) -> None:
    talk = said(("S1", "Do you ever think about killing yourself?"), ("S2", answer))
    assert risk.find(talk, SPEAKERS)[0] == ()


@pytest.mark.parametrize(
    ("answer", "is_negated"),
    [
        ("Not anymore.", False),
        ("Not really.", False),
        ("No. Well, sometimes.", False),
        ("No, not since Tuesday.", False),
        ("No one would miss me.", False),
        ("Um.", False),
        ("Well...", False),
        ("I don't want to live.", False),
        ("No. I don't want to live.", False),
        ("No, my children need me.", True),
    ],
)
def test_a_no_that_is_not_plain_is_a_mention(answer: str, is_negated: bool) -> None:
    talk = said(("S1", "Do you ever think about killing yourself?"), ("S2", answer))
    mentions, _ = risk.find(talk, SPEAKERS)
    assert [(one.words, one.is_negated) for one in mentions] == [(answer, is_negated)]


@pytest.mark.parametrize("speakers", [SPEAKERS, UNNAMED])
def test_what_follows_a_no_belongs_to_the_answer(speakers: list[dict[str, str]]) -> None:
    talk = said(
        ("S1", "Do you ever think about suicide?"),
        ("S2", "No."),
        ("S2", "Well, sometimes at night."),
        ("S1", "And in the daytime?"),
        ("S2", "Yes."),
    )
    mentions, questions = risk.find(talk, speakers)
    assert [(one.utterance, one.is_negated) for one in mentions] == [(3, False)]
    assert questions[0].answer == 2


def test_one_place_of_a_long_answer_is_enough() -> None:
    talk = said(
        ("S1", "Have you thought of suicide?"), ("S2", "Yes."), ("S2", "My sister came by.")
    )
    assert [one.utterance for one in risk.find(talk, SPEAKERS)[0]] == [2]


def test_a_long_row_of_noes_is_read_in_no_time() -> None:
    talk = said(("S1", "Have you thought of suicide?"), ("S2", "no   " * 4000 + "maybe"))
    began = time.process_time()
    assert [one.utterance for one in risk.find(talk, SPEAKERS)[0]] == [2]
    assert time.process_time() - began < 1


def test_a_question_without_a_question_mark_and_without_an_answer() -> None:
    talk = said(("S1", "and have you ever hurt yourself"))
    mentions, questions = risk.find(talk, SPEAKERS)
    assert mentions == ()
    assert [one.answer for one in questions if one.category == "self-harm"] == [None]


def test_what_the_therapist_states_is_a_mention() -> None:
    mentions, questions = risk.find(said(("S1", "Last week you said you wanted to die.")), SPEAKERS)
    assert [one.by for one in mentions] == ["therapist"]
    assert questions == ()


def test_without_roles_nothing_is_lost() -> None:
    talk = said(("S1", "Have you thought of suicide?"), ("S2", "I cut myself on Sunday."))
    mentions, questions = risk.find(talk, UNNAMED)
    assert {(one.category, one.by) for one in mentions} >= {("self-harm", "unknown")}
    assert [one.utterance for one in questions] == [1]


def test_the_place_is_that_of_the_word() -> None:
    words = [["I", 20.0, 20.2, 1], [" feel", 20.3, 20.5, 1], [" suicidal.", 21.5, 22.0, 1]]
    told = [{"id": 4, "speaker": "S2", "start": 20.0, "text": "I feel suicidal.", "words": words}]
    assert risk.find(told, SPEAKERS)[0][0].at == 21.5


@pytest.mark.parametrize(
    "spelling",
    ["I DONT WANT TO LIVE", "I don’t want to live", "I don't, um, want to live", "sewer side"],
)
def test_case_apostrophes_and_misspellings(spelling: str) -> None:
    assert "suicide" in risk.categories(spelling)


@pytest.mark.parametrize("text", ["", " ", "?!", "🙂", "İstanbul", "ß"])
def test_odd_texts(text: str) -> None:
    assert risk.find(said(("S2", text), ("S1", text)), SPEAKERS) == ((), ())


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert "suicide" not in risk.categories("I left the rope. Round and round it went.")


def test_every_phrase_can_be_read() -> None:
    assert {one.category for one in phrases()} == set(CATEGORIES)
    assert all(one.keys for one in phrases())


def test_a_talk_four_times_as_long_takes_no_more_than_its_share() -> None:
    everyday = lines("everyday")
    talk = said(*[("S1" if at % 2 else "S2", everyday[at % len(everyday)]) for at in range(1500)])
    risk.find(talk[:10], SPEAKERS)  # the lexicon is read once a process

    def fastest(of: list[dict[str, object]]) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            risk.find(of, SPEAKERS)
            times.append(time.process_time() - began)
        return min(times)

    assert fastest(talk) < 8 * fastest(talk[: len(talk) // 4])
