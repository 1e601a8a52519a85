"""A model's server that answers what a test says, and drafters that talk to it."""

from collections.abc import Iterator

import pytest

from services.adapters.llm.chat import ChatModel
from services.adapters.llm.openai import OpenAIDrafter
from tests.servers.openai_chat import KEY, MODEL, ChatServer, chat_server
from tests.services.adapters.llm.asked import Connect, write


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server(write) as running:
        yield running


@pytest.fixture
def connect(server: ChatServer) -> Connect:
    def make(**changes: object) -> OpenAIDrafter:
        settled = {"base_url": server.base_url, "api_key": KEY, "model": MODEL, "timeout": 20.0}
        return OpenAIDrafter(ChatModel(**(settled | changes)))  # type: ignore[arg-type]

    return make
