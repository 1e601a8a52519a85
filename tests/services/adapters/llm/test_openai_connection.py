"""Where words go, and with whose credential."""

import subprocess
import sys
import time

import pytest

from services.adapters.llm.chat import ChatModel
from services.adapters.llm.openai import OpenAIDrafter
from tests.servers.openai_chat import KEY, MODEL, ChatServer, chat_server
from tests.servers.openai_http import Reply, failure
from tests.services.adapters.llm.asked import SECRET, Connect, refused, request, texts, write


def test_words_do_not_follow_a_redirect(server: ChatServer, connect: Connect) -> None:
    with chat_server(write, key=None) as other:
        server.script.append(Reply("", 307, {"location": f"{other.base_url}/chat/completions"}))
        refused(connect())
        assert other.requests == []


def test_without_a_key_no_credential_of_the_machine_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "sk-of-somebody-else")
    with chat_server(write, key=None) as server:
        drafter = OpenAIDrafter(ChatModel(model=MODEL, base_url=server.base_url, api_key=None))
        assert texts(drafter.draft(request()))
    (asked,) = server.requests
    assert "authorization" not in asked.headers
    assert not [value for value in asked.headers.values() if "sk-of" in value]


def test_azure_with_a_token_of_entra_id(
    monkeypatch: pytest.MonkeyPatch, server: ChatServer, connect: Connect
) -> None:
    """A token is asked for at every try. The credential is a stand-in; Entra ID itself cannot be reached here."""
    from azure.core.credentials import AccessToken
    from azure.core.exceptions import ClientAuthenticationError

    class Credential:
        scopes: list[str] = []  # noqa: RUF012
        fails = False

        def get_token(self, *scopes: str, **_: object) -> AccessToken:
            if self.fails:
                raise ClientAuthenticationError(f"tenant says {SECRET}")
            self.scopes.extend(scopes)
            return AccessToken(KEY, int(time.time()) + 3600)

    credential = Credential()
    monkeypatch.setattr("azure.identity.DefaultAzureCredential", lambda: credential)
    server.script.append(failure(500))
    drafter = connect(api_key=None, azure_sign_in=True)
    assert texts(drafter.draft(request()))
    assert credential.scopes == ["https://cognitiveservices.azure.com/.default"]
    assert [one.headers["authorization"] for one in server.requests] == [f"Bearer {KEY}"] * 2
    credential = Credential()
    credential.fails = True
    assert refused(connect(api_key=None, azure_sign_in=True, timeout=0.3)).retryable


def test_the_makers_are_told_not_to_keep_what_was_said() -> None:
    for address in (None, "https://clinic.openai.azure.com/openai/v1/"):
        assert ChatModel(model=MODEL, base_url=address, api_key=KEY).is_openai
    elsewhere = ChatModel(model=MODEL, base_url="http://llm.clinic.example/v1", api_key=KEY)
    assert not elsewhere.is_openai


def test_what_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    with pytest.raises(ValueError, match="VERBATIM_LLM_MODEL"):
        OpenAIDrafter(ChatModel(model=None, base_url=None, api_key=KEY))
    with pytest.raises(ValueError, match="VERBATIM_LLM_API_KEY"):
        OpenAIDrafter(ChatModel(model=MODEL, base_url=None, api_key=None))


def test_the_sdk_is_loaded_with_the_first_draft_only() -> None:
    code = (
        "import sys; from services.adapters.llm.openai import OpenAIDrafter;"
        "from services.adapters.llm.chat import ChatModel;"
        "OpenAIDrafter(ChatModel(model='m', base_url='http://127.0.0.1:9', api_key=None));"
        "print([m for m in ('openai', 'httpx2', 'azure.identity', 'sklearn') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
