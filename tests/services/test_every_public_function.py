"""Every public function of every service: the actor comes first, and a stranger gets nothing but a log row.

The functions are found by walking the package, so a new one is tested the day it is written. One that does not go
through the door needs a line in NOT_THROUGH_THE_DOOR that says why.
"""

import datetime as dt
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import services
from models.access_log import AccessLog
from models.base import Base, now
from models.client import Consent, SessionType, TherapistClient, TherapistSession
from models.database import reading, sessions
from models.recording import AudioBlob, Recording, RecordingState, Stage, TranscribedPassage
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.user import Role
from services import encryption, transcripts, vault
from services.access import Actor, Via, Work
from services.errors import AppError, NotAllowed, NotFound
from services.permissions import UNLOGGED
from services.recordings.chunks import Chunk
from services.transcription import Transcription
from tests.people import People, enrol

NAME, WORDS, SESSION = "Rosalind Amber", "marmalade on the tram", "alices-session"

# A module, or module.function: why it is not asked for an actor.
NOT_THROUGH_THE_DOOR = {
    "services.access": "is the door",
    "services.visibility": "says which rows the door lets through",
    "services.sign_in": "before there is an actor; leaves log rows of its own",
    "services.sign_in_throttle": "before there is an actor; holds hashes only",
    "services.readiness": "answers a health check by yes or no",
    "services.errors": "no database",
    "services.safe_log": "no database",
    "services.passwords": "no database",
    "services.corrections": "no database: pure functions over a transcript that was let out",
    "services.summaries": "no database: a pure function over a transcript that was let out",
    "services.transcription": "no database: pure functions over passages that were let out",
    "services.recordings.checks": "no database: looks at what was sent in",
    "services.recordings.paths": "no database: spells paths",
    "services.recordings.expected_speakers": "no database",
    "services.worker_process": "starts the worker process",
    "services.vault": "keys and blob store of this process; what blobs say is only read after the door",
    "services.jobs": "the queue's own connection, ids only; finds out as whom the worker acts",
    "services.processing.workflows": "entered by the queue with ids; acts as their owner through the door",
    "services.processing.transcribing.forget": "drops what this process kept in memory",
    "services.recordings.playback.audio": "takes the proof that `playback`, through the door, gave out",
}  # fmt: skip
WHOLE_PACKAGES = ("services.adapters", "services.encryption")  # know no actors, rows or sessions
# Everybody may do this with their own account; tests/services/test_users.py has the rest.
OWN_ACCOUNT = {
    "services.users.change_my_password",
    "services.users.end_my_other_sign_ins",
    "services.users.my_account",
    "services.users.my_sign_ins",
    "services.users.revoke_sign_in",
}
# Asked for somebody else's rows these answer with nothing instead of refusing.
LEAVES_OUT_WHAT_IS_NOT_YOURS = {
    "services.processing.stored.has_transcript",
    "services.recordings.lifecycle.watch",
    "services.sessions.list_sessions",
}

Function = Callable[..., Any]


def public_functions() -> Iterator[tuple[str, Function]]:
    for module_info in pkgutil.walk_packages(services.__path__, "services."):
        if module_info.name.startswith(WHOLE_PACKAGES):
            continue
        module = importlib.import_module(module_info.name)
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", None) == module_info.name
            if own and not name.startswith("_") and inspect.isfunction(inspect.unwrap(thing)):
                yield f"{module_info.name}.{name}", thing


def first_parameter(function: Function) -> tuple[str, Any]:
    names = list(inspect.signature(function).parameters)
    return (names[0], get_type_hints(function)[names[0]]) if names else ("", None)


ALL = dict(public_functions())
DOORS = {
    name: function
    for name, function in ALL.items()
    if first_parameter(function) == ("actor", Actor)
    and name.rpartition(".")[0] != "services.access"
}


def test_functions_were_found() -> None:
    assert len(DOORS) > 40
    assert {"services.transcripts.read", "services.clients.list_clients"} <= set(DOORS)


@pytest.mark.parametrize("name", sorted(set(ALL) - set(DOORS)))
def test_what_takes_no_actor_is_inside_the_door_or_accounted_for(name: str) -> None:
    kind = first_parameter(ALL[name])[1]
    if inspect.isclass(kind) and issubclass(kind, Session | Work | Base):
        return  # nobody outside the door has one
    module = name.rpartition(".")[0]
    assert {name, module} & set(NOT_THROUGH_THE_DOOR), (
        f"{name} takes no actor: give it one and begin with `with acting(...)`, or say here why not"
    )


@pytest.mark.parametrize("entry", sorted(NOT_THROUGH_THE_DOOR))
def test_no_exemption_is_left_over(entry: str) -> None:
    assert any(name == entry or name.startswith(entry + ".") for name in ALL)


