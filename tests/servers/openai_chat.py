"""A chat-completions server that speaks OpenAI's protocol over real HTTP, for the real SDK. It checks key, path and
model, keeps what it was asked, and answers what the script says; or it fails in the way a test asks for."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.servers.openai_http import Json, OpenAIServer, Reply, failure, running

KEY, MODEL = "sk-test-77c3", "notes-large"
ANSWERED_BY = "notes-large-2026-10"  # servers name the model more exactly than they are asked


@dataclass
class Request:
    """One request, as it arrived."""

    path: str
    headers: dict[str, str]
    body: Json

    @property
    def text(self) -> str:
        """All that the model is told."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def line_ids(self) -> list[int]:
        """The lines of the transcript in it, by their marks."""
        return [
            int(line[1 : line.index("]")]) for line in self.text.splitlines() if line[:1] == "["
        ]


def completion(
    content: str | Json | None, *, finish: str = "stop", refusal: str | None = None
) -> Json:
    """A chat completion as OpenAI gives it."""
    said = json.dumps(content) if isinstance(content, dict) else content
    message = {"role": "assistant", "content": said, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": ANSWERED_BY,
        "choices": [{"index": 0, "finish_reason": finish, "message": message, "logprobs": None}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 50, "total_tokens": 950},
    }


Write = Callable[[Request], Json]


class ChatServer(OpenAIServer[Request]):
    """`write` makes the content of an answer."""

    def __init__(self, write: Write, key: str | None) -> None:
        super().__init__(key)
        self.write = write

    def parsed(self, path: str, headers: dict[str, str], body: bytes) -> Request:
        return Request(path, headers, json.loads(body))

    def reply(self, request: Request) -> Reply:
        body = request.body
        if request.path != "/v1/chat/completions" or body["model"] != MODEL:
            return failure(404, "model_not_found")
        form = body.get("response_format", {}).get("json_schema", {})
        if not (form.get("strict") and _is_strict(form["schema"])):
            return failure(400, "invalid_json_schema")
        return Reply(completion(self.write(request)))


def chat_server(write: Write, key: str | None = KEY) -> AbstractContextManager[ChatServer]:
    return running(ChatServer(write, key))


def _is_strict(part: Any) -> bool:
    """OpenAI's rule: every object closed, every property required, nothing with a default."""
    if isinstance(part, list):
        return all(_is_strict(one) for one in part)
    if not isinstance(part, dict):
        return True
    if part.get("type") == "object":
        closed = part.get("additionalProperties") is False
        if not closed or set(part["required"]) != set(part["properties"]):
            return False
    return "default" not in part and all(_is_strict(one) for one in part.values())
