"""Who may do what over HTTP: every operation of the contract, every role, one's own rows, another's, and none.

The table is the truth that is tested; `services.permissions` and `services.visibility` are what must agree.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from models.user import Role
from services import api_tokens
from services.access import Actor
from services.api_tokens import Scope
from tests.api.asking import asking, asking_with
from tests.api.contract_table import OPERATIONS
from tests.api.rows import SAID, Rows, write_rows
from tests.people import People, enrol
from tests.sounds import encode, tone

WAV = encode(tone(1.2), "wav")
ABSENT = 4711

Call = Callable[[TestClient, Rows, bool], Any]


def _audio(client: TestClient, rows: Rows, absent: bool) -> Any:
    form = {
        "therapist_userid": str(ABSENT if absent else rows.people.alice.user_id),
        "therapist_clientid": str(ABSENT if absent else rows.client_id),
        "session_id": "matrix",
        "is_last_blob": "False",
    }
    return client.post("/audio", data=form, files={"file": ("a.wav", WAV)})


def _search(kind: str) -> Call:
    def call(client: TestClient, rows: Rows, absent: bool) -> Any:
        body = {"userid": str(rows.clara.user_id), "therapist_clientid": str(rows.client_id)}
        if absent:
            body = {"userid": str(ABSENT), "therapist_clientid": str(ABSENT)}
        return client.post(f"/{kind}/search", json=body)

    return call


def _transcribe(client: TestClient, rows: Rows, absent: bool) -> Any:
    therapist = rows.people.alice.user_id
    body = {
        "userid": str(ABSENT if absent else therapist),
        "therapist_clientid": str(ABSENT if absent else rows.client_id),
        "date": "2026-11-24",
    }
    return client.post("/transcribe", json=body)


def _row(method: str, kind: str, body: dict[str, Any] | None) -> Call:
    idents = {"recordings": "blob_id", "transcripts": "transcript_id"}

    def call(client: TestClient, rows: Rows, absent: bool) -> Any:
        ident = ABSENT if absent else getattr(rows, idents.get(kind, "history_id"))
        return client.request(method, f"/{kind}/{ident}", json=body)

    return call


def _list(kind: str) -> Call:
    return lambda client, rows, absent: client.get(
        f"/{kind}", params={"client": ABSENT if absent else rows.client_id}
    )


FULL = {"transcript": SAID, "transcript_summary": "Better.", "date": "2026-11-24T09:30:00Z"}
OF_HISTORY = {"transcript_summary": "Better.", "date": "2026-11-24T09:30:00Z"}
# operation → (call, statuses for the owner, their supervisor, another therapist, the client, the two offices).
# 204 and an empty list say "none" about another's rows and absent ones alike.
EMPTY = "empty"
CALLS: dict[str, tuple[Call, tuple[object, ...]]] = {
    "POST /audio": (_audio, (200, 403, 404, 403, 403, 403)),
    "GET /recordings": (_list("recordings"), (200, 200, EMPTY, 403, 403, 403)),
    "GET /recordings/{id}": (_row("GET", "recordings", None), (200, 200, 404, 403, 403, 403)),
    "PUT /recordings/{id}": (_row("PUT", "recordings", {}), (200, 403, 404, 403, 403, 403)),
    "PATCH /recordings/{id}": (_row("PATCH", "recordings", {}), (200, 403, 404, 403, 403, 403)),
    "GET /transcript-history": (_list("transcript-history"), (200, 200, EMPTY, 403, 403, 403)),
    "GET /transcript-history/{id}": (
        _row("GET", "transcript-history", None),
        (200, 200, 404, 403, 403, 403),
    ),
    "PUT /transcript-history/{id}": (
        _row("PUT", "transcript-history", OF_HISTORY),
        (200, 403, 404, 403, 403, 403),
    ),
    "PATCH /transcript-history/{id}": (
        _row("PATCH", "transcript-history", {}),
        (200, 403, 404, 403, 403, 403),
    ),
    "GET /transcripts/{id}": (_row("GET", "transcripts", None), (200, 200, 404, 403, 403, 403)),
    "PUT /transcripts/{id}": (_row("PUT", "transcripts", FULL), (200, 403, 404, 403, 403, 403)),
    "PATCH /transcripts/{id}": (_row("PATCH", "transcripts", {}), (200, 403, 404, 403, 403, 403)),
    "POST /transcript-history/search": (
        _search("transcript-history"),
        (200, 200, 204, 403, 403, 403),
    ),
    "POST /transcripts/search": (_search("transcripts"), (200, 200, 204, 403, 403, 403)),
    "POST /transcribe": (_transcribe, (200, 200, 404, 403, 403, 403)),
}
# Their own rows and roles: tests/api/test_instructions.py and tests/api/test_documents.py.
ELSEWHERE = {"GET /instructions/{instruction_type}", "POST /documents", "POST /documents/view"}
SAME_AS_ANOTHERS = 2  # the column that an absent row must look like


def actors(rows: Rows) -> list[Actor]:
    people = rows.people
    return [people.alice, people.sam, people.bob, rows.clara, people.dora, people.adam]


@pytest.fixture
def rows(people: People) -> Rows:
    return write_rows(people)


def outcome(answer: Any) -> object:
    if answer.status_code == 200 and answer.json() == []:
        return EMPTY
    return answer.status_code


def test_every_operation_is_in_the_table() -> None:
    known = {f"{method.upper()} {path}" for method, path, *_ in OPERATIONS}
    assert known == set(CALLS) | ELSEWHERE


def test_each_role_gets_what_is_theirs(rows: Rows) -> None:
    wrong = []
    for column, actor in enumerate(actors(rows)):
        with asking(actor) as client:
            for name, (call, expected) in CALLS.items():
                found = outcome(call(client, rows, False))
                if found != expected[column]:
                    wrong.append((name, actor.role.value, found))
    assert wrong == []


def test_an_absent_row_looks_like_anothers(rows: Rows) -> None:
    wrong = []
    for column, actor in enumerate(actors(rows)):
        with asking(actor) as client:
            for name, (call, expected) in CALLS.items():
                found = outcome(call(client, rows, True))
                forbidden = expected[column] == 403
                if found != (403 if forbidden else expected[SAME_AS_ANOTHERS]):
                    wrong.append((name, actor.role.value, found))
    assert wrong == []
    with asking(rows.people.bob) as client:
        for call, _ in CALLS.values():
            assert call(client, rows, False).text == call(client, rows, True).text


def test_strangers_get_nothing(rows: Rows) -> None:
    with asking(None) as client:
        for call, _ in CALLS.values():
            assert call(client, rows, False).status_code == 401


def test_a_supervisor_of_nobody_sees_nobodys(rows: Rows) -> None:
    wrong = []
    with asking(enrol("olga", Role.SUPERVISOR)) as client:
        for name, (call, expected) in CALLS.items():
            found = outcome(call(client, rows, False))
            if found != (403 if expected[1] == 403 else expected[SAME_AS_ANOTHERS]):
                wrong.append((name, found))
    assert wrong == []


def test_a_sign_in_that_ended_opens_nothing(rows: Rows) -> None:
    with asking(replace(rows.people.alice, sign_in_id=ABSENT)) as client:
        for call, _ in CALLS.values():
            assert call(client, rows, False).status_code == 401


def test_a_reading_token_reads_and_changes_nothing(rows: Rows) -> None:
    """What the door refuses a token of the scope "read", whichever operation leads there."""
    changing = {"POST /audio", *(name for name in CALLS if name.startswith(("PUT", "PATCH")))}
    made = api_tokens.create(rows.people.alice, "a reader", Scope.READ, 1)
    with asking_with(made.secret) as client:
        for name, (call, _) in CALLS.items():
            assert call(client, rows, False).status_code == (403 if name in changing else 200), name
