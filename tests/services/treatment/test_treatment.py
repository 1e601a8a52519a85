"""Goals and scores of a client: whose they are, their order and their course."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from models.access_log import AccessLog
from models.base import now
from models.database import sessions
from models.document import Document, DocumentRole
from models.treatment import GoalState, MeasureKind
from services import clients, encryption, treatment
from services.access import Actor
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.people import People
from tests.services.written import write_session

TODAY = dt.date(2026, 11, 24)


def client_of(actor: Actor) -> int:
    return clients.create_client(actor, "Nora Feldt")


def texts(actor: Actor, client_id: int) -> list[tuple[str, str]]:
    return [(goal.text, goal.state.value) for goal in treatment.list_goals(actor, client_id)]


def test_goals_from_first_to_last(people: People) -> None:
    alice, nora = people.alice, client_of(people.alice)
    sleep, walk, work = (
        treatment.add_goal(alice, nora, words) for words in ("Sleep  seven hours", "Walk", "Work")
    )
    assert treatment.open_goals(alice, nora) == ("Sleep seven hours", "Walk", "Work")
    treatment.move_goal(alice, work, up=True)
    treatment.move_goal(alice, work, up=True)
    treatment.move_goal(alice, work, up=True)
    treatment.move_goal(alice, walk, up=False)
    assert treatment.open_goals(alice, nora) == ("Work", "Sleep seven hours", "Walk")
    treatment.change_goal(alice, walk, "Walk each day")
    treatment.close_goal(alice, sleep, GoalState.MET)
    treatment.close_goal(alice, work, GoalState.DROPPED)
    assert texts(alice, nora) == [
        ("Walk each day", "open"), ("Work", "dropped"), ("Sleep seven hours", "met"),
    ]  # fmt: skip
    treatment.reopen_goal(alice, sleep)
    assert treatment.open_goals(alice, nora) == ("Walk each day", "Sleep seven hours")
    with pytest.raises(Conflict):
        treatment.close_goal(alice, work, GoalState.MET)
    with pytest.raises(Conflict):
        treatment.move_goal(alice, work, up=True)
    with pytest.raises(Invalid):
        treatment.close_goal(alice, walk, GoalState.OPEN)
    for words in (" ", "x" * 501):
        with pytest.raises(Invalid):
            treatment.add_goal(alice, nora, words)


def test_no_more_goals_than_a_plan_holds(sqlite_people: People) -> None:
    nora = client_of(sqlite_people.alice)
    for number in range(20):
        treatment.add_goal(sqlite_people.alice, nora, f"Goal {number}")
    with pytest.raises(Invalid, match="Up to 20"):
        treatment.add_goal(sqlite_people.alice, nora, "One more")


def test_scores_over_the_sessions(people: People) -> None:
    alice, nora = people.alice, client_of(people.alice)
    goal = treatment.add_goal(alice, nora, "Sleep")
    held = now() - dt.timedelta(days=3)
    write_session(alice, nora, starts_at=held)
    answers = (1, 2, 2, 1, 0, 1, 1, 0, 1)
    treatment.add_measurement(alice, nora, MeasureKind.PHQ9, TODAY, items=answers)
    treatment.add_measurement(
        alice, nora, MeasureKind.GAD7, TODAY - dt.timedelta(days=14), total=15
    )
    treatment.add_measurement(alice, nora, MeasureKind.GOAL, TODAY, total=4, goal_id=goal)
    found = treatment.series(people.sam, nora)
    assert [(one.kind.value, one.total, one.band, one.self_harm) for one in found.scores] == [
        ("gad7", 15, "severe", None),
        ("phq9", 9, "mild", 1),
        ("goal", 4, "", None),
    ]
    assert found.scores[1].items == answers
    assert {one.entered_by for one in found.scores} == {"Alice"}
    assert found.scores[2].goal_id == goal
    assert found.sessions == (held,)
    treatment.remove_measurement(alice, found.scores[0].id)
    assert [one.kind.value for one in treatment.series(alice, nora).scores] == ["phq9", "goal"]


def test_item_nine_is_known_or_it_is_not(sqlite_people: People) -> None:
    alice, nora = sqlite_people.alice, client_of(sqlite_people.alice)
    treatment.add_measurement(alice, nora, MeasureKind.PHQ9, TODAY, total=3)
    treatment.add_measurement(alice, nora, MeasureKind.PHQ9, TODAY, total=3, items=(*[None] * 8, 2))
    assert [one.self_harm for one in treatment.series(alice, nora).scores] == [None, 2]


def test_what_belongs_to_another_client_is_not_found(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora, otto = client_of(alice), client_of(alice)
    goal, document = treatment.add_goal(alice, otto, "Sleep"), written_document(alice, otto)
    with pytest.raises(NotFound):
        treatment.add_measurement(alice, nora, MeasureKind.GOAL, TODAY, total=4, goal_id=goal)
    with pytest.raises(NotFound):
        treatment.add_measurement(
            alice, nora, MeasureKind.PHQ9, TODAY, total=4, document_id=document
        )
    with pytest.raises(Invalid, match="belongs to one goal"):
        treatment.add_measurement(alice, nora, MeasureKind.GOAL, TODAY, total=4)
    with pytest.raises(Invalid, match="future"):
        treatment.add_measurement(alice, nora, MeasureKind.PHQ9, dt.date(2999, 1, 1), total=4)
    assert treatment.series(alice, nora).scores == ()


def test_a_document_gives_a_measure_once(sqlite_people: People) -> None:
    alice, nora = sqlite_people.alice, client_of(sqlite_people.alice)
    document = written_document(alice, nora)

    def confirm(kind: MeasureKind) -> int:
        return treatment.add_measurement(alice, nora, kind, TODAY, total=4, document_id=document)

    first = confirm(MeasureKind.PHQ9)
    confirm(MeasureKind.GAD7)
    with pytest.raises(Conflict):
        confirm(MeasureKind.PHQ9)
    treatment.remove_measurement(alice, first)
    confirm(MeasureKind.PHQ9)


def written_document(actor: Actor, client_id: int) -> int:
    with sessions()() as session, session.begin():
        document = Document(
            therapist_id=actor.user_id,
            therapist_client_id=client_id,
            user_id=actor.user_id,
            feature="questionnaires",
            path=f"questionnaires/Therapist/{client_id}",
            content_type="application/pdf",
            size=4,
            sha256="0" * 64,
            role=DocumentRole.THERAPIST,
        )
        document.filename = encryption.seal(document, "filename", "scan.pdf")
        session.add(document)
        session.flush()
        return document.id


def test_supervisors_read_and_others_do_neither(sqlite_people: People) -> None:
    alice, sam = sqlite_people.alice, sqlite_people.sam
    nora = client_of(alice)
    goal = treatment.add_goal(alice, nora, "Sleep")
    assert treatment.open_goals(sam, nora) == ("Sleep",)
    for actor, error in (
        (sam, NotAllowed),
        (sqlite_people.bob, NotFound),
        (sqlite_people.adam, NotAllowed),
    ):
        with pytest.raises(error):
            treatment.change_goal(actor, goal, "Theirs")
        with pytest.raises(error):
            treatment.add_goal(actor, nora, "Theirs")
    with pytest.raises(NotAllowed):
        treatment.series(sqlite_people.dora, nora)


def test_nothing_of_it_is_readable_in_the_database_and_all_of_it_is_logged(people: People) -> None:
    nora = client_of(people.alice)
    treatment.add_goal(people.alice, nora, "Eat tangerines")
    treatment.add_measurement(people.alice, nora, MeasureKind.PHQ9, TODAY, total=13)
    treatment.series(people.alice, nora)
    with sessions()() as session:
        for statement in ("select text from goals", "select answers from measurements"):
            kept = str(session.execute(text(statement)).scalars().all())
            assert "tangerines" not in kept
            assert "total" not in kept
        rows = session.scalars(
            select(AccessLog)
            .where(AccessLog.action.startswith("treatment:"))
            .order_by(AccessLog.id)
        ).all()
        assert [(row.action, row.client_id) for row in rows] == [
            ("treatment:change", nora), ("treatment:change", nora), ("treatment:read", nora),
        ]  # fmt: skip
