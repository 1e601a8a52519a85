"""A transcript written as one string, back into utterances: words keep their times, utterances their ids."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services import corrections
from services.contract.rewriting import rewritten

SPEAKERS = [{"key": "S1", "name": "Hall"}, {"key": "S2", "name": "Nora"}]


def utterance(ident: int, speaker: str, start: float, text: str) -> dict[str, Any]:
    words = [[w, start + n * 0.5, start + n * 0.5 + 0.4, 0.9] for n, w in enumerate(text.split())]
    return {
        "id": ident,
        "speaker": speaker,
        "start": start,
        "end": words[-1][2],
        "text": text,
        "words": words,
    }


SAID = [
    utterance(0, "S1", 0.0, "How was the week?"),
    utterance(1, "S2", 3.0, "The tram was late again."),
    utterance(2, "S2", 6.0, "I slept better."),
    utterance(3, "S1", 9.0, "What helped you?"),
]
TEXT = corrections.as_text(SAID, SPEAKERS)


def again(text: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return rewritten(text, SAID, SPEAKERS, 12.0)


def test_the_same_text_changes_nothing() -> None:
    assert again(TEXT) == (SAID, SPEAKERS)
    assert again("  " + TEXT.replace(" ", "  ")) == (SAID, SPEAKERS)


def test_a_changed_word_stays_in_its_place() -> None:
    made, _ = again(TEXT.replace("tram", "train"))
    assert [each["id"] for each in made] == [0, 1, 2, 3]
    assert made[1]["text"] == "The train was late again."
    assert made[1]["corrected"]
    assert [word[1] for word in made[1]["words"]] == [3.0, 3.5, 4.0, 4.5, 5.0]
    assert (made[0], made[2], made[3]) == (SAID[0], SAID[2], SAID[3])


def test_a_turn_given_to_the_other_speaker() -> None:
    made, speakers = again(TEXT.replace("Hall: What helped", "What helped"))
    assert [each["speaker"] for each in made] == ["S1", "S2", "S2", "S2"]
    assert made[3]["id"] == 3
    assert speakers == SPEAKERS


def test_a_turn_split_between_two() -> None:
    made, _ = again(TEXT.replace("late again.", "late Hall: again."))
    assert [each["text"] for each in made[1:4]] == [
        "The tram was late",
        "again.",
        "I slept better.",
    ]
    assert [each["speaker"] for each in made] == ["S1", "S2", "S1", "S1", "S1"]
    assert [each["id"] for each in made] == [0, 1, 4, 2, 3]
    assert made[2]["start"] == 5.0


def test_a_speaker_who_was_not_known() -> None:
    made, speakers = again(TEXT + " Speaker 3: May I come in?")
    assert speakers[-1] == {"key": "S3", "name": "Speaker 3"}
    assert (made[-1]["speaker"], made[-1]["text"]) == ("S3", "May I come in?")
    assert made[-1]["start"] >= SAID[-1]["words"][-1][2] - 0.01
    assert made[-1]["end"] <= 12.0


def test_words_removed_and_everything_removed() -> None:
    made, _ = again(TEXT.replace(" I slept better.", ""))
    assert [each["id"] for each in made] == [0, 1, 3]
    assert again("")[0] == []


def test_a_transcript_of_silence_gets_words() -> None:
    made, speakers = rewritten("Speaker 1: Good morning.", [], [], 12.0)
    assert [(each["start"], each["end"]) for each in made] == [(0.0, 12.0)]
    assert speakers == [{"key": "S1", "name": "Speaker 1"}]
    (bare,), _ = rewritten("Good morning.", [], [], 12.0)
    assert bare["speaker"] == "S1"


@given(
    some.lists(some.sampled_from([*TEXT.split(), "Nora:", "Speaker 9:", "new", "<b>"]), max_size=40)
)
def test_whatever_is_written_is_what_is_read(words: list[str]) -> None:
    made, speakers = again(" ".join(words))
    spoken = [word for word in words if not word.endswith(":")]
    assert [word for each in made for word in each["text"].split()] == spoken
    starts = [word[1] for each in made for word in each["words"]]
    assert all(0 <= start <= 12.0 for start in starts)
    assert len({each["id"] for each in made}) == len(made)
    keys = {speaker["key"] for speaker in speakers}
    assert {each["speaker"] for each in made} <= keys


@pytest.mark.timeout(60)
def test_a_long_session_takes_no_long() -> None:
    said = [
        utterance(n, f"S{1 + n % 2}", n * 6.0, "and then the the week was so") for n in range(1500)
    ]
    text = corrections.as_text(said, SPEAKERS).replace("week was", "month was", 700)
    made, _ = rewritten(text, said, SPEAKERS, 9000.0)
    assert len(made) == 1500
