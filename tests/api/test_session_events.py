"""Server-sent events of a session: each change once, an end, and nothing for those it is not for."""

import base64
import json
import threading
from typing import Any

import pytest

from models.base import now
from models.database import sessions
from models.recording import RecordingState, Stage, TranscribedPassage
from services import clients, encryption, summaries
from services.access import Actor
from services.adapters.speech import Word
from services.jobs import owner
from services.processing import stored
from services.transcription import Passage
from tests.api.asking import asking
from tests.people import People
from tests.services.written import LINES, change, spoken, write_session


@pytest.fixture
def client_id(people: People) -> int:
    return clients.create_client(people.alice, "Nora Feldt")


def follow(
    actor: Actor, recording_id: int, query: str = "", **headers: str
) -> list[dict[str, Any]]:
    """Every event until the end."""
    events: list[dict[str, Any]] = []
    with (
        asking(actor) as client,
        client.stream("GET", f"/sessions/{recording_id}/events{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if not line and event:
                events.append(event)
                event = {}
            elif name == "data":
                event["data"] = json.loads(value)
            elif name:
                event[name] = value
    return events


def test_a_session_that_is_done_ends_at_once(people: People, client_id: int) -> None:
    events = follow(people.alice, write_session(people.alice, client_id))
    assert [event["event"] for event in events] == ["progress", "end"]
    assert events[0]["data"]["state"] == "done"
    assert events[0]["data"]["progress"] == 1.0


def test_what_passes_is_told_as_it_passes(people: People, client_id: int) -> None:
    ident = write_session(people.alice, client_id, state=RecordingState.PROCESSING)
    change(ident, stage=Stage.TRANSCRIBING, progress=0.25)

    def work() -> None:
        stored.add_transcript(owner(ident), ident, spoken(LINES))
        summary = summaries.summarise(*stored.utterances(owner(ident), ident))
        stored.finish(owner(ident), ident, summary, summaries.AUTHOR)

    timer = threading.Timer(1.5, work)
    timer.start()
    try:
        events = follow(people.sam, ident)
    finally:
        timer.join()
    assert (events[0]["data"]["stage"], events[0]["data"]["progress"]) == ("transcribing", 0.25)
    assert events[-1]["event"] == "end"
    assert events[-1]["data"]["state"] == "done"
    told = [json.dumps(event["data"]) for event in events if event["event"] == "progress"]
    assert len(told) == len(set(told))


def test_why_it_failed_is_told(people: People, client_id: int) -> None:
    ident = write_session(people.alice, client_id, state=RecordingState.FAILED)
    change(ident, error_text="The audio could not be read.")
    events = follow(people.alice, ident)
    assert events[-1]["data"]["error"] == "The audio could not be read."


def passage(recording_id: int, therapist_id: int, position: int, text: str) -> None:
    start = position * 10.0
    words = tuple(
        Word(word, start + n * 0.5, start + n * 0.5 + 0.4, 0.9)
        for n, word in enumerate(text.split())
    )
    made = Passage(position, start, start + 10.0, "en", True, words, (), ())
    row = TranscribedPassage(
        therapist_id=therapist_id,
        recording_id=recording_id,
        position=position,
        start=start,
        end=start + 10.0,
    )
    content = base64.b64encode(made.to_bytes()).decode()
    row.content = encryption.seal(row, "content", content)
    with sessions()() as session, session.begin():
        session.add(row)


def test_captions_come_once_and_go_on_after_a_break(people: People, client_id: int) -> None:
    alice = people.alice
    ident = write_session(alice, client_id, state=RecordingState.RECEIVING)
    passage(ident, alice.user_id, 0, "Good morning Nora.")
    passage(ident, alice.user_id, 1, "The tram was late again.")
    ended = threading.Timer(
        2.5, lambda: change(ident, state=RecordingState.FAILED, updated_at=now())
    )
    ended.start()
    try:
        events = follow(alice, ident, "?captions=true")
    finally:
        ended.join()
    said = [event for event in events if event["event"] == "captions"]
    assert len(said) == 1
    assert [each["text"] for each in said[0]["data"]] == [
        "Good morning Nora.",
        "The tram was late again.",
    ]
    rest = follow(alice, ident, "?captions=true", **{"last-event-id": "9.9"})
    again = [
        each["text"] for event in rest if event["event"] == "captions" for each in event["data"]
    ]
    assert again == ["The tram was late again."]
    assert not [event for event in follow(alice, ident) if event["event"] == "captions"]
    # a supervisor follows the stages; the words of a running session are its therapist's
    assert not [e for e in follow(people.sam, ident, "?captions=true") if e["event"] == "captions"]


def test_not_yours_is_not_found(people: People, client_id: int) -> None:
    ident = write_session(people.alice, client_id)
    for actor, status in ((people.bob, 404), (people.dora, 403), (None, 401)):
        with asking(actor) as client:
            assert client.get(f"/sessions/{ident}/events").status_code == status
    with asking(people.alice) as client:
        assert client.get("/sessions/4711/events").status_code == 404
        assert client.get(f"/sessions/{2**40}/events").status_code == 422
