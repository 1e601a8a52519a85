"""From a transcript to a note: with the quoting drafter, and with a model behind the real SDK, well and badly."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from services.adapters.llm.chat import ChatModel
from services.adapters.llm.openai import OpenAIDrafter
from services.drafting import NOTHING_FOUND, NOTHING_SAID, TOO_SHORT, compose
from services.instructions import catalogue
from services.notes.content import Level, NoteContent, from_json, to_json
from tests.conftest import Configure
from tests.servers.openai_chat import (
    ANSWERED_BY,
    KEY,
    MODEL,
    ChatServer,
    Request,
    chat_server,
    completion,
)
from tests.servers.openai_http import Reply, failure
from tests.services.drafting.sessions import NAMES, SAID, SPEAKERS, utterances

NOTE = catalogue.built_in("clinical_notes")
HINT = "I gave my dog to my sister, she'll look after him better than I ever could."


def quoted(content: NoteContent, key: str) -> list[str]:
    return [
        one.text for section in content.sections if section.key == key for one in section.statements
    ]


def is_quoting(content: NoteContent) -> bool:
    return content.quotes_only and content.drafter == "extractive-1" and bool(content.statements())


def test_a_note_of_quotations() -> None:
    content = compose(NOTE, utterances(), SPEAKERS, goals=["Cry less"], drafter="extractive")
    assert is_quoting(content)
    assert [one.key for one in content.sections] == [one.key for one in NOTE.sections]
    assert quoted(content, "risk")[-1].endswith("hurting yourself?” The client answered “No.”")
    (asked,) = content.asked
    assert (asked.utterance, asked.answer) == (2, 3)
    unspoken = [one.key for one in content.sections if not one.statements]
    assert unspoken == [one.key for one in content.sections if not one.is_assessed]
    assert {one.level for one in content.statements()} == {Level.SUPPORTED}
    assert len({one.id for one in content.statements()}) == len(content.statements())
    assert (content.goals, content.notice) == (("Cry less",), "")
    assert from_json(to_json(content)) == content


@pytest.mark.parametrize("kind", catalogue.types())
def test_every_type_of_the_catalogue_can_be_drafted(kind: str) -> None:
    content = compose(catalogue.built_in(kind), utterances(), SPEAKERS, drafter="extractive")
    assert is_quoting(content)
    for statement in content.statements():
        for evidence in statement.evidence:
            said = " ".join(SAID[ident] for ident in evidence.utterances)
            assert evidence.quote is not None
            assert evidence.quote in said


@pytest.mark.parametrize(
    ("said", "notice"),
    [
        ([], NOTHING_SAID),
        (utterances("", " "), NOTHING_SAID),
        (utterances(*SAID[:4], pace=0.3), TOO_SHORT),
        (utterances(*["Mm-hmm."] * 40, pace=2.0), NOTHING_FOUND),
    ],
    ids=["no words", "no speech", "20 seconds", "back-channels only"],
)
def test_too_little_makes_no_note_and_says_why(said: list[dict[str, Any]], notice: str) -> None:
    content = compose(NOTE, said, SPEAKERS, drafter="extractive")
    assert (content.sections, content.notice) == ((), notice)


def test_risk_is_surfaced_though_there_is_no_note() -> None:
    said = utterances("And now?", "I want to kill myself.")
    content = compose(NOTE, said, SPEAKERS, drafter="extractive")
    assert content.sections == ()
    assert [one.utterance for one in content.risk] == [1]


def test_what_may_hint_at_risk_is_kept_apart() -> None:
    content = compose(NOTE, utterances(*SAID, "Go on.", HINT), SPEAKERS, drafter="extractive")
    assert [one.utterance for one in content.hints] == [len(SAID) + 1]
    assert content.risk == ()
    assert from_json(to_json(content)) == content


def test_one_speaker_whom_nobody_told_apart() -> None:
    alone = [{**one, "speaker": "S1"} for one in utterances(*SAID * 2)]
    content = compose(NOTE, alone, SPEAKERS[:1], drafter="extractive")
    assert is_quoting(content)
    without = compose(NOTE, alone, [{"key": "S1", "name": "Speaker 1"}], drafter="extractive")
    assert all(one.text.startswith("Speaker 1") for one in without.statements())


def test_a_transcript_from_before_there_were_roles() -> None:
    unnamed = [{"key": one["key"], "name": one["name"]} for one in SPEAKERS]
    content = compose(NOTE, utterances(), unnamed, drafter="extractive")
    assert quoted(content, "presenting_issue")[0].startswith("Client: “I felt worn out.")


def test_another_language() -> None:
    said = utterances(
        "Wie ging es in der letzten Woche mit dem Schlafen?",
        "Schlecht, ich bin jede Nacht um vier Uhr aufgewacht und lag dann lange da.",
        "Und was ging Ihnen dabei durch den Kopf?",
        "Dass es so weitergeht und dass ich am Morgen wieder nicht zur Arbeit kann.",
        pace=0.8,
    )
    content = compose(NOTE, said, SPEAKERS, language="de", drafter="extractive")
    assert any("um vier Uhr aufgewacht" in one.text for one in content.statements())
    assert "not in English" in content.notice


def test_unclear_passages_say_so() -> None:
    said = utterances()
    said[5] = utterances(probability=0.3)[5]
    content = compose(NOTE, said, SPEAKERS, drafter="extractive")
    marked = [one.text for one in content.statements() if "shoulders" in one.text]
    assert all(text.startswith("Client, unclear (0:") for text in marked)


def test_fifty_minutes_and_four_hours_offline() -> None:
    """The figure is measured by benchmarks/drafting.py; here the order of magnitude, on a busy machine."""
    compose(NOTE, utterances(), SPEAKERS, drafter="extractive")  # libraries are loaded once
    hour = utterances(*SAID * 95)
    began = time.monotonic()
    assert is_quoting(compose(NOTE, hour, SPEAKERS, drafter="extractive"))
    assert time.monotonic() - began < 15
    assert is_quoting(compose(NOTE, utterances(*SAID * 450), SPEAKERS, drafter="extractive"))


def write(asked: Request) -> dict[str, Any]:
    """A careful model, and one invention."""
    said = {
        line.partition("] ")[0][1:]: line for line in asked.text.splitlines() if line[:1] == "["
    }
    sister = said["1"].partition("My sister ")[2].partition(" rang")[0]
    report = {
        "text": f"The client said that her sister {sister} rang on Monday.",
        "speaker": "client", "lines": [1], "quote": f"My sister {sister} rang on Monday",
    }  # fmt: skip
    invented = {
        "text": "The client said “I slept nine hours”.",
        "speaker": "client", "lines": [1], "quote": "I slept nine hours",
    }  # fmt: skip
    return {
        "sections": [{"key": "presenting_issue", "statements": [report, invented]}],
        "risk": [{"line": 1, "category": "suicide"}],
    }


@pytest.fixture
def server(configure: Configure) -> Iterator[ChatServer]:
    """A model's server, chosen in the settings."""
    with chat_server(write) as running:
        configure(
            VERBATIM_LLM="openai",
            VERBATIM_LLM_MODEL=MODEL,
            VERBATIM_LLM_BASE_URL=running.base_url,
            VERBATIM_LLM_API_KEY=KEY,
            VERBATIM_LLM_SECOND_READING="0",
            VERBATIM_LLM_TIMEOUT="5",
        )
        yield running


