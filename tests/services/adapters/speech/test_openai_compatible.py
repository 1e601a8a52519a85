"""The real SDK against a server that speaks the protocol: what is sent, what is made of odd answers, and failures."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from services.adapters.errors import IntegrationError
from services.adapters.speech import Recognition
from services.adapters.speech.openai_compatible import OpenAICompatible
from tests.servers.openai_http import Reply, failure
from tests.servers.openai_speech import KEY, MODEL, SpeechServer, Verbose, speech_server
from tests.sounds import tone

SAMPLES = tone(6.0, rate=16_000)
SPEECH = [(1.0, 2.0), (5.0, 5.5)]  # the pause between is left out of what is sent
SECRET = "the client said that"


def verbose(**changes: object) -> Verbose:
    """An answer as OpenAI gives it."""
    segment = {
        "id": 0, "seek": 0, "start": 0.4, "end": 2.5, "text": " Well, I slept.", "tokens": [],
        "temperature": 0.0, "avg_logprob": -0.2, "compression_ratio": 0.9, "no_speech_prob": 0.1,
    }  # fmt: skip
    words = [("Well", 0.4, 0.9), ("I", 0.9, 1.0), ("slept", 2.0, 2.4)]
    return {
        "task": "transcribe",
        "language": "english",
        "duration": 3.1,
        "text": "Well, I slept.",
        "words": [{"word": word, "start": start, "end": end} for word, start, end in words],
        "segments": [segment],
    } | changes


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with speech_server(lambda samples, fields: verbose()) as running:
        yield running


Connect = Callable[..., OpenAICompatible]


@pytest.fixture
def connect(server: SpeechServer) -> Iterator[Connect]:
    made: list[OpenAICompatible] = []

    def make(**changes: object) -> OpenAICompatible:
        settled = {"base_url": server.base_url, "api_key": KEY, "model": MODEL} | changes
        made.append(OpenAICompatible(**settled))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


def ask(recogniser: OpenAICompatible, **given: object) -> Recognition:
    return recogniser.recognise(SAMPLES, SPEECH, **({"language": None} | given))  # type: ignore[arg-type]


def refused(recogniser: OpenAICompatible) -> IntegrationError:
    """The error, after a look that nothing leaks with it."""
    with pytest.raises(IntegrationError) as caught:
        ask(recogniser)
    assert SECRET not in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


def test_what_is_sent(server: SpeechServer, connect: Connect) -> None:
    ask(connect(), language="de", hotwords=("Sertralin", "EMDR"))
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.file_name == "passage.wav"
    assert request.fields == {
        "model": [MODEL],
        "language": ["de"],
        "prompt": ["Sertralin, EMDR"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
        "temperature": ["0.0"],
    }
    near = np.concatenate(
        [
            SAMPLES[round(0.6 * 16e3) : round(2.4 * 16e3)],
            SAMPLES[round(4.6 * 16e3) : round(5.9 * 16e3)],
        ]
    )
    assert len(request.samples) == len(near)
    assert np.abs(request.samples - near).max() < 2 / 32768


def test_no_word_of_a_passage_goes_out_with_the_next(
    server: SpeechServer, connect: Connect
) -> None:
    recogniser = connect()
    ask(recogniser, hotwords=("EMDR",))
    ask(recogniser)
    assert "prompt" not in server.requests[1].fields
    assert "language" not in server.requests[1].fields
    assert b"slept" not in server.requests[1].body


def test_words_come_back_with_punctuation_and_the_pause(connect: Connect) -> None:
    found = ask(connect())
    assert [(word.text, word.start, word.end) for word in found.words] == [
        ("Well,", 1.0, 1.5),
        ("I", 1.5, 1.6),
        ("slept.", 4.8, 5.2),
    ]
    assert {word.probability for word in found.words} == {round(float(np.exp(-0.2)), 3)}
    assert (found.language, found.language_probability) == ("en", 1.0)


def test_without_a_key_no_credential_of_the_machine_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "sk-of-somebody-else")
    with speech_server(lambda samples, fields: verbose(), key=None) as server:
        recogniser = OpenAICompatible(base_url=server.base_url, api_key=None, model=MODEL)
        assert len(ask(recogniser).words) == 3
        recogniser.close()
    (request,) = server.requests
    assert "authorization" not in request.headers
    assert not [value for value in request.headers.values() if "sk-of" in value]


def test_an_address_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(ValueError, match="VERBATIM_SPEECH_BASE_URL"):
        OpenAICompatible(base_url=None, api_key=KEY, model=MODEL)


@pytest.mark.parametrize(
    ("named", "code"),
    [("english", "en"), ("en", "en"), ("en-GB", "en"), ("Castilian", "es"), ("nynorsk", "nn"),
     ("haitian creole", "ht"), ("cantonese", "yue"), ("klingon", "und"), ("", "und"), (None, "und")],
)  # fmt: skip
def test_languages_go_by_their_codes(
    server: SpeechServer, connect: Connect, named: str | None, code: str
) -> None:
    server.script.append(Reply(verbose(language=named)))
    found = ask(connect())
    assert (found.language, found.language_probability) == (code, float(code != "und"))
    assert len(found.words) == 3


def test_a_server_that_is_busy_is_asked_again(server: SpeechServer, connect: Connect) -> None:
    server.script += [failure(429, "rate_limit_exceeded"), failure(503)]
    assert len(ask(connect()).words) == 3
    assert len(server.requests) == 3
    assert len({len(request.samples) for request in server.requests}) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_failures_that_may_pass(server: SpeechServer, connect: Connect, status: int) -> None:
    server.script += [failure(status, said=SECRET)] * 3
    error = refused(connect())
    assert (error.retryable, len(server.requests)) == (True, 3)
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 415, 422])
def test_failures_that_stay(server: SpeechServer, connect: Connect, status: int) -> None:
    server.script += [failure(status, said=SECRET)]
    error = refused(connect())
    assert (error.retryable, len(server.requests)) == (False, 1)


def test_a_wrong_key_and_a_wrong_model_are_told_apart(connect: Connect) -> None:
    assert "key" in str(refused(connect(api_key="sk-wrong")))
    assert "no such model" in str(refused(connect(model="whisper-9")))


def test_an_empty_account_is_no_busy_server(server: SpeechServer, connect: Connect) -> None:
    server.script += [failure(429, "insufficient_quota", x_should_retry="false")]
    error = refused(connect())
    assert not error.retryable
    assert "credit" in str(error)


def test_a_server_that_does_not_answer(server: SpeechServer, connect: Connect) -> None:
    server.script += [Reply(verbose(), after=5.0)]
    error = refused(connect(timeout=0.2, retries=0))
    assert error.retryable
    assert "in time" in str(error)


def test_a_server_that_is_not_there(server: SpeechServer, connect: Connect) -> None:
    error = refused(connect(base_url="http://127.0.0.1:9/v1", retries=0))
    assert error.retryable
    assert "reached" in str(error)


def test_an_answer_that_breaks_off(server: SpeechServer, connect: Connect) -> None:
    server.script += [Reply(verbose(), cut=True)]
    assert refused(connect(retries=0)).retryable


def test_a_redirect_is_not_followed(server: SpeechServer, connect: Connect) -> None:
    with speech_server(lambda samples, fields: verbose()) as elsewhere:
        there = f"{elsewhere.base_url}/audio/transcriptions"
        server.script += [Reply("", 307, {"location": there})]
        assert not refused(connect()).retryable
        assert elsewhere.requests == []


MALFORMED = {
    "nothing": b"",
    "a page of a proxy": f"<html>{SECRET}</html>",
    "text only": f'"{SECRET}"',
    "a list": "[]",
    "broken off": '{"text": "' + SECRET,
    "no text": verbose(text=None),
    "a time that is none": verbose(words=[{"word": SECRET, "start": "soon", "end": 1}]),
    "a time without end": '{"text": "a", "words": [{"word": "a", "start": NaN, "end": Infinity}]}',
    "no times": {"text": SECRET},
    "no times, and a language": verbose(words=None, segments=None, text=SECRET),
    "not UTF-8": b'{"text": "\xff\xfe"}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_an_answer_that_is_none(
    server: SpeechServer, connect: Connect, body: bytes | str | Verbose
) -> None:
    server.script += [Reply(body)]
    assert not refused(connect()).retryable


def test_an_answer_of_another_content_type_is_read_all_the_same(
    server: SpeechServer, connect: Connect
) -> None:
    server.script += [Reply(verbose(), headers={"content-type": "text/plain"})]
    assert len(ask(connect()).words) == 3


def test_what_whisper_makes_up_from_silence_is_left_out(
    server: SpeechServer, connect: Connect
) -> None:
    made_up = verbose()["segments"][0] | {"no_speech_prob": 0.9, "avg_logprob": -0.8}
    server.script += [Reply(verbose(segments=[made_up]))]
    assert ask(connect()).words == ()


def test_importing_it_imports_no_sdk() -> None:
    program = (
        "import sys; import services.adapters.speech.openai_compatible; "
        "sys.exit(any(name in sys.modules for name in ('openai', 'faster_whisper', 'av')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
