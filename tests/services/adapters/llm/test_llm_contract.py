"""What every drafter keeps to. The model behind the protocol is played by a server that reports what it is given."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.adapters.llm import Drafter
from services.adapters.llm.chat import ChatModel
from services.adapters.llm.extractive import Extractive
from services.adapters.llm.openai import OpenAIDrafter
from tests.servers.openai_chat import KEY, MODEL, Request, chat_server
from tests.services.adapters.llm.asked import request


def write(asked: Request) -> dict[str, Any]:
    """A statement for each line, in a section of its own turn."""
    keys = asked.body["response_format"]["json_schema"]["schema"]["$defs"]["Section"]
    named = keys["properties"]["key"]["enum"]
    statements = [
        {"text": f"Line {line} was said.", "speaker": "client", "lines": [line], "quote": ""}
        for line in asked.line_ids
    ]
    return {"sections": [{"key": named[-1], "statements": statements}], "risk": []}


@pytest.fixture(params=["extractive", "openai"])
def drafter(request: pytest.FixtureRequest) -> Iterator[Drafter]:
    if request.param == "extractive":
        yield Extractive()
        return
    with chat_server(write) as server:
        yield OpenAIDrafter(ChatModel(model=MODEL, base_url=server.base_url, api_key=KEY))


def test_sections_as_asked_for_and_evidence_of_this_session(drafter: Drafter) -> None:
    asked = request()
    draft = drafter.draft(asked)
    assert [one.key for one in draft.sections] == [one.key for one in asked.sections]
    ids = {line.id for line in asked.lines}
    statements = [one for section in draft.sections for one in section.statements]
    assert statements
    assert all(one.text and one.evidence and set(one.evidence) <= ids for one in statements)
    assert draft.drafter
    assert draft.parts >= 1


def test_nothing_said_is_nothing_drafted(drafter: Drafter) -> None:
    draft = drafter.draft(request(lines=()))
    assert not any(section.statements for section in draft.sections)


def test_four_hours(drafter: Drafter) -> None:
    asked = request(repeats=750)  # 6,000 lines, 57,000 words
    draft = drafter.draft(asked)
    assert any(section.statements for section in draft.sections)
    assert draft.parts > 1 or draft.quotes_only


def test_two_at_once(drafter: Drafter) -> None:
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(drafter.draft, [request(), request()])
    assert one.sections == other.sections


def test_whether_words_leave_is_known(drafter: Drafter) -> None:
    assert drafter.sends_words_out is isinstance(drafter, OpenAIDrafter)


def test_a_real_server_when_there_is_one() -> None:
    address = os.environ.get("VERBATIM_TEST_LLM_BASE_URL")
    if not address:
        pytest.skip("VERBATIM_TEST_LLM_BASE_URL names no compatible server")
    drafter = OpenAIDrafter(
        ChatModel(
            model=os.environ.get("VERBATIM_TEST_LLM_MODEL", "default"),
            base_url=address,
            api_key=os.environ.get("VERBATIM_TEST_LLM_API_KEY"),
            context_tokens=int(os.environ.get("VERBATIM_TEST_LLM_CONTEXT_TOKENS", "8000")),
        )
    )
    draft = drafter.draft(request())
    assert draft.tokens_in > 0
    assert [one.key for one in draft.sections] == [one.key for one in request().sections]
