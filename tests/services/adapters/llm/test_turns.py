"""Passages: turns joined across back-channels, answers with their questions, sentences cut without losing a word."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.adapters.llm import Line
from services.adapters.llm.turns import MOST_WORDS, passages


def lines(*said: tuple[str, str]) -> list[Line]:
    who = {"T": "therapist", "C": "client"}
    return [
        Line(number, who[speaker], speaker, 5.0 * number, text)
        for number, (speaker, text) in enumerate(said)
    ]


def test_a_turn_goes_on_across_a_back_channel() -> None:
    (one,) = passages(
        lines(("C", "I went to the sea and"), ("T", "Mm-hmm."), ("C", "it was cold all day."))
    )
    assert (one.ids, one.text) == ((0, 2), "I went to the sea and it was cold all day.")


def test_a_finished_sentence_is_not_joined_across_the_other() -> None:
    found = passages(
        lines(("C", "I went to the sea with my sister."), ("T", "Okay."), ("C", "Work was awful."))
    )
    assert [one.ids for one in found] == [(0,), (2,)]


def test_lines_of_one_speaker_in_a_row_are_a_turn() -> None:
    (one,) = passages(lines(("C", "I went to the sea."), ("C", "It was cold.")))
    assert one.ids == (0, 1)


def test_a_bare_answer_stays_with_its_question() -> None:
    asked, answer = passages(lines(("T", "Did you sleep?"), ("C", "No."), ("T", "Okay.")))
    assert (asked.text, answer.text, answer.question) == ("Did you sleep?", "No.", asked)


def test_a_client_who_asks_makes_no_answer() -> None:
    found = passages(lines(("C", "It just goes on and on, you know?"), ("T", "Mm-hmm.")))
    assert [one.question for one in found] == [None, None]


def test_a_back_channel_about_risk_is_kept() -> None:
    said = Line(0, "client", "C", 0.0, "Yeah.", risk=("suicide",))
    assert [one.ids for one in passages([said])] == [(0,)]


def test_hesitations_at_the_ends_are_left_out_and_the_words_stay_as_they_are() -> None:
    (one,) = passages(lines(("C", "Um, uh, I mean, the tram was, um, late again and, you know.")))
    assert one.text == "the tram was, um, late again and"
    (all_of_it,) = passages(lines(("C", "Um, you know")))
    assert all_of_it.text == "Um, you know"


def test_long_speech_without_full_stops_is_cut_where_a_breath_may_be_taken() -> None:
    said = " and ".join(f"then we went to place number {n} together" for n in range(30))
    found = passages(lines(("C", said)))
    assert len(found) > 3
    assert all(len(one.text.split()) <= MOST_WORDS for one in found)


WORDS = st.lists(
    st.sampled_from("I went, home? and. so Um, -- the “tram” cried!".split()), max_size=80
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("TC"), WORDS), max_size=8))
def test_every_passage_is_word_for_word_what_its_lines_say(
    said: list[tuple[str, list[str]]],
) -> None:
    spoken = lines(*((who, " ".join(words)) for who, words in said))
    texts = {line.id: line.text for line in spoken}
    for one in passages(spoken):
        assert one.text in " ".join(texts[ident] for ident in one.ids)
        assert {line.speaker for line in spoken if line.id in one.ids} == {one.speaker}


@settings(deadline=None, max_examples=60)
@given(WORDS)
def test_no_word_of_a_turn_is_lost(words: list[str]) -> None:
    said = " ".join(words)
    found = passages(lines(("C", said)))
    kept = re.findall(r"\w+", " ".join(one.text for one in found))
    missing = re.findall(r"\w+", said)
    for word in kept:
        missing.remove(word)
    assert set(missing) <= {"Um"}
