"""The one door: roles, rows, one transaction, and a log row or nothing."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import delete, func, select, update

from models.access_log import AccessLog, LogHead
from models.base import now
from models.client import TherapistClient, TherapistSession
from models.database import reading, sessions
from models.user import Role, SignIn, User
from services import access, access_chain, encryption
from services.access import Action, Actor, Via, acting
from services.errors import NotAllowed, NotFound, NotSignedIn
from services.permissions import PERMISSIONS, UNLOGGED, WORKER_ONLY
from tests.people import People

CLINICAL = {
    Action.RECORDING_ADD_CHUNK, Action.RECORDING_FINISH, Action.RECORDING_RETRY,
    Action.RECORDING_PLAY, Action.RECORDING_WATCH, Action.RECORDING_PROCESS,
    Action.SESSION_LIST, Action.SESSION_READ, Action.TRANSCRIPT_READ, Action.TRANSCRIPT_CORRECT,
}  # fmt: skip


def log_rows() -> list[AccessLog]:
    with reading() as session:
        return list(session.scalars(select(AccessLog).order_by(AccessLog.id)))


def client_of(actor: Actor, name: str = "Rosalind Amber") -> TherapistClient:
    with sessions()() as session, session.begin():
        row = TherapistClient(therapist_id=actor.user_id)
        row.name = encryption.seal(row, "name", name)
        session.add(row)
        session.flush()
        return row


def test_every_action_belongs_to_somebody() -> None:
    granted = set().union(*PERMISSIONS.values())
    assert granted == set(Action)
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.CLIENT])
def test_no_clinical_content_for(role: Role) -> None:
    assert not PERMISSIONS[role] & CLINICAL


def test_the_access_log_is_for_the_privacy_officer_alone() -> None:
    for role in Role:
        sees = {action for action in PERMISSIONS[role] if action.startswith("access_log:")}
        assert bool(sees) == (role is Role.PRIVACY_OFFICER)


def test_a_supervisor_reads_and_changes_nothing() -> None:
    verbs = {action.split(":")[1] for action in PERMISSIONS[Role.SUPERVISOR] & CLINICAL}
    assert verbs == {"play", "watch", "list", "read"}


@pytest.mark.parametrize("via", [Via.DASHBOARD, Via.API])
def test_what_is_the_workers_is_not_done_from_outside(people: People, via: Via) -> None:
    outside = dataclasses.replace(people.alice, via=via)
    for action in WORKER_ONLY:
        assert not outside.may(action)
        assert dataclasses.replace(people.alice, via=Via.WORKER).may(action)


def test_done_work_and_its_log_row_are_one_transaction(people: People) -> None:
    row = client_of(people.alice)
    with acting(people.alice, Action.CLIENT_LIST) as work:
        assert [found.id for found in work.rows(work.visible(TherapistClient))] == [row.id]
    (logged,) = log_rows()
    assert (logged.actor_id, logged.actor_name) == (people.alice.user_id, "Alice")
    assert (logged.actor_role, logged.via) == ("therapist", "dashboard")
    assert (logged.action, logged.outcome) == ("client:list", "done")
    assert (logged.subject_type, logged.subject_ids) == ("therapist_clients", str(row.id))
    assert logged.client_id == row.id


def test_a_role_that_may_not_is_refused_and_logged(people: People) -> None:
    for actor, action in (
        (people.dora, Action.TRANSCRIPT_READ),
        (people.adam, Action.RECORDING_PLAY),
        (people.alice, Action.ACCESS_LOG_READ),
        (people.sam, Action.TRANSCRIPT_CORRECT),
        (people.alice, Action.RECORDING_PROCESS),
    ):
        with pytest.raises(NotAllowed), acting(actor, action):
            pytest.fail("the body must not run")
        logged = log_rows()[-1]
        assert (logged.actor_id, logged.action, logged.outcome) == (
            actor.user_id,
            action,
            "refused",
        )


def test_somebody_elses_row_looks_absent_and_the_try_is_logged(people: People) -> None:
    row = client_of(people.alice)
    messages = []
    for key in (row.id, row.uid, 999_999):
        with pytest.raises(NotFound) as refused, acting(people.bob, Action.CLIENT_LIST) as work:
            work.get(TherapistClient, key)
        messages.append(str(refused.value))
    assert len(set(messages)) == 1
    assert "Rosalind" not in messages[0]
    assert [(r.actor_id, r.outcome) for r in log_rows()] == [(people.bob.user_id, "refused")] * 3
    assert log_rows()[0].subject_ids == str(row.id)


def test_a_supervisor_sees_the_rows_of_the_supervised_alone(people: People) -> None:
    hers, his = client_of(people.alice), client_of(people.bob)
    with acting(people.sam, Action.CLIENT_LIST) as work:
        assert work.get(TherapistClient, hers.id).id == hers.id
    with pytest.raises(NotFound), acting(people.sam, Action.CLIENT_LIST) as work:
        work.get(TherapistClient, his.id)


def test_an_administrator_sees_clients_and_no_clinical_row(people: People) -> None:
    row = client_of(people.alice)
    with sessions()() as session, session.begin():
        session.add(
            TherapistSession(
                therapist_id=people.alice.user_id,
                therapist_client_id=row.id,
                starts_at=now(),
                session_type=row.session_type,
            )
        )
    with acting(people.adam, Action.CLIENT_LIST) as work:
        assert len(work.rows(work.visible(TherapistClient))) == 1
        assert work.rows(work.visible(TherapistSession)) == []


def test_deleted_rows_are_gone_for_everybody(people: People) -> None:
    row = client_of(people.alice)
    with sessions()() as session, session.begin():
        session.execute(update(TherapistClient).values(deleted_at=now()))
    with pytest.raises(NotFound), acting(people.alice, Action.CLIENT_LIST) as work:
        work.get(TherapistClient, row.id)


def test_a_failure_inside_leaves_neither_change_nor_done_row(people: People) -> None:
    row = client_of(people.alice)

    def change_then_fail() -> None:
        with acting(people.alice, Action.CLIENT_CHANGE) as work:
            work.get(TherapistClient, row.id).language = "de"
            work.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_then_fail()
    assert log_rows() == []
    with reading() as session:
        assert session.get_one(TherapistClient, row.id).language is None


def test_no_log_row_means_nothing_is_returned_or_changed(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = client_of(people.alice)

    def full_disk(*_: object) -> None:
        raise OSError("no room for the log")

    monkeypatch.setattr(access_chain, "append", full_disk)
    with (
        pytest.raises(OSError, match="no room"),
        acting(people.alice, Action.CLIENT_CHANGE) as work,
    ):
        work.get(TherapistClient, row.id).language = "de"
    with reading() as session:
        assert session.get_one(TherapistClient, row.id).language is None


@pytest.mark.parametrize("ended", ["revoked", "expired", "disabled", "role"])
def test_a_sign_in_that_ended_meanwhile_opens_nothing(people: People, ended: str) -> None:
    long_ago = now() - dt.timedelta(hours=13)
    changes = {
        "revoked": update(SignIn).values(revoked_at=now()),
        "expired": update(SignIn).values(last_seen_at=long_ago),
        "disabled": update(User).values(disabled_at=now()),
        "role": update(User).where(User.name == "Alice").values(role=Role.ADMINISTRATOR),
    }
    with sessions()() as session, session.begin():
        session.execute(changes[ended])
    with (
        pytest.raises(NotSignedIn, match="Sign in again"),
        acting(people.alice, Action.CLIENT_LIST),
    ):
        pytest.fail("the body must not run")


def test_nobody_acts_with_somebody_elses_sign_in(people: People) -> None:
    forged = dataclasses.replace(people.adam, sign_in_id=people.bob.sign_in_id)
    with pytest.raises(NotSignedIn), acting(forged, Action.USER_LIST):
        pytest.fail("the body must not run")


def test_polling_writes_no_log_and_a_refused_poll_does(people: People) -> None:
    assert Action.RECORDING_WATCH in UNLOGGED
    with acting(people.alice, Action.RECORDING_WATCH):
        pass
    assert log_rows() == []
    with pytest.raises(NotAllowed), acting(people.dora, Action.RECORDING_WATCH):
        pass
    assert [row.outcome for row in log_rows()] == ["refused"]


def test_an_unknown_kind_of_row_is_visible_to_nobody(people: People) -> None:
    for actor in people.everyone():
        with reading() as session:
            seen = (
                select(func.count()).select_from(LogHead).where(access.visibility(LogHead, actor))
            )
            assert session.scalar(seen) == 0


def test_log_rows_outlive_the_people_they_name(people: People) -> None:
    with acting(people.bob, Action.CLIENT_LIST):
        pass
    with sessions()() as session, session.begin():
        session.execute(delete(SignIn).where(SignIn.user_id == people.bob.user_id))
        session.execute(delete(User).where(User.id == people.bob.user_id))
    assert log_rows()[-1].actor_name == "Bob"
