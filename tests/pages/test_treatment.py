"""Treatment plan and measures of one client: goals, risk notice, chart, list and the dialogs."""

import datetime as dt

import pytest

from models.treatment import GoalState, MeasureKind
from pages.treatment import entering, goals
from services import clients, treatment
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, table, text, tick
from tests.people import People
from tests.services.written import write_session

DAY = dt.date(2026, 11, 3)


@pytest.fixture
def nora(sqlite_people: People) -> int:
    return clients.create_client(sqlite_people.alice, "Nora Feldt")


def test_an_empty_plan_says_what_to_do(sqlite_people: People, nora: int) -> None:
    at = open_page(sqlite_people.alice, "treatment", client=str(nora))
    said = text(at)
    assert "Nora Feldt" in said
    assert "No goal yet" in said
    assert "No score yet" in said
    assert buttons(at) == ["All clients", "Enter a score", "Add a goal"]


def test_no_client_or_somebody_elses(sqlite_people: People, nora: int) -> None:
    for actor, query in (
        (sqlite_people.alice, {}),
        (sqlite_people.alice, {"client": "٣"}),
        (sqlite_people.bob, {"client": str(nora)}),
    ):
        said = text(open_page(actor, "treatment", **query))
        assert "Treatment plan not found" in said
        assert "Nora" not in said


def test_goals_with_their_order_and_rating(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    sleep, walk = (treatment.add_goal(alice, nora, words) for words in ("Sleep *more*", "Walk"))
    treatment.add_measurement(alice, nora, MeasureKind.GOAL, DAY, total=6, goal_id=sleep)
    at = open_page(alice, "treatment", client=str(nora))
    assert "Sleep *more*" in text(at)
    assert "progress 6 of 10 on 3 Nov 2026" in text(at)
    at.button(key=f"downward-{sleep}").click().run()
    assert treatment.open_goals(alice, nora) == ("Walk", "Sleep *more*")
    assert dialogs(at.button(key=f"change-{walk}").click().run()) == ["Change a goal"]
    treatment.close_goal(alice, walk, GoalState.MET)
    at = open_page(alice, "treatment", client=str(nora))
    assert "Met" in text(at)
    at.button(key=f"reopen-{walk}").click().run()
    assert treatment.open_goals(alice, nora) == ("Sleep *more*", "Walk")


def test_the_dialogs_of_goals(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    at = open_part(goals._add, alice, nora)
    at.text_area[0].set_value("Sleep seven hours")
    click(at, "Add")
    (goal,) = treatment.list_goals(alice, nora)
    at = open_part(goals._change, alice, goal)
    click(at, "Close as met")
    assert [(one.text, one.state) for one in treatment.list_goals(alice, nora)] == [
        ("Sleep seven hours", GoalState.MET)
    ]
    at = open_part(goals._add, alice, nora)
    click(at, "Add")
    assert at.error


def test_a_risk_answer_is_shown_whatever_the_total(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice

    def noticed(
        items: tuple[int | None, ...], total: int | None = None
    ) -> tuple[list[str], list[str]]:
        treatment.add_measurement(alice, nora, MeasureKind.PHQ9, DAY, items=items, total=total)
        at = open_page(alice, "treatment", client=str(nora))
        return [one.value for one in at.warning], [one.value for one in at.info]

    assert noticed((1, 0, 0, 0, 0, 0, 0, 0, 0)) == ([], [])
    warned, _ = noticed((0, 0, 0, 0, 0, 0, 0, 0, 1))
    assert "“Several days”" in warned[0]
    warned, told = noticed((3, 3, 0, 0, 0, 0, 0, 0, 0))
    assert warned == []
    assert "It was “Several days” on 3 Nov 2026" in told[0]
    warned, told = noticed((), 3)
    assert warned == []
    assert "is not known" in told[0]


def test_scores_as_chart_and_list(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    write_session(alice, nora)
    goal = treatment.add_goal(alice, nora, "Sleep")
    treatment.add_measurement(alice, nora, MeasureKind.GAD7, DAY, total=15)
    treatment.add_measurement(
        alice, nora, MeasureKind.PHQ9, DAY + dt.timedelta(days=7), items=(1, 1, 1, 1, 1, 1, 1, 1, 0)
    )
    treatment.add_measurement(alice, nora, MeasureKind.GOAL, DAY, total=6, goal_id=goal)
    at = open_page(alice, "treatment", client=str(nora))
    rows = table(at)
    assert [(row["Measure"], row["Score"], row["Band"], row["Item 9"]) for row in rows] == [
        ("PHQ-9", "8 of 27", "Mild", "Not at all"),
        ("Goal 1", "6 of 10", "", ""),
        ("GAD-7", "15 of 21", "Severe", ""),
    ]
    (chart,) = at.get("vega_lite_chart")
    assert "GAD-7: 15 on 3 Nov 2026; PHQ-9: 8 on 10 Nov 2026" in chart.proto.alt
    assert "Spitzer" in text(at)
    tick(at, 0)
    assert "Little interest or pleasure in doing things: **1**" in text(at)
    click(at, "Remove")
    assert [score.kind.value for score in treatment.series(alice, nora).scores] == ["gad7", "goal"]


def test_a_score_is_entered_by_its_answers(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    at = open_part(entering.enter, alice, nora, [])
    click(at, "Save")
    assert "Enter the total of the PHQ\\-9" in at.error[0].value
    at.segmented_control(key="score-way").set_value("Every answer").run()
    for number in range(1, 9):
        at.segmented_control(key=f"score-phq9-{number}").set_value(1)
    click(at, "Save")
    assert "or every answer" in at.error[0].value
    at.segmented_control(key="score-phq9-9").set_value(2)
    click(at, "Save")
    (score,) = treatment.series(alice, nora).scores
    assert (score.total, score.self_harm) == (10, 2)


def test_a_score_is_entered_by_its_total(sqlite_people: People, nora: int) -> None:
    alice = sqlite_people.alice
    at = open_part(entering.enter, alice, nora, [])
    at.number_input(key="score-phq9-total").set_value(12)
    at.selectbox(key="score-item-nine").set_value(1)
    click(at, "Save")
    (score,) = treatment.series(alice, nora).scores
    assert (score.total, score.self_harm, score.band) == (12, 1, "moderate")


def test_a_supervisor_reads(sqlite_people: People, nora: int) -> None:
    treatment.add_goal(sqlite_people.alice, nora, "Sleep")
    treatment.add_measurement(sqlite_people.alice, nora, MeasureKind.GAD7, DAY, total=15)
    at = open_page(sqlite_people.sam, "treatment", client=str(nora))
    assert "Sleep" in text(at)
    assert buttons(at) == []


def test_the_way_from_clients(sqlite_people: People, nora: int) -> None:
    at = tick(open_page(sqlite_people.alice, "clients"), 0)
    click(at, "Plan and measures")
    assert "Treatment plan and measures" in text(at)
    assert at.query_params["client"] == str(nora)
