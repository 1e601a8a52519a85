"""The extractive summary: quotes only, in order, and plain words where there is nothing to quote."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.summaries import QUOTES, summarise

SPEAKERS = [{"key": "S1", "name": "Therapist"}, {"key": "S2", "name": "Nora"}]
SLEEP = "I could not sleep because the work kept going round in my head."
TRAM = "The tram was late again so I missed the meeting on Monday."


def said(*texts: str, seconds: float = 8.0, start: float = 0.0) -> list[dict[str, Any]]:
    return [
        {"id": n, "speaker": "S1" if n % 2 == 0 else "S2", "text": text}
        | {"start": start + n * seconds, "end": start + (n + 1) * seconds - 0.5}
        for n, text in enumerate(texts)
    ]


def quotes(summary: str) -> list[str]:
    return re.findall("“(.*)”", summary)


def test_it_quotes_with_place_and_speaker() -> None:
    summary = summarise(said("Good morning.", SLEEP, TRAM, "Yes.", "Mhm, I see."), SPEAKERS)
    assert summary == (
        f"Quoted from the session, not interpreted:\n0:08 Nora: “{SLEEP}”\n0:16 Therapist: “{TRAM}”"
    )


def test_positions_beyond_the_hour() -> None:
    summary = summarise(said(SLEEP, TRAM, SLEEP, TRAM, SLEEP, start=5090.0), SPEAKERS)
    assert "1:24:50 Therapist:" in summary


def test_too_little_speech_makes_no_summary() -> None:
    assert summarise([], SPEAKERS) == "No summary: under 30 seconds of speech."
    assert summarise(said(SLEEP, TRAM), SPEAKERS).startswith("No summary: under 30 seconds")
    assert "longer than a few words" in summarise(said(*["Yes."] * 20), SPEAKERS)


def test_nothing_but_stop_words_is_no_failure() -> None:
    texts = [f"and then it was {word} it was for us" for word in ("what", "who", "how", "that")]
    assert quotes(summarise(said(*texts), SPEAKERS)) == texts


def test_nothing_is_quoted_twice() -> None:
    others = [f"My {thing} told me a long story about {place} yesterday." for thing, place in (
        ("sister", "Oslo"), ("brother", "Lima"), ("neighbour", "Cairo"), ("teacher", "Perth"),
        ("doctor", "Quito"), ("manager", "Turin"), ("cousin", "Delhi"),
    )]  # fmt: skip
    found = quotes(summarise(said(*[SLEEP, SLEEP.upper()] * 3, *others), SPEAKERS))
    assert found == [SLEEP, *others]
    assert len(found) == QUOTES


sentences = st.lists(
    st.text(st.characters(categories=["L", "Zs"], max_codepoint=0x17F), max_size=60), max_size=20
)


@settings(deadline=None, max_examples=40)
@given(sentences)
def test_every_quote_was_said_and_stands_in_order(texts: list[str]) -> None:
    summary = summarise(said(*texts), SPEAKERS)
    places = [texts.index(quote) for quote in quotes(summary)]
    assert len(places) <= QUOTES
    assert places == sorted(set(places))
