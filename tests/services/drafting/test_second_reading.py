"""A draft read a second time by a model: marks and reasons, names that stay here, and what happens without it."""

from collections.abc import Iterator
from typing import Any

import pytest

from services import grounding
from services.drafting import compose
from services.drafting.second_reading import FAILED, TOO_MANY
from services.instructions import catalogue
from services.notes.content import Level, NoteContent, from_json, to_json
from tests.conftest import Configure
from tests.servers.openai_chat import KEY, MODEL, ChatServer, Request, chat_server, completion
from tests.servers.openai_http import Reply, failure
from tests.services.drafting.sessions import NAMES, SPEAKERS, utterances
from tests.services.drafting.test_composing_documents import INTAKE, paper

NOTE = catalogue.built_in("clinical_notes")


def play(asked: Request) -> dict[str, Any]:
    """The model in both parts: it drafts three statements, and doubts the name in the first."""
    if "Verdicts" in str(asked.body["response_format"]):
        return {
            "verdicts": [
                {"statement": 0, "verdict": "contradicted", "part": name(asked)},
                {"statement": 1, "verdict": "follows", "part": ""},
                {"statement": 2, "verdict": "not said", "part": ""},
            ]
        }
    said = [
        {"text": f"Her sister {name(asked)} rang on Monday.", "speaker": "client", "lines": [1], "quote": ""},
        {"text": "The client said no.", "speaker": "client", "lines": [2, 3], "quote": ""},
        {"text": "The client cried for 90 hours.", "speaker": "client", "lines": [1], "quote": ""},
    ]  # fmt: skip
    return {"sections": [{"key": "presenting_issue", "statements": said}], "risk": []}


def a_draft() -> Reply:
    """The model's draft, for scripts in which what follows it fails."""
    asked = {"messages": [{"content": "sister [NAME_1] "}], "response_format": ""}
    return Reply(completion(play(Request("", {}, asked))))


def name(asked: Request) -> str:
    return next(word.strip(".,:") for word in asked.text.partition("sister ")[2].split())


@pytest.fixture
def server(configure: Configure) -> Iterator[ChatServer]:
    with chat_server(play) as running:
        configure(
            VERBATIM_LLM="openai",
            VERBATIM_LLM_MODEL=MODEL,
            VERBATIM_LLM_BASE_URL=running.base_url,
            VERBATIM_LLM_API_KEY=KEY,
            VERBATIM_LLM_TIMEOUT="5",
        )
        yield running


def drafted() -> NoteContent:
    return compose(NOTE, utterances(), SPEAKERS, identifiers=NAMES)


def test_what_is_doubted_is_marked_and_says_why(server: ChatServer) -> None:
    content = drafted()
    sister, no, hours = content.statements()
    assert (sister.level, no.level, hours.level) == (
        Level.CHECK,
        Level.SUPPORTED,
        Level.CONTRADICTED,
    )
    assert [one.text for one in sister.reasons] == [
        "The language model, asked again, reads the passage otherwise: “Orla”."
    ]
    assert [one.code for one in hours.reasons] == ["number-not-found", "second-reading"]
    assert (content.tokens_in, content.tokens_out, content.notice) == (1800, 100, "")


def test_the_reader_sees_no_name_either(server: ChatServer) -> None:
    drafted()
    _, read = server.requests
    assert "Statement 0 (speaker: client): Her sister [NAME_" in read.text
    assert not [one for one in ("Siobhan", "Byrne", "Orla") if one in str(read.body)]


def test_a_doubt_is_kept_with_the_note_and_outlives_a_new_look_at_the_words(
    server: ChatServer,
) -> None:
    content = from_json(to_json(drafted()))
    again = grounding.check(content, utterances(), SPEAKERS)
    assert again == content
    assert again.statements()[0].level is Level.CHECK


def test_lines_of_documents_are_shown_as_cited(server: ChatServer) -> None:
    def of_a_letter(asked: Request) -> dict[str, Any]:
        if "Verdicts" in str(asked.body["response_format"]):
            return {"verdicts": [{"statement": 0, "verdict": "follows", "part": ""}]}
        at = next(
            int(one[1:].partition("]")[0]) for one in asked.text.splitlines() if "Letter, p." in one
        )
        said = {"text": "The letter says so.", "speaker": "other", "lines": [at], "quote": ""}
        return {"sections": [{"key": "medical_history", "statements": [said]}], "risk": []}

    server.write = of_a_letter
    compose(INTAKE, utterances(), SPEAKERS, identifiers=NAMES, sources=[paper()])
    _, read = server.requests
    assert "\n* [8] Letter, p. 1: " in read.text


@pytest.mark.parametrize("reply", [failure(500), failure(401), Reply(completion("half a {"))])
def test_without_it_the_rules_alone_have_looked_and_the_note_says_so(
    server: ChatServer, reply: Reply
) -> None:
    server.script.append(a_draft())
    server.script.extend([reply] * 3)
    content = drafted()
    assert content.notice == FAILED
    assert not content.quotes_only
    assert [one.doubt for one in content.statements()] == [None] * 3


def test_statements_that_it_passes_over_are_counted(server: ChatServer) -> None:
    server.script.append(a_draft())
    server.script.append(Reply(completion({"verdicts": []})))
    assert drafted().notice == "Not read a second time: 3 of 3 statements."


@pytest.mark.parametrize(("doubts", "is_told"), [(2, False), (3, True)])
def test_one_that_doubts_most_of_a_note_is_in_doubt_itself(
    server: ChatServer, doubts: int, is_told: bool
) -> None:
    written = [
        {"text": f"The client said {word}.", "speaker": "client", "lines": [2, 3], "quote": ""}
        for word in ("no", "never", "not at all", "nothing")
    ]
    drafts = {"sections": [{"key": "presenting_issue", "statements": written}], "risk": []}
    said = ["contradicted"] * doubts + ["follows"] * (4 - doubts)
    verdicts = [{"statement": at, "verdict": one, "part": ""} for at, one in enumerate(said)]
    server.script.extend(Reply(completion(one)) for one in (drafts, {"verdicts": verdicts}))
    content = drafted()
    assert (content.notice == TOO_MANY.format(doubts, 4)) is is_told
    assert sum(one.doubt is not None for one in content.statements()) == doubts


def test_quotations_are_not_read_again_nor_is_anything_where_it_is_switched_off(
    server: ChatServer, configure: Configure
) -> None:
    assert compose(NOTE, utterances(), SPEAKERS, drafter="extractive").statements()
    assert server.requests == []
    configure(VERBATIM_LLM_SECOND_READING="0")
    assert drafted().statements()
    assert len(server.requests) == 1


def test_another_model_may_read(server: ChatServer, configure: Configure) -> None:
    configure(VERBATIM_LLM_SECOND_MODEL="notes-critic")
    drafted()  # the server has no such model
    assert [one.body["model"] for one in server.requests] == [MODEL, "notes-critic"]
