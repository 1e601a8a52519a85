"""The dialog that enters a score by hand: a total, every answer, or the progress toward a goal."""

import datetime as dt
from typing import Any

import streamlit as st

from models.treatment import GoalState, MeasureKind
from services import treatment
from services.access import Actor
from services.treatment import Goal
from services.treatment.scales import ANSWERS, ATTRIBUTION, SCALES, SELF_HARM_ITEM, STEM, Scale
from ui import frame
from ui.errors import showing

TOTAL, ANSWERED = "The total", "Every answer"


@st.dialog("Enter a score", width="medium")
def enter(actor: Actor, client_id: int, goals: list[Goal]) -> None:
    open_goals = {
        goal.id: f"{number}. {goal.text}"
        for number, goal in enumerate(goals, start=1)
        if goal.state is GoalState.OPEN
    }
    kinds = {MeasureKind.PHQ9: "PHQ-9", MeasureKind.GAD7: "GAD-7"}
    if open_goals:
        kinds[MeasureKind.GOAL] = "Progress toward a goal"
    kind = st.segmented_control(
        "Measure", list(kinds), default=MeasureKind.PHQ9, required=True,
        format_func=kinds.__getitem__, key="score-kind",
    )  # fmt: skip
    today = dt.datetime.now(frame.zone()).date()
    taken_on = st.date_input("Day", today, max_value=today, format="YYYY-MM-DD", width=180)
    if kind is MeasureKind.GOAL:
        given = _goal(open_goals)
    else:
        given = _questionnaire(SCALES[kind])
    if st.button("Save", type="primary"):
        with showing() as shown:
            treatment.add_measurement(actor, client_id, kind, taken_on, **given)
        if not shown.failed:
            st.rerun()
    if kind is not MeasureKind.GOAL:
        st.caption(ATTRIBUTION)


def _goal(open_goals: dict[int, str]) -> dict[str, Any]:
    goal_id = st.selectbox("Goal", list(open_goals), format_func=open_goals.__getitem__)
    total = st.slider(
        "Progress, from 0 (none) to 10 (reached)", 0, SCALES[MeasureKind.GOAL].most, 5
    )
    return {"goal_id": goal_id, "total": total}


def _questionnaire(scale: Scale) -> dict[str, Any]:
    way = st.segmented_control(
        "What is known", [TOTAL, ANSWERED], default=TOTAL, required=True, key="score-way"
    )
    if way == TOTAL:
        return _total(scale)
    st.caption(f"{STEM} {', '.join(f'{n} {words.lower()}' for n, words in enumerate(ANSWERS))}.")
    items = tuple(
        st.segmented_control(
            f"{number}. {text}", range(len(ANSWERS)), key=f"score-{scale.kind}-{number}"
        )
        for number, text in enumerate(scale.items, start=1)
    )
    return {"items": items}


def _total(scale: Scale) -> dict[str, Any]:
    total = st.number_input(
        f"Total, 0 to {scale.most}",
        value=None,
        min_value=0,
        max_value=scale.most,
        step=1,
        width=180,
        key=f"score-{scale.kind}-total",
    )
    if scale.kind is not MeasureKind.PHQ9:
        return {"total": total}
    ninth = st.selectbox(
        f"Item {SELF_HARM_ITEM}: {scale.items[SELF_HARM_ITEM - 1]}",
        [None, *range(len(ANSWERS))],
        index=0,
        format_func=lambda answer: "Not known" if answer is None else f"{answer} {ANSWERS[answer]}",
        key="score-item-nine",
    )
    others = (None,) * (len(scale.items) - 1)
    return {"total": total, "items": () if ninth is None else (*others, ninth)}
