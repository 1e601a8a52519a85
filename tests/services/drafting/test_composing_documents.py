"""A note that draws on documents: quoted, by a model that sees no name, without speech, and in parts."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.drafting import NOTHING_SAID, TOO_SHORT, Paper, PaperLine, compose
from services.instructions import catalogue
from services.notes.content import Evidence, Level, NoteContent, Source, from_json, to_json
from tests.conftest import Configure
from tests.servers.openai_chat import KEY, MODEL, ChatServer, Request, chat_server
from tests.services.drafting.sessions import NAMES, SPEAKERS, utterances

INTAKE = catalogue.built_in("intake")
LETTER = (
    "Re: Siobhan Byrne, born 4 May 1988",
    "Sertraline 50 mg was started on 2 March.",
    "There was an episode of self-harm in 2019, none since to my",
    "knowledge, as Siobhan told me on 07700 900123.",
)


def paper(*texts: str, ident: int = 7, feature: str = "letters") -> Paper:
    lines = tuple(PaperLine(1, at, text) for at, text in enumerate(texts or LETTER))
    return Paper(ident, "siobhan.pdf", feature, lines, pages=1)


def texts(content: NoteContent, key: str) -> list[str]:
    [section] = [one for one in content.sections if one.key == key]
    return [one.text for one in section.statements]


def test_documents_are_quoted_with_their_lines_as_evidence() -> None:
    content = compose(INTAKE, utterances(), SPEAKERS, drafter="extractive", sources=[paper()])
    [dose] = [one for one in content.statements() if "Sertraline" in one.text]
    assert dose.text == "Letter: “Sertraline 50 mg was started on 2 March.”"
    assert dose.evidence == (Evidence(quote=LETTER[1], document_id=7, page=1, line=1),)
    assert dose.speaker is None
    harm = texts(content, "risk")[-1]
    assert harm.startswith("Letter: “There was an episode of self-harm in 2019")
    assert {one.level for one in content.statements()} == {Level.SUPPORTED}
    assert content.documents == (Source(7, "siobhan.pdf"),)
    assert content.notice == "The documents mention risk: self-harm in Letter, p. 1."
    assert all(one.utterance < len(utterances()) for one in content.risk)
    assert from_json(to_json(content)) == content


@pytest.mark.parametrize("said", [[], utterances("Hello.", "Hello.")], ids=["none", "a second"])
def test_without_speech_the_documents_alone_make_a_note(said: list[dict[str, Any]]) -> None:
    content = compose(INTAKE, said, SPEAKERS, drafter="extractive", sources=[paper()])
    assert [one for one in content.statements() if "Sertraline" in one.text]
    assert not any(one.utterances for each in content.statements() for one in each.evidence)


def test_a_document_that_says_nothing_makes_none() -> None:
    said = utterances("Hello.", "Hello.")
    content = compose(INTAKE, said, SPEAKERS, drafter="extractive", sources=[paper(" ")])
    assert (content.sections, content.notice) == ((), TOO_SHORT)


def test_pages_that_could_not_be_read_are_said_where_nothing_was() -> None:
    blank = Paper(7, "scan.pdf", "letters", (), pages=2, unread=2)
    content = compose(INTAKE, [], SPEAKERS, drafter="extractive", sources=[blank])
    assert content.notice == f"{NOTHING_SAID} 2 of 2 pages of scan.pdf could not be read."


def write(asked: Request) -> dict[str, Any]:
    """A careful model's statement about the letter, a wrong dose, and one that mixes both kinds of line."""
    known = {
        line.partition("] ")[2]: int(line[1 : line.index("]")])
        for line in asked.text.splitlines()
        if line[:1] == "["
    }
    dose = next((at for said, at in known.items() if "Sertraline" in said), None)
    if dose is None:
        return {"sections": [], "risk": []}
    told = next((at for said, at in known.items() if "cried for an hour" in said), dose)
    made = [
        ("The letter says that sertraline 50 mg was started on 2 March.", [dose], ""),
        ("The letter says that sertraline 75 mg was started on 2 March.", [dose], ""),
        ("The letter says “Sertraline 50 mg was started”; the client “cried for an hour”.", [told, dose],
         "cried for an hour"),
    ]  # fmt: skip
    statements = [
        {"text": text, "speaker": "other", "lines": lines, "quote": quote}
        for text, lines, quote in made
    ]
    return {
        "sections": [{"key": "medical_history", "statements": statements}],
        "risk": [{"line": dose, "category": "means"}],
    }


@pytest.fixture
def server(configure: Configure) -> Iterator[ChatServer]:
    with chat_server(write) as running:
        configure(
            VERBATIM_LLM="openai",
            VERBATIM_LLM_MODEL=MODEL,
            VERBATIM_LLM_BASE_URL=running.base_url,
            VERBATIM_LLM_API_KEY=KEY,
            VERBATIM_LLM_SECOND_READING="0",
            VERBATIM_LLM_TIMEOUT="20",
        )
        yield running


def test_a_model_draws_on_a_letter_without_a_name_in_it(server: ChatServer) -> None:
    content = compose(INTAKE, utterances(), SPEAKERS, identifiers=NAMES, sources=[paper()])
    (sent,) = server.requests
    for hidden in ("Siobhan", "siobhan", "Byrne", "07700", "4 May 1988", "pdf"):
        assert hidden not in str(sent.body)
    assert "] Letter, p. 1: Re: [NAME_" in sent.text
    right, wrong, mixed = content.statements()
    assert (right.level, right.speaker) == (Level.SUPPORTED, None)
    assert wrong.level is Level.CONTRADICTED
    at = Evidence(quote=LETTER[1], document_id=7, page=1, line=1)
    assert mixed.evidence == (at, Evidence((1,), "cried for an hour"))
    assert mixed.level is Level.SUPPORTED
    assert "means in Letter, p. 1" in content.notice  # what the model took for risk
    assert not [one for one in content.risk if one.category == "means"]


def test_a_long_document_goes_in_parts_and_none_of_it_is_cut(
    server: ChatServer, configure: Configure
) -> None:
    configure(VERBATIM_LLM_CONTEXT_TOKENS="8000")
    long = paper(*(f"Line {at} of a history that is long." for at in range(400)), LETTER[1])
    content = compose(INTAKE, utterances(), SPEAKERS, sources=[long])
    assert content.parts == len(server.requests) > 2
    sent = "\n".join(one.text for one in server.requests)
    assert not [at for at in range(400) if f"Line {at} of a history" not in sent]
    assert [one.level for one in content.statements()][:2] == [
        Level.SUPPORTED, Level.CONTRADICTED,
    ]  # fmt: skip
    assert content.statements()[0].evidence[0].line == 400
    rules = [one.body["messages"][0]["content"] for one in server.requests]
    assert all("name the document" in one for one in rules)
    compose(INTAKE, utterances(), SPEAKERS)
    assert "name the document" not in server.requests[-1].text


def test_what_a_lines_end_cuts_in_two_does_not_leave(server: ChatServer) -> None:
    lines = (
        "She was born on 4 May",
        "1988 and lives at 14 Linden",
        "Street.",
        "Scores 3 2 1",
        "0 2",
    )
    compose(INTAKE, utterances(), SPEAKERS, sources=[paper(*lines, LETTER[1])])
    sent = server.requests[0].text
    for hidden in ("4 May", "1988", "14 Linden", "Street"):
        assert hidden not in sent
    assert "She was born on [DATE_1]\n" in sent
    assert "Letter, p. 1: Scores 3 2 1\n" in sent
