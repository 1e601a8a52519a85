"""Corrections as pure functions: text and words agree, ids last, the machine's words come back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import corrections
from services.corrections import Speaker, Utterance
from services.errors import AppError, Invalid, NotFound

tried = settings(deadline=None, max_examples=80)

SPEAKERS: list[Speaker] = [
    {"key": "S1", "name": "Speaker 1"},
    {"key": "S2", "name": "Speaker 2"},
]


def utterance(ident: int, speaker: str, text: str, start: float = 0.0) -> Utterance:
    words = [[w, start + n * 0.5, start + n * 0.5 + 0.4, 0.9] for n, w in enumerate(text.split())]
    return {
        "id": ident,
        "speaker": speaker,
        "start": start,
        "end": words[-1][2] if words else start,
        "text": text,
        "words": words,
    }


SAID = [
    utterance(0, "S1", "How was the week?"),
    utterance(1, "S2", "Late trams again.", 3.0),
    utterance(2, "S2", "I slept well.", 6.0),
    utterance(3, "S1", "Good.", 9.0),
]

word = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8)
texts = st.lists(word, min_size=1, max_size=12).map(" ".join)


@st.composite
def heard_words(draw: st.DrawFn) -> list[list[Any]]:
    """Words as a recogniser gives them: in milliseconds, starts in order, ends now and then over the next."""
    starts = sorted(draw(st.lists(st.integers(0, 60_000), max_size=12)))
    return [
        [draw(word), start / 1000, (start + draw(st.integers(0, 900))) / 1000, 0.5]
        for start in starts
    ]


@st.composite
def sessions(draw: st.DrawFn) -> list[Utterance]:
    lines = draw(st.lists(texts, min_size=1, max_size=6))
    said, at = [], 0.0
    for ident, line in enumerate(lines):
        said.append(utterance(ident, draw(st.sampled_from(["S1", "S2"])), line, at))
        at = said[-1]["end"] + 1.0
    return said


edits = st.lists(
    st.one_of(
        st.tuples(st.just("correct"), st.integers(0, 5), texts),
        st.tuples(st.just("merge"), st.integers(0, 5), st.just("")),
        st.tuples(st.just("restore"), st.integers(0, 5), st.just("")),
        st.tuples(st.just("reassign"), st.integers(0, 5), st.sampled_from(["S1", "S2", "new"])),
    ),
    max_size=8,
)


def apply(
    said: list[Utterance], who: list[Speaker], machine: list[Utterance], edit: tuple[str, int, str]
) -> tuple[list[Utterance], list[Speaker]]:
    kind, ident, argument = edit
    if kind == "correct":
        return corrections.correct(said, ident, argument), who
    if kind == "merge":
        return corrections.merge(said, ident), who
    if kind == "restore":
        return corrections.restore(said, machine, ident), who
    return corrections.reassign(said, who, [ident], argument)


def after(machine: list[Utterance], changes: list[tuple[str, int, str]]) -> list[Utterance]:
    said, who = machine, SPEAKERS
    for change in changes:
        try:
            said, who = apply(said, who, machine, change)
        except AppError:  # that passage was joined to another, or is the first one
            continue
    return said


@tried
@given(sessions(), edits)
def test_whatever_people_do_text_and_words_agree_and_every_passage_is_somewhere_once(
    machine: list[Utterance], changes: list[tuple[str, int, str]]
) -> None:
    said = after(machine, changes)
    for one in said:
        assert " ".join(w[0] for w in one["words"]) == one["text"]
        starts = [w[1] for w in one["words"]]
        assert starts == sorted(starts)
    ids = [ident for one in said for ident in (one["id"], *one.get("joined", []))]
    assert ids == [one["id"] for one in machine]
    times = [(one["start"], one["end"]) for one in said]
    assert times == sorted(times)


@tried
@given(sessions(), edits)
def test_restoring_everything_brings_the_machines_words_back(
    machine: list[Utterance], changes: list[tuple[str, int, str]]
) -> None:
    said = after(machine, changes)
    for one in list(said):
        said = corrections.restore(said, machine, one["id"])
    assert [w for one in said for w in one["words"]] == [w for one in machine for w in one["words"]]
    assert not any("corrected" in one for one in said)
    assert all(corrections.machine_text(machine, one) is None for one in said)


@tried
@given(sessions(), edits)
def test_what_a_person_wrote_has_the_machines_version_beside_it(
    machine: list[Utterance], changes: list[tuple[str, int, str]]
) -> None:
    for one in after(machine, changes):
        ids = [one["id"], *one.get("joined", [])]
        heard = " ".join(machine[ident]["text"] for ident in ids)
        if one["text"] != heard:
            assert corrections.machine_text(machine, one) == heard


@tried
@given(sessions(), edits)
def test_no_edit_changes_what_it_was_given(
    machine: list[Utterance], changes: list[tuple[str, int, str]]
) -> None:
    before = repr(machine)
    after(machine, changes)
    assert repr(machine) == before


@tried
@given(heard_words(), texts)
def test_realigned_times_never_go_back(heard: list[list[Any]], text: str) -> None:
    end = max([w[2] for w in heard], default=2.0)
    words = corrections.realign(heard, text.split(), heard[0][1] if heard else 0.0, end)
    assert [w[0] for w in words] == text.split()
    starts = [w[1] for w in words]
    assert starts == sorted(starts)
    assert all(w[1] <= w[2] for w in words)
    assert all(heard[0][1] <= w[1] and w[2] <= end for w in words if heard)


def test_words_that_stayed_keep_their_times_and_the_corrected_ones_lie_between() -> None:
    words = corrections.correct(SAID, 1, "Late “buses” and trams again.")[1]["words"]
    assert words[0] == ["Late", 3.0, 3.4, 0.9]
    assert words[3:] == [["trams", 3.5, 3.9, 0.9], ["again.", 4.0, 4.4, 0.9]]
    assert [w[1:] for w in words[1:3]] == [[3.4, 3.45, 1.0], [3.45, 3.5, 1.0]]


def test_a_mere_full_stop_moves_nothing() -> None:
    words = corrections.correct(SAID, 3, "good!")[3]["words"]
    assert words == [["good!", 9.0, 9.4, 0.9]]


@pytest.mark.parametrize(
    ("text", "words"), [("", "needs words"), (" \n\t", "needs words"), ("x" * 4001, "4000")]
)
def test_a_passage_has_words_but_not_too_many(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        corrections.correct(SAID, 1, text)


def test_joining_takes_the_speaker_before_and_remembers_what_it_joined() -> None:
    joined = corrections.merge(corrections.merge(SAID, 2), 1)
    assert [one["id"] for one in joined] == [0, 3]
    assert joined[0]["speaker"] == "S1"
    assert joined[0]["text"] == "How was the week? Late trams again. I slept well."
    assert joined[0]["joined"] == [1, 2]
    assert (joined[0]["start"], joined[0]["end"]) == (0.0, SAID[2]["end"])


def test_joining_a_corrected_passage_keeps_the_machines_version_readable() -> None:
    said = corrections.merge(corrections.correct(SAID, 2, "I slept badly."), 2)
    assert corrections.machine_text(SAID, said[1]) == "Late trams again. I slept well."


def test_the_first_passage_has_none_before_it() -> None:
    with pytest.raises(Invalid, match="none before"):
        corrections.merge(SAID, 0)


@pytest.mark.parametrize("ident", [4, -1, 99])
def test_unknown_passages_are_not_found(ident: int) -> None:
    for attempt in (
        lambda: corrections.correct(SAID, ident, "x"),
        lambda: corrections.merge(SAID, ident),
        lambda: corrections.restore(SAID, SAID, ident),
        lambda: corrections.reassign(SAID, SPEAKERS, [0, ident], "S1"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_reassigning_to_a_known_a_new_and_an_unknown_speaker() -> None:
    said, who = corrections.reassign(SAID, SPEAKERS, [0, 3], "S2")
    assert [one["speaker"] for one in said] == ["S2"] * 4
    assert who == SPEAKERS
    said, who = corrections.reassign(SAID, SPEAKERS, [2], "new")
    assert said[2]["speaker"] == "S3"
    assert who[-1] == {"key": "S3", "name": "Speaker 3"}
    for ids, key in (([1], "S9"), ([], "S1")):
        with pytest.raises(NotFound):
            corrections.reassign(SAID, SPEAKERS, ids, key)


def test_a_speaker_gets_another_role_and_keeps_it_through_corrections() -> None:
    who = corrections.set_role(SPEAKERS, "S2", "other")
    assert [speaker.get("role") for speaker in who] == [None, "other"]
    assert corrections.rename(who, "S2", "Nora")[1] == {**who[1], "name": "Nora"}
    said, kept = corrections.reassign(SAID, who, [0], "new")
    assert kept[: len(who)] == who
    assert corrections.as_text(said, kept) == corrections.as_text(said, [*SPEAKERS, kept[-1]])
    with pytest.raises(Invalid, match="therapist, client, other"):
        corrections.set_role(SPEAKERS, "S1", "judge")
    with pytest.raises(NotFound):
        corrections.set_role(SPEAKERS, "S7", "client")


def test_a_renamed_speaker_is_renamed_in_the_contracts_text() -> None:
    who = corrections.rename(SPEAKERS, "S2", "  Nora   Feldt ")
    assert corrections.as_text(SAID, who) == (
        "Speaker 1: How was the week? Nora Feldt: Late trams again. I slept well. Speaker 1: Good."
    )
    with pytest.raises(Invalid, match="60 characters"):
        corrections.rename(SPEAKERS, "S1", " ")
    with pytest.raises(Invalid, match="60 characters"):
        corrections.rename(SPEAKERS, "S1", "n" * 61)
    with pytest.raises(NotFound):
        corrections.rename(SPEAKERS, "S7", "Nora")
