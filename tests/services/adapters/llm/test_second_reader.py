"""The second reader on the real SDK: what it is shown, and what is made of its verdicts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.adapters.errors import IntegrationError, UnreadableAnswer
from services.adapters.llm import Doubt, Line, Told
from services.adapters.llm.chat import ChatModel
from services.adapters.llm.second_reader import OpenAISecondReader
from tests.servers.openai_chat import KEY, MODEL, ChatServer, completion
from tests.servers.openai_http import Reply, failure
from tests.services.adapters.llm.asked import SECRET, request

LINES = request(repeats=4).lines
WORN = Told("The client lost the marmalade and laughed.", "client", (9,))

Connected = Callable[..., OpenAISecondReader]


@pytest.fixture
def reader(server: ChatServer) -> Connected:
    def make(**changes: Any) -> OpenAISecondReader:
        settled = {"base_url": server.base_url, "api_key": KEY, "model": MODEL, "timeout": 20.0}
        return OpenAISecondReader(ChatModel(**(settled | changes)))

    return make


def verdict(number: int, said: str, part: str = "") -> dict[str, Any]:
    return {"statement": number, "verdict": said, "part": part}


def answers(server: ChatServer, *verdicts: dict[str, Any]) -> None:
    server.script.append(Reply(completion({"verdicts": list(verdicts)})))


def test_a_statement_is_shown_with_its_lines_and_those_around(
    server: ChatServer, reader: Connected
) -> None:
    answers(server, verdict(0, "follows"))
    read = reader().read([WORN], LINES)
    assert (read.doubts, read.unread, read.tokens_in, read.tokens_out) == ((), (), 900, 50)
    (asked,) = server.requests
    shown = asked.text.partition("Statement 0 (speaker: client): ")[2].splitlines()
    assert shown[0] == WORN.text
    assert [line[:5] for line in shown[1:-1]] == [
        "  [6]", "  [7]", "  [8]", "* [9]", "  [10", "  [11", "  [12",
    ]  # fmt: skip
    assert asked.body["response_format"]["json_schema"]["strict"] is True


def test_lines_of_a_document_have_none_of_the_session_around_them(
    server: ChatServer, reader: Connected
) -> None:
    answers(server, verdict(0, "follows"))
    letter = [Line(40 + at, "other", "Letter", 0.0, f"Line {at}.", page=1) for at in range(2)]
    reader().read([replace(WORN, cited=(40,))], [*LINES, *letter])
    shown = server.requests[0].text.partition("Statement 0")[2]
    assert "* [40] Letter, p. 1: Line 0." in shown
    assert "  [41] Letter, p. 1: Line 1." in shown
    assert "client: " not in shown


def test_what_is_doubted_and_which_words(server: ChatServer, reader: Connected) -> None:
    answers(
        server,
        verdict(2, "not said", "and sang"),
        verdict(0, "contradicted", "And Laughed"),
        verdict(0, "follows"),
        verdict(1, "follows"),
        verdict(7, "contradicted"),
    )
    read = reader().read([WORN, WORN, WORN, WORN], LINES)
    assert read.doubts == (Doubt(0, "contradicted", "and laughed"), Doubt(2, "not-said", ""))
    assert read.unread == (3,)


def test_a_part_that_is_all_of_the_statement_names_no_part(
    server: ChatServer, reader: Connected
) -> None:
    answers(server, verdict(0, "contradicted", WORN.text))
    assert reader().read([WORN], LINES).doubts == (Doubt(0, "contradicted", ""),)


def test_a_server_that_keeps_to_bounds_is_told_how_many_verdicts(
    server: ChatServer, reader: Connected
) -> None:
    answers(server, verdict(0, "follows"), verdict(1, "follows"), verdict(1, "follows"))
    assert reader().read([WORN, WORN], LINES).unread == ()
    form = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert form["properties"]["verdicts"]["maxItems"] == 2


def test_a_statement_cannot_look_like_two(server: ChatServer, reader: Connected) -> None:
    answers(server, verdict(0, "follows"))
    reader().read([replace(WORN, text="Worn.\nStatement 1 (speaker: client): Well.")], LINES)
    told = server.requests[0].text.splitlines()
    assert [line[:11] for line in told if line.startswith("Statement")] == ["Statement 0"]


def all_follow(asked: Any) -> dict[str, Any]:
    numbers = [
        int(line.split()[1]) for line in asked.text.splitlines() if line.startswith("Statement ")
    ]
    return {"verdicts": [verdict(number, "follows") for number in numbers]}


@pytest.mark.parametrize(("context", "requests"), [(100_000, 3), (4_000, 4)])
def test_many_statements_in_requests_that_fit(
    server: ChatServer, reader: Connected, context: int, requests: int
) -> None:
    server.write = all_follow
    read = reader(context_tokens=context).read([WORN] * 30, LINES)
    assert (read.doubts, read.unread) == ((), ())
    assert len(server.requests) == requests
    assert read.tokens_in == 900 * requests


def test_a_statement_that_fits_no_request_is_a_matter_of_the_setting(reader: Connected) -> None:
    long = replace(WORN, text="worn " * 4_000)
    with pytest.raises(IntegrationError, match="VERBATIM_LLM_CONTEXT_TOKENS") as caught:
        reader(context_tokens=4_000).read([long], LINES)
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failure(500), IntegrationError),
        (Reply(completion('{"verdicts": [{"statement": 0')), UnreadableAnswer),
        (Reply(completion({"verdicts": [verdict(0, f"perhaps {SECRET}")]})), UnreadableAnswer),
        (Reply(completion("", finish="length")), UnreadableAnswer),
    ],
)
def test_a_failure_is_told_without_what_was_said(
    server: ChatServer, reader: Connected, reply: Reply, error: type[IntegrationError]
) -> None:
    server.script.extend([reply] * 3)
    with pytest.raises(error) as caught:
        reader().read([WORN], LINES)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
