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
from models.client import Consent, SessionType
from models.database import reading
from models.recording import Stage
from models.user import Role
from services import transcripts, vault
from services.access import Action, Actor, Via, Work
from services.contract.paging import Wanted
from services.documents.uploading import IncomingFile, Upload
from services.errors import AppError, NotAllowed, NotFound
from services.permissions import UNLOGGED
from services.recordings.chunks import Chunk
from services.transcription import Transcription
from tests.people import People, enrol
from tests.services.alices_rows import NAME, SESSION, WORDS, Ids
from tests.services.door_exemptions import (
    LEAVES_OUT_WHAT_IS_NOT_YOURS,
    NOT_THROUGH_THE_DOOR,
    OWN_ACCOUNT,
    WHOLE_PACKAGES,
)  # fmt: skip

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
        Consent: Consent.GIVEN, Stage: Stage.DONE, Wanted: Wanted(), Action: Action.ACCOUNT_CHANGE,
        Transcription: Transcription(language="en", duration=3.0, turns=()),
    }  # fmt: skip
    if kind is Chunk:
        content = vault.new_spool()
        content.write(b"not audio")
        return Chunk(ids.therapist_id, ids.client_id, SESSION, True, "a.wav", content, sequence=0)
    if kind is Upload:
        content = vault.new_spool()
        content.write(b"%PDF-1.7")
        files = (IncomingFile("a.pdf", content),)
        return Upload(ids.user_id, "Therapist", "letters", files, client_id=ids.client_id)
    if get_origin(kind) is list:
        return [harmless(get_args(kind)[0], ids)]
    return known.get(kind)  # None for the rest: whoever is refused never gets to see it


def refused_rows(actor: Actor) -> int:
    with reading() as session:
        mine = AccessLog.actor_id == actor.user_id, AccessLog.outcome == "refused"
        return session.scalar(select(func.count()).select_from(AccessLog).where(*mine)) or 0


def as_it_would_come(actor: Actor, name: str) -> Actor:
    """The worker's functions are called by a worker, the others from a page."""
    is_workers = ".processing." in name or ".reading_job." in name
    return replace(actor, via=Via.WORKER) if is_workers else actor


def role_without(name: str) -> Role:
    """Clients have documents of their own; everything else is closed to them."""
    return Role.PRIVACY_OFFICER if name.startswith("services.documents.") else Role.CLIENT


@pytest.mark.parametrize("name", sorted(set(DOORS) - OWN_ACCOUNT))
def test_someone_whose_role_allows_nothing_is_refused(name: str, sqlite_people: People) -> None:
    ids = Ids(sqlite_people)
    stranger = as_it_would_come(enrol("clara", role_without(name)), name)
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
    assert {action.split(":")[1] for action in UNLOGGED} <= {"watch", "read", "advance", "keep"}
