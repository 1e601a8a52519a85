"""Which speaker said which word: by overlap, without flicker, changes allowed at breaths and ends of sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adapters.diarisation import SpeakerTurn
from services.adapters.diarisation.words import ends_sentence, speakers_of
from services.adapters.speech import Word


def spoken(text: str, *, start: float = 0.0, each: float = 0.25, gap: float = 0.0) -> list[Word]:
    return [
        Word(word, start + at * (each + gap), start + at * (each + gap) + each, 1.0)
        for at, word in enumerate(text.split())
    ]


def turns(*changes: tuple[int, float, float]) -> list[SpeakerTurn]:
    return [SpeakerTurn(*change) for change in changes]


def test_without_turns_all_is_the_first_speakers() -> None:
    assert speakers_of(spoken("a b c"), []) == [0, 0, 0]
    assert speakers_of([], turns((0, 0, 1))) == []


def test_each_word_is_who_speaks_during_it() -> None:
    words = spoken("How was it? It was fine. Good.", each=0.25)
    assert speakers_of(words, turns((0, 0, 0.75), (1, 0.75, 1.5), (0, 1.5, 2.0))) == [
        0, 0, 0, 1, 1, 1, 0
    ]  # fmt: skip


def test_a_boundary_that_is_off_by_a_word_moves_to_the_end_of_the_sentence() -> None:
    words = spoken("I could not sleep. And then what happened?")
    said = [0] * 4 + [1] * 4
    for off in (-0.2, -0.1, 0.0, 0.1, 0.2):
        assert speakers_of(words, turns((0, 0, 1 + off), (1, 1 + off, 2))) == said


def test_a_boundary_that_is_off_moves_to_the_breath() -> None:
    words = spoken("so I went home") + spoken("and then what", start=1.5)
    for off in (-0.65, -0.5, 0.15):
        assert (
            speakers_of(words, turns((0, 0, 1.5 + off), (1, 1.5 + off, 2.5))) == [0] * 4 + [1] * 3
        )


def test_a_single_word_does_not_flicker() -> None:
    words = spoken("I told her that it was over by then")
    found = speakers_of(words, turns((0, 0, 1.0), (1, 1.0, 1.25), (0, 1.25, 2.25)))
    assert found == [0] * 9


def test_who_cuts_in_within_a_sentence_keeps_the_words() -> None:
    """People interrupt without a breath between: four words are no flicker."""
    words = spoken("and so I never you never told her I did not")
    found = speakers_of(words, turns((0, 0, 1.0), (1, 1.0, 2.0), (0, 2.0, 2.75)))
    assert found == [0] * 4 + [1] * 4 + [0] * 3


def test_a_short_answer_between_two_sentences_stays_an_answer() -> None:
    words = [
        *spoken("Did you sleep?"),
        *spoken("No.", start=0.9),
        *spoken("Why was that?", start=1.3),
    ]
    found = speakers_of(words, turns((0, 0, 0.8), (1, 0.9, 1.15), (0, 1.3, 2.1)))
    assert found == [0, 0, 0, 1, 0, 0, 0]


def test_a_word_outside_all_turns_goes_to_the_nearest() -> None:
    said = turns((0, 1.0, 2.0), (1, 5.0, 6.0))
    for start, expected in ((0.0, 0), (2.5, 0), (4.5, 1), (7.0, 1)):
        assert speakers_of(spoken("yes", start=start), said) == [expected]


def test_a_word_without_length_is_taken() -> None:
    assert speakers_of([Word("a", 1.5, 1.5, 1.0)], turns((0, 0, 1), (1, 1, 2))) == [1]


@pytest.mark.parametrize(
    "text", ["end.", "end?", "end!", "end…", 'end."', "end.”", "(end.)", "結束。"]
)
def test_ends_of_sentences(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize("text", ["end", "end,", '"end"', "3.5", ""])
def test_no_ends_of_sentences(text: str) -> None:
    assert not ends_sentence(text)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=30),
    st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1), st.floats(0.05, 3)), max_size=10),
)
def test_every_word_gets_a_speaker_who_speaks(
    gaps: list[tuple[float, float]], changes: list[tuple[int, float, float]]
) -> None:
    words, at = [], 0.0
    for gap, length in gaps:
        words.append(Word("a", at + gap, at + gap + length, 1.0))
        at += gap + length
    said, at = [], 0.0
    for speaker, gap, length in changes:
        said.append(SpeakerTurn(speaker, at + gap, at + gap + length))
        at += gap + length
    found = speakers_of(words, said)
    assert len(found) == len(words)
    assert set(found) <= ({turn.speaker for turn in said} or {0})