class Ids:
    """A finished session of Alice's, with everything that hangs on it."""

    def __init__(self, people: People) -> None:
        self.therapist_id = self.user_id = self.supervisor_id = people.alice.user_id
        self.sign_in_id = people.alice.sign_in_id
        with sessions()() as session, session.begin():
            self._session = session
            owned = {"therapist_id": people.alice.user_id}
            client = self._put(TherapistClient(**owned), name=NAME)
            of_client = owned | {"therapist_client_id": client.id}
            appointment = self._put(
                TherapistSession(**of_client, starts_at=now(), session_type=SessionType.INDIVIDUAL)
            )
            of_session = of_client | {"therapist_session_id": appointment.id}
            recording = self._put(
                Recording(
                    **of_session,
                    session_id=SESSION,
                    state=RecordingState.DONE,
                    stage=Stage.DONE,
                    last_sequence=0,
                    playback_path="1/1/2026-11-24/a.wav",
                    playback_type="audio/wav",
                )
            )
            of_recording = owned | {"recording_id": recording.id}
            self._put(
                AudioBlob(
                    **of_recording, sequence=0, path="1/1/2026-11-24/a.wav", seconds=3.0, size=4,
                    content_type="audio/wav", sha256="0" * 64, starts_container=True, is_last=True,
                ),
                filename="rosalind.wav",
            )  # fmt: skip
            self._put(TranscribedPassage(**of_recording, position=0, start=0, end=3), content=WORDS)
            said = [{"id": 0, "speaker": "1", "start": 0.0, "end": 3.0, "text": WORDS, "words": []}]
            transcript = TherapistSessionTranscript(
                **of_session, recording_id=recording.id, language="en", duration=3.0, date=now()
            )
            for column, value in (
                ("utterances", said),
                ("machine", said),
                ("speakers", [{"key": "1", "name": NAME, "role": None}]),
            ):
                setattr(transcript, column, encryption.seal_json(transcript, column, value))
            self._put(transcript, transcript=WORDS, transcript_summary=WORDS)
            history = TherapistSessionTranscriptHistory(
                **of_session, transcript_id=transcript.id, version=1, author="x", date=now()
            )
            self._put(history, transcript_summary=WORDS)
        self.client_id = client.id
        self.recording_id = recording.id
        self.recording_ids = [recording.id]
        self.therapist_ids = [people.alice.user_id]
        self.method = "in writing"  # of consent
        vault.blobs().put("1/1/2026-11-24/a.wav", iter([b"RIFF"]), "audio/wav")

    def _put(self, row: Any, **sealed: str) -> Any:
        for column, text in sealed.items():
            setattr(row, column, encryption.seal(row, column, text))
        self._session.add(row)
        self._session.flush()
        return row


def arguments(name: str, function: Function, ids: Ids) -> dict[str, Any]:
    """Alice's ids wherever an id is asked for, something harmless for the rest that is required."""
    made: dict[str, Any] = {}
    hints = get_type_hints(function)
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if hasattr(ids, parameter.name):
            made[parameter.name] = getattr(ids, parameter.name)
        elif parameter.default is inspect.Parameter.empty:
            made[parameter.name] = harmless(hints[parameter.name], ids)
    return made


def harmless(kind: Any, ids: Ids) -> Any:
    known = {
        int: 0, float: 0.0, str: "eleven quiet violet harbours", bool: True, bytes: b"",
        dt.datetime: now(), Role: Role.THERAPIST, SessionType: SessionType.INDIVIDUAL,
        Consent: Consent.GIVEN, Stage: Stage.DONE,
        Transcription: Transcription(language="en", duration=3.0, turns=()),
    }  # fmt: skip
    if kind is Chunk:
        content = vault.new_spool()
        content.write(b"not audio")
        return Chunk(ids.therapist_id, ids.client_id, SESSION, True, "a.wav", content, sequence=0)
    if get_origin(kind) is list:
        return [harmless(get_args(kind)[0], ids)]
    return known.get(kind)  # None for the rest: whoever is refused never gets to see it


def refused_rows(actor: Actor) -> int:
    with reading() as session:
        mine = AccessLog.actor_id == actor.user_id, AccessLog.outcome == "refused"
        return session.scalar(select(func.count()).select_from(AccessLog).where(*mine)) or 0


def as_it_would_come(actor: Actor, name: str) -> Actor:
    """The worker's functions are called by a worker, the others from a page."""
    return replace(actor, via=Via.WORKER) if ".processing." in name else actor


@pytest.mark.parametrize("name", sorted(set(DOORS) - OWN_ACCOUNT))
def test_someone_whose_role_allows_nothing_is_refused(name: str, sqlite_people: People) -> None:
    ids = Ids(sqlite_people)
    stranger = as_it_would_come(enrol("clara", Role.CLIENT), name)
    with pytest.raises(NotAllowed):
        DOORS[name](stranger, **arguments(name, DOORS[name], ids))
    assert refused_rows(stranger) == 1


@pytest.mark.parametrize("name", sorted(DOORS))
def test_another_therapist_gets_nothing_of_alices(name: str, sqlite_people: People) -> None:
    ids = Ids(sqlite_people)
    bob = as_it_would_come(sqlite_people.bob, name)
    given = arguments(name, DOORS[name], ids)
    try:
        result = DOORS[name](bob, **given)
    except (NotAllowed, NotFound) as error:
        assert refused_rows(bob) == 1
        result = error
    except AppError as error:
        assert not set(given) & set(vars(ids)), "an id of Alice's got further than the door"
        result = error
    else:
        takes_ids = bool(set(given) & set(vars(ids)))
        assert not takes_ids or name in LEAVES_OUT_WHAT_IS_NOT_YOURS
    for secret in (NAME, WORDS, SESSION):
        assert secret not in repr(result)


def test_alice_herself_gets_what_the_others_were_refused(sqlite_people: People) -> None:
    """Otherwise nothing above would prove anything."""
    ids, alice = Ids(sqlite_people), sqlite_people.alice
    found = transcripts.read(alice, ids.recording_id)
    assert found["utterances"][0]["text"] == WORDS
    for name in (
        "services.clients.list_clients",
        "services.sessions.list_sessions",
        "services.sessions.read_session",
        "services.recordings.playback.playback",
        "services.recordings.lifecycle.watch",
        "services.transcripts.correct",
    ):
        assert DOORS[name](alice, **arguments(name, DOORS[name], ids)), name
    assert refused_rows(alice) == 0


def test_only_polling_goes_unlogged() -> None:
    assert {action.split(":")[1] for action in UNLOGGED} <= {"watch", "read", "advance"}
