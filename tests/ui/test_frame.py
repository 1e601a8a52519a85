"""The frame's formats, its states, and the escape of people's words."""

import datetime as dt

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from models.recording import RecordingState, Stage
from ui import frame

NOON = dt.datetime(2026, 11, 24, 12, 0, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0:00"),
        (33.9, "0:33"),
        (1549, "25:49"),
        (3600, "1:00:00"),
        (5090, "1:24:50"),
        (-1, "0:00"),
    ],
)
def test_positions_in_audio(seconds: float, words: str) -> None:
    assert frame.hms(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (3000, "50 min"),
        (4500, "75 min"),
        (7200, "2 h"),
        (8700, "2 h 25 min"),
    ],
)
def test_lengths(seconds: float, words: str) -> None:
    assert frame.duration(seconds) == words


def test_counts_and_shares() -> None:
    assert frame.count(1, "session") == "1 session"
    assert frame.count(10_240, "session") == "10,240 sessions"
    assert frame.count(0, "entry", "entries") == "0 entries"
    assert frame.percent(0.604) == "60 %"


def test_dates_are_said_in_words_not_in_the_order_of_a_country() -> None:
    assert frame.day(NOON) == "24 Nov 2026"
    assert frame.day(dt.date(2026, 3, 5)) == "5 Mar 2026"
    assert frame.weekday(NOON) == "Tuesday 24 Nov 2026"
    assert frame.clock(NOON) == "12:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        frame.local(NOON.replace(tzinfo=None))


def test_every_state_of_a_recording_has_words_colour_and_icon() -> None:
    for member in (*RecordingState, *Stage):
        state = frame.STATES[member.value]
        assert state.words
        assert state.icon


def test_red_is_for_recording_and_failure_only() -> None:
    red = {name for name, state in frame.STATES.items() if state.colour == "red"}
    assert red == {"recording", "failed"}


@pytest.mark.parametrize(
    "said",
    [
        "**bold** _it_ `code` ~~gone~~ # head",
        "[a](https://evil.example) ![x](y) <img src=x onerror=alert(1)>",
        "5 * 3 | 2 ^ 8 \\ { } $x$ & &amp;",
        "- a list\n\n1. two\n> quote",
    ],
)
def test_peoples_words_are_shown_as_they_are(said: str) -> None:
    """By a CommonMark renderer of its own; tests/browser/test_frame_hooks.py asks the product's."""
    html = MarkdownIt("commonmark").render(frame.plain(said))
    shown = html.removeprefix("<p>").removesuffix("</p>\n")
    for entity, mark in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, mark)
    assert shown.replace(frame._JOINER, "") == " ".join(said.split())


def page() -> None:
    import streamlit as st

    from ui import frame

    frame.tidy(frame.WORK)
    with frame.head("*Nora* Feldt", "10:00 · Individual"):
        frame.badge("failed", "Could not be read")
        st.button("Try again")
    frame.empty("forum", "No sessions yet", "Record one, or upload a file.")


def test_head_badge_and_empty_state_run() -> None:
    at = AppTest.from_function(page).run()
    assert not at.exception
    assert at.title[0].value == r"\*Nora\* Feldt"
    assert at.button[0].label == "Try again"
    shown = [element.value for element in at.markdown]
    assert any("Could not be read" in words and "red" in words for words in shown)
    assert "**No sessions yet**" in shown


def test_a_state_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        frame.badge("nonsense")