def test_a_model_drafts_without_having_seen_a_name(server: ChatServer) -> None:
    speakers = [SPEAKERS[0], {**SPEAKERS[1], "name": "Siobhan"}]
    content = compose(NOTE, utterances(), speakers, identifiers=NAMES)
    (sent,) = server.requests
    assert not [name for name in ("Siobhan", "Byrne", "Orla") if name in str(sent.body)]
    assert "[NAME_1]" in sent.text
    assert (content.drafter, content.tokens_in, content.tokens_out) == (ANSWERED_BY, 900, 50)
    assert (content.quotes_only, content.notice, content.parts) == (False, "", 1)
    report, invented = content.sections[0].statements
    assert report.text == "The client said that her sister Orla rang on Monday."
    assert (report.evidence[0].utterances, report.evidence[0].quote) == (
        (1,),
        "My sister Orla rang on Monday",
    )
    assert report.level is Level.SUPPORTED
    assert invented.level is Level.CONTRADICTED
    assert [one.is_assessed for one in content.sections] == [True] + [False] * (
        len(NOTE.sections) - 1
    )
    assert [(one.utterance, one.category) for one in content.risk] == [(1, "suicide")]
    assert content.risk[0].words == SAID[1]


INSTEAD = [
    ("declined", Reply(completion(None, refusal="no"))),
    ("could not be read", Reply(completion("half a {"))),
    ("did not answer in time", failure(500)),
    ("did not answer in time", failure(429)),
    ("did not answer in time", Reply({}, after=30)),
    ("asks to wait 10 minutes", Reply({}, 429, {"retry-after": "600"})),
    ("tell your administrator", failure(401)),
    ("tell your administrator", failure(400, "unsupported_parameter")),
    ("wrote nothing", Reply(completion({"sections": [], "risk": []}))),
]


