"""What drafters are asked in these tests, a session of our own making; and what a model may answer."""

from collections.abc import Callable
from typing import Any

import pytest

from services.adapters.errors import IntegrationError
from services.adapters.llm import Draft, DraftRequest, Line, SectionRequest
from services.adapters.llm.openai import OpenAIDrafter
from tests.servers.openai_chat import KEY, Request

Connect = Callable[..., OpenAIDrafter]

SECRET = "marmalade on the tram"

SECTIONS = (
    SectionRequest("subjective", "Subjective", "What the client reports.", "", "client", ("i feel",), False),
    SectionRequest("risk", "Risk", "What was said about risk.", "", None, ("hurt yourself",), True),
    SectionRequest("interventions", "Interventions", "What was done.", "", "therapist", ("breathing",), False),
    SectionRequest("plan", "Plan", "What was agreed.", "Ideas.", None, ("next week", "homework"), False),
)  # fmt: skip

SAID = (
    ("therapist", "How was the week since we last met?"),
    ("client", f"I feel worn out. I lost the {SECRET} and cried about it on Monday evening."),
    ("therapist", "Did you have any thoughts of hurting yourself?"),
    ("client", "No."),
    ("therapist", "Let us do the slow breathing together for two minutes now."),
    ("client", "My shoulders came down a little while we were counting."),
    ("therapist", "Would you do it every evening until next week as homework?"),
    ("client", "Yes, I will do it after the news, before I go to bed."),
)


def request(*, repeats: int = 1, **changes: object) -> DraftRequest:
    said = [one for _ in range(repeats) for one in SAID]
    lines = tuple(
        Line(number, speaker, f"Speaker {1 + (speaker == 'client')}", 6.0 * number, text)
        for number, (speaker, text) in enumerate(said)
    )
    given = {
        "title": "Progress note",
        "purpose": "The note of one session.",
        "sections": SECTIONS,
        "rules": (),
        "style": {"length": "medium", "person": "third", "tense": "past", "quotes": "verbatim"},
        "lines": lines,
    }
    return DraftRequest(**(given | changes))  # type: ignore[arg-type]


def statement(
    text: str, lines: list[int], speaker: str = "client", quote: str = ""
) -> dict[str, Any]:
    return {"text": text, "speaker": speaker, "lines": lines, "quote": quote}


def answer(*statements: dict[str, Any], key: str = "subjective", **more: object) -> dict[str, Any]:
    return {"sections": [{"key": key, "statements": list(statements)}], "risk": []} | more


def write(asked: Request) -> dict[str, Any]:
    """One statement for the first line given."""
    first = asked.line_ids[0]
    return answer(statement(f"The client spoke, line {first}.", [first]))


def refused(drafter: OpenAIDrafter) -> IntegrationError:
    """The error, after a look that nothing leaks with it."""
    with pytest.raises(IntegrationError) as caught:
        drafter.draft(request())
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in str(error)
        assert KEY not in str(error)
        assert error.__cause__ is None
        error = None if error.__suppress_context__ else error.__context__
    return caught.value


def texts(draft: Draft) -> list[str]:
    return [one.text for section in draft.sections for one in section.statements]
