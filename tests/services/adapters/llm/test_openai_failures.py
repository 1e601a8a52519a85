"""Nonsense, refusals, errors and slowness of a model's server: one error each, and nothing leaks with it."""

import datetime as dt
import email.utils
import json
import time
from collections.abc import Callable

import pytest

from services.adapters.errors import Busy, Declined, UnreadableAnswer
from tests.servers.openai_chat import ChatServer, completion
from tests.servers.openai_http import Reply, failure
from tests.services.adapters.llm.asked import (
    SECRET,
    Connect,
    answer,
    refused,
    request,
    statement,
    texts,
)


def test_a_model_that_never_comes_to_an_end_is_given_up(
    server: ChatServer, connect: Connect
) -> None:
    server.script.extend([Reply(completion("{", finish="length"))] * 100)
    assert isinstance(refused(connect()), UnreadableAnswer)
    assert len(server.requests) <= 31


NONSENSE: dict[str, Reply] = {
    "half a JSON": Reply(completion('{"sections": [{"key": "subj')),
    "prose": Reply(completion(f"The client said {SECRET}.")),
    "in a fence": Reply(completion(f"```json\n{json.dumps(answer())}\n```")),
    "another schema": Reply(completion({"summary": SECRET})),
    "an unknown section": Reply(completion(answer(key="diagnosis"))),
    "ids as words": Reply(completion(answer(statement("x", ["one"])))),  # type: ignore[list-item]
    "null": Reply(completion(None)),
    "empty": Reply(completion("")),
    "a page of a proxy": Reply("<html>sign in</html>", headers={"content-type": "text/html"}),
    "no JSON": Reply('{"id": "chatcmpl'),
    "an empty object": Reply({}),
    "a list": Reply("[]"),
    "no choices": Reply(completion(None) | {"choices": []}),
    "half a character": Reply(b'{"choices": "\xc3'),
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_asked_for_once_more(server: ChatServer, connect: Connect, kind: str) -> None:
    server.script.append(NONSENSE[kind])
    assert texts(connect().draft(request())) == ["The client spoke, line 0."]
    server.script.extend([NONSENSE[kind]] * 2)
    error = refused(connect())
    assert isinstance(error, UnreadableAnswer)
    assert not error.retryable
    assert len(server.requests) == 4


def test_an_answer_without_statements_is_an_answer(server: ChatServer, connect: Connect) -> None:
    server.script.append(Reply(completion({"sections": [], "risk": []})))
    draft = connect().draft(request())
    assert len(draft.sections) == 4
    assert texts(draft) == []


@pytest.mark.parametrize(
    "declined",
    [
        Reply(completion(None, refusal=f"I can't help with {SECRET}.")),
        Reply(completion("", finish="content_filter")),
        failure(400, "content_filter", f"filtered: {SECRET}"),
    ],
    ids=["refusal", "filtered answer", "filtered prompt"],
)
def test_a_model_that_declines_is_not_asked_again(
    server: ChatServer, connect: Connect, declined: Reply
) -> None:
    server.script.append(declined)
    assert isinstance(refused(connect()), Declined)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "retryable", "calls"),
    [
        (400, "invalid_value", False, 1),
        (401, "invalid_api_key", False, 1),
        (403, None, False, 1),
        (404, "model_not_found", False, 1),
        (422, None, False, 1),
        (408, None, True, 3),
        (409, None, True, 3),
        (429, "rate_limit_exceeded", True, 3),
        (429, "insufficient_quota", False, 1),
        (500, None, True, 3),
        (503, None, True, 3),
    ],
)
def test_refusals_of_the_server(
    server: ChatServer, connect: Connect, status: int, code: str | None, retryable: bool, calls: int
) -> None:
    server.script.extend([failure(status, code, f"you said: {SECRET}")] * 3)
    assert refused(connect()).retryable is retryable
    assert len(server.requests) == calls


def test_a_server_that_comes_back_is_asked_again(server: ChatServer, connect: Connect) -> None:
    server.script.extend([failure(429), failure(500)])
    assert texts(connect().draft(request())) == ["The client spoke, line 0."]
    assert len(server.requests) == 3


def test_retry_after_is_obeyed(server: ChatServer, connect: Connect) -> None:
    server.script.append(Reply({"error": {"message": "slow down"}}, 429, {"retry-after": "1"}))
    began = time.monotonic()
    connect().draft(request())
    assert time.monotonic() - began >= 1.0


def _in_ten_minutes() -> str:
    return email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10))


@pytest.mark.parametrize("header", [lambda: "600", _in_ten_minutes], ids=["seconds", "date"])
def test_a_wait_past_the_deadline_is_handed_on_at_once(
    server: ChatServer, connect: Connect, header: Callable[[], str]
) -> None:
    server.script.append(Reply({"error": {"message": "later"}}, 429, {"retry-after": header()}))
    began = time.monotonic()
    error = refused(connect())
    assert isinstance(error, Busy)
    assert error.retryable
    assert 590 <= error.seconds <= 601
    assert time.monotonic() - began < 15
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "slow",
    [
        Reply(completion(answer()), after=60),
        Reply(completion(answer()), drip=0.2),
        Reply({"error": {"message": "later"}}, 500, drip=0.9),
    ],
    ids=["silence", "dripping answer", "dripping error"],
)
def test_the_deadline_holds_whatever_the_server_does(
    server: ChatServer, connect: Connect, slow: Reply
) -> None:
    server.script.extend([slow] * 3)
    began = time.monotonic()
    assert refused(connect(timeout=0.8)).retryable
    assert time.monotonic() - began < 10


def test_a_connection_that_dies(server: ChatServer, connect: Connect) -> None:
    server.script.append(Reply(completion(answer()), cut=True))
    assert texts(connect().draft(request())) == ["The client spoke, line 0."]


def test_nobody_there(connect: Connect) -> None:
    assert refused(connect(base_url="http://127.0.0.1:9/v1")).retryable
