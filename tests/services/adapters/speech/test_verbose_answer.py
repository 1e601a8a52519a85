"""`verbose_json` as different servers fill it: words spelled as the text has them, times in order, none lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.adapters.speech.verbose_answer import (
    Answer,
    AnsweredWord,
    TimesMissing,
    segments_of,
    spelled,
)


def timed(*words: str) -> list[AnsweredWord]:
    return [AnsweredWord(word=word, start=at, end=at + 1) for at, word in enumerate(words)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["Hello", "forty", "five", "she", "said"], "“Hello, forty-five,” she said.",
         ["“Hello,", "forty-five,”", "she", "said."]),
        ([" Hello,", " you."], " Hello, you.", ["Hello,", "you."]),
        (["It", "cost", "forty", "dollars", "today"], "It cost $40 today.",
         ["It", "cost", "forty", "dollars", "today."]),
        (["3", "5", "mg"], "3.5 mg", ["3.5", "mg"]),
        (["wait", "what"], "wait — what?!", ["wait", "what?!"]),
        (["你好", "世界"], "你好，世界。", ["你好，", "世界。"]),
        (["a", "b"], "", ["a", "b"]),
        (["", "x", " "], "x", ["x"]),
        (["no", "no", "no"], "No. no, no", ["no,", "no", "no"]),
    ],
)  # fmt: skip
def test_words_are_spelled_as_in_the_text(words: list[str], text: str, expected: list[str]) -> None:
    assert [word.word for word in spelled(timed(*words), text)] == expected


def test_parts_that_are_written_as_one_last_from_the_first_to_the_last() -> None:
    (word,) = spelled(timed("twenty", "one"), "twenty-one")
    assert (word.start, word.end) == (0, 2)


@given(
    st.lists(st.text("ab'é ", min_size=1, max_size=4), max_size=8),
    st.text("ab'é .,-“\n", max_size=30),
)
def test_no_letter_is_lost_or_added(words: list[str], text: str) -> None:
    found = spelled(timed(*words), text)
    letters = re.sub(r"\W", "", "".join(word.word for word in found))
    assert letters == re.sub(r"\W", "", "".join(words))
    assert all(word.word.strip() == word.word != "" for word in found)


def test_a_server_that_times_only_segments() -> None:
    answer = Answer.model_validate(
        {"text": "I see. Go on", "segments": [
            {"start": 1.0, "end": 2.0, "text": " I see."}, {"start": 2.0, "end": 3.0, "text": " Go on"}
        ]}
    )  # fmt: skip
    words = [word for segment in segments_of(answer, 3.0) for word in segment.words]
    assert [(word.text, round(word.start, 2), round(word.end, 2)) for word in words] == [
        ("I", 1.0, 1.2), ("see.", 1.2, 2.0), ("Go", 2.0, 2.5), ("on", 2.5, 3.0)
    ]  # fmt: skip
    assert {word.probability for word in words} == {1.0}  # nothing is known: nothing is marked


def test_a_server_that_puts_words_into_segments() -> None:
    words = [{"word": " I", "start": 1.0, "end": 1.2, "probability": 0.7}]
    segment = {"start": 1.0, "end": 2.0, "text": " I", "words": words}
    (spoken,) = segments_of(Answer.model_validate({"text": "I", "segments": [segment]}), 3.0)
    assert [(word.text, word.probability) for word in spoken.words] == [("I", 0.7)]


def test_times_are_put_in_order_and_inside() -> None:
    words = [
        {"word": "b", "start": 2.0, "end": 9.0},
        {"word": "a", "start": -1.0, "end": 0.5},
        {"word": "c", "start": 8.0, "end": 2.0},
    ]
    (spoken,) = segments_of(Answer.model_validate({"text": "a b c", "words": words}), 3.0)
    assert [(word.text, word.start, word.end) for word in spoken.words] == [
        ("a", 0.0, 0.5),
        ("b", 2.0, 3.0),
        ("c", 3.0, 3.0),
    ]


def test_each_word_is_judged_with_its_own_segment() -> None:
    words = [
        {"word": w, "start": s, "end": s + 0.5} for w, s in (("a", 0.0), ("b", 1.1), ("c", 4.0))
    ]
    segments = [
        {"start": s, "end": s + 1, "text": t, "no_speech_prob": p}
        for s, t, p in ((0.0, "a", 0.1), (1.0, "b", 0.2), (2.0, "", 0.3))
    ]
    answer = Answer.model_validate({"text": "a b c", "words": words, "segments": segments})
    found = segments_of(answer, 5.0)
    assert [(s.no_speech, [w.text for w in s.words]) for s in found] == [
        (0.1, ["a"]), (0.2, ["b"]), (0.3, ["c"])
    ]  # fmt: skip


def test_no_text_is_an_answer() -> None:
    (spoken,) = segments_of(Answer(text=" "), 3.0)
    assert spoken.words == ()


def test_text_without_times_is_none() -> None:
    with pytest.raises(TimesMissing):
        segments_of(Answer(text="a"), 3.0)


def test_compression_is_worked_out_where_it_is_not_given() -> None:
    text = "and then and then " * 20
    segment = {"start": 0.0, "end": 9.0, "text": text}
    (spoken,) = segments_of(Answer.model_validate({"text": text, "segments": [segment]}), 9.0)
    assert spoken.compression > 2.4