@pytest.mark.parametrize(("told", "reply"), INSTEAD)
def test_what_a_model_fails_at_is_quoted_instead_and_said(
    server: ChatServer, configure: Configure, told: str, reply: Reply
) -> None:
    if reply.after:
        configure(VERBATIM_LLM_TIMEOUT="0.5")
    server.script.extend([reply] * 3)
    content = compose(NOTE, utterances(), SPEAKERS)
    assert is_quoting(content)
    assert told in content.notice
    assert "draft again" in content.notice
    assert content.asked


MEANT = {"sections": [], "risk": [{"line": 1, "category": "abuse"}]}


def test_what_a_model_took_for_risk_stays_though_it_wrote_nothing(server: ChatServer) -> None:
    server.script.append(Reply(completion(MEANT)))
    content = compose(NOTE, utterances(), SPEAKERS)
    assert is_quoting(content)
    assert [(one.utterance, one.category) for one in content.risk] == [(1, "abuse")]
    assert (content.tokens_in, content.tokens_out) == (900, 50)


def test_what_a_model_took_for_risk_is_no_hint_any_more(server: ChatServer) -> None:
    named = {"sections": [], "risk": [{"line": len(SAID) + 1, "category": "suicide"}]}
    server.script.append(Reply(completion(named)))
    content = compose(NOTE, utterances(*SAID, "Go on.", HINT), SPEAKERS)
    assert [one.utterance for one in content.risk] == [len(SAID) + 1]
    assert content.hints == ()


def test_also_where_there_is_nothing_to_quote(server: ChatServer) -> None:
    server.script.append(Reply(completion(MEANT)))
    content = compose(NOTE, utterances(*["Mm-hmm."] * 40, pace=2.0), SPEAKERS)
    assert (content.statements(), content.sections) == ((), ())
    assert [(one.utterance, one.category) for one in content.risk] == [(1, "abuse")]
    assert content.notice.startswith("The language model wrote nothing.")
    assert content.notice.endswith(NOTHING_FOUND)


def test_statements_about_nothing_that_was_said_are_counted(server: ChatServer) -> None:
    made = write(
        Request("", {}, {"messages": [{"content": "[1] 0:01 client: My sister Orla rang"}]})
    )
    made["sections"][0]["statements"][1]["lines"] = [404]
    server.script.append(Reply(completion(made)))
    content = compose(NOTE, utterances(), SPEAKERS)
    assert len(content.statements()) == 1
    assert content.notice.startswith("1 of the model’s sentences named no passage")


def test_a_drafter_may_be_handed_in(server: ChatServer) -> None:
    mine = OpenAIDrafter(ChatModel(model=MODEL, base_url=server.base_url, api_key=KEY))
    assert compose(NOTE, utterances(), SPEAKERS, drafter=mine).drafter == ANSWERED_BY
    assert is_quoting(compose(NOTE, utterances(), SPEAKERS, drafter="extractive"))
    assert len(server.requests) == 1
