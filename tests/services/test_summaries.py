"""The summary: quotes under headings, in order, and plain words where there is nothing to quote."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services import summaries
from services.adapters.llm import Draft, DraftedSection, DraftedStatement, DraftRequest
from services.summaries import AUTHOR, UNCHECKED, summarise

SPEAKERS = [
    {"key": "S1", "name": "Therapist", "role": "therapist"},
    {"key": "S2", "name": "Nora", "role": "client"},
]
SLEEP = "I could not sleep because the work kept going round in my head."
WALK = "Would you go for a walk every evening until next week?"
TRAM = "The tram was late again so I missed the meeting on Monday."


def said(*texts: str, seconds: float = 8.0, start: float = 0.0) -> list[dict[str, Any]]:
    return [
        {"id": n, "speaker": "S1" if n % 2 == 0 else "S2", "text": text}
        | {"start": start + n * seconds, "end": start + (n + 1) * seconds - 0.5}
        for n, text in enumerate(texts)
    ]


def quotes(summary: str) -> list[str]:
    return re.findall("“([^”]*)”", summary)


def test_it_quotes_under_headings_with_place_and_speaker() -> None:
    summary = summarise(said("Good morning.", SLEEP, "Go on.", TRAM, WALK, "Yes."), SPEAKERS)
    assert summary.splitlines()[:5] == [
        UNCHECKED,
        "Quoted from the session, not interpreted:",
        "Presenting issue",
        f"0:08 Client: “{SLEEP}”",
        f"0:24 Client: “{TRAM}”",
    ]
    assert f"0:32 The therapist asked “{WALK}” The client answered “Yes.”" in summary


def test_positions_beyond_the_hour() -> None:
    summary = summarise(said("Good morning.", SLEEP, "Go on.", TRAM, start=5090.0), SPEAKERS)
    assert "1:24:58 Client:" in summary


def test_too_little_speech_makes_no_summary() -> None:
    assert summarise([], SPEAKERS) == f"{UNCHECKED}\nNo summary: nothing was said."
    assert "\nNo summary: under 30 seconds" in summarise(said(SLEEP, TRAM), SPEAKERS)
    assert "longer than a few words" in summarise(said(*["Mm-hmm."] * 20), SPEAKERS)


def test_a_summary_takes_two_minutes_to_read() -> None:
    long = said(*[f"{SLEEP} That was on day number {n} of the week." for n in range(400)])
    assert len(summarise(long, SPEAKERS).split()) < 400


class Model:
    """A drafter that concludes, as one with a model behind it does."""

    sends_words_out = True

    def draft(self, request: DraftRequest) -> Draft:
        self.request = request
        made = DraftedStatement(
            f"The client {request.lines[1].text.partition(' sleep')[0]}.", "client", (1,)
        )
        return Draft((DraftedSection("presenting_issue", (made,)),), "m" * 60, quotes_only=False)


def test_a_model_summarises_with_the_same_machinery() -> None:
    model = Model()
    made = summaries.draft(
        said("Good morning.", "Nora could not sleep again.", SLEEP, TRAM),
        SPEAKERS,
        identifiers=["Nora"],
        drafter=model,
    )
    assert made.text.splitlines() == [
        UNCHECKED,
        "Presenting issue",
        "0:08 The client Nora could not.",
    ]
    assert made.author == "m" * 40
    assert "Nora" not in " ".join(line.text + line.name for line in model.request.lines)


LIFE = "Every night I think of ending my life."


class Says:
    """A drafter that writes what it was made with, about line 1."""

    sends_words_out = False

    def __init__(self, *texts: str, left_out: int = 0) -> None:
        self.made = tuple(DraftedStatement(text, "client", (1,)) for text in texts)
        self.left_out = left_out

    def draft(self, request: DraftRequest) -> Draft:
        section = DraftedSection("risk", self.made)
        return Draft((section,), "m", quotes_only=False, left_out=self.left_out)


def test_what_its_evidence_contradicts_is_left_out_and_risk_is_named() -> None:
    session = said("How are the nights?", LIFE, "Go on.", TRAM)
    model = Says("The client denies suicidal ideation.", left_out=1)
    made = summaries.draft(session, SPEAKERS, drafter=model).text
    assert made.splitlines() == [
        UNCHECKED,
        "1 of the model’s sentences named no passage of the session and were left out.",
        "Risk was mentioned: suicide 0:08.",
        "1 sentence left out: not borne out by the passages cited.",
    ]


def test_a_mention_that_is_a_denial_says_so() -> None:
    denied = said("How are the nights?", "I did not want to hurt myself.", "Go on.", TRAM)
    told = [line for line in summarise(denied, SPEAKERS).splitlines() if "mentioned" in line]
    assert told == ["Risk was mentioned: self-harm 0:08 (denied)."]


def test_what_is_to_be_checked_says_so() -> None:
    session = said("How are the nights?", SLEEP, "Go on.", TRAM)
    made = summaries.draft(session, SPEAKERS, drafter=Says("Aurelia could not sleep.")).text
    assert made.splitlines()[-1] == "0:08 Aurelia could not sleep. (check)"


def test_risk_is_named_though_there_is_no_summary() -> None:
    short = summarise(said("And now?", LIFE), SPEAKERS)
    assert "Risk was mentioned: suicide 0:08." in short.splitlines()


def test_where_risk_may_be_hinted_at_is_named_apart() -> None:
    hint = "I gave my dog to my sister, she'll look after him better than I ever could."
    told = summarise(said("How are the nights?", hint, "Go on.", TRAM), SPEAKERS).splitlines()
    assert "Risk may be hinted at: 0:08." in told
    assert not [line for line in told if "was mentioned" in line]


def test_the_quoting_author_is_named() -> None:
    assert summaries.draft(said(SLEEP, TRAM), SPEAKERS, drafter="extractive").author == AUTHOR


sentences = st.lists(
    st.text(st.characters(categories=["L", "Zs"], max_codepoint=0x17F), max_size=60), max_size=20
)


@settings(deadline=None, max_examples=40)
@given(sentences)
def test_every_quote_was_said(texts: list[str]) -> None:
    texts = [" ".join(text.split()) for text in texts]
    turns = [" ".join(filter(None, texts[at::2])) for at in (0, 1)]
    for quote in quotes(summarise(said(*texts), SPEAKERS)):
        assert any(quote in turn for turn in turns)
