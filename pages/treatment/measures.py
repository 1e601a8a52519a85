"""Scores of a client: the risk notice, the chart, the list, and the dialog that enters one by hand."""

import streamlit as st

from models.treatment import MeasureKind
from pages.treatment import chart, entering
from services import treatment
from services.access import Actor
from services.treatment import Goal, Score, Series
from services.treatment.scales import ANSWERS, ATTRIBUTION, SCALES, SELF_HARM_ITEM
from ui import frame, table
from ui.errors import showing

ITEM = f"item {SELF_HARM_ITEM} (better off dead, or hurting oneself)"
enter = entering.enter


def risk(series: Series) -> None:
    """Item 9 of the newest PHQ-9, whatever the total; that it is not known, where it is not; and when it was
    last above 0 before."""
    asked = [score for score in series.scores if score.kind is MeasureKind.PHQ9]
    if not asked:
        return
    newest, positive = asked[-1], [score for score in asked if score.self_harm]
    on = frame.day(newest.taken_on)
    if newest.self_harm:
        st.warning(
            f"PHQ-9 of {on}: {ITEM} was answered “{ANSWERS[newest.self_harm]}”. "
            "Look at it whatever the total says.",
            icon=":material/flag:",
        )
        return
    before = ""
    if positive:
        answer = ANSWERS[positive[-1].self_harm or 0]
        before = f" It was “{answer}” on {frame.day(positive[-1].taken_on)}."
    if newest.self_harm is None:
        st.info(
            f"PHQ-9 of {on}: {ITEM} is not known, only the total was entered.{before}",
            icon=":material/flag:",
        )
    elif before:
        st.info(
            f"PHQ-9 of {on}: {ITEM} was answered “{ANSWERS[0]}”.{before}", icon=":material/flag:"
        )


def measures(actor: Actor, goals: list[Goal], series: Series, *, may_change: bool) -> None:
    st.subheader("Measures", anchor=False)
    if not series.scores:
        frame.empty(
            "monitoring",
            "No score yet",
            "Enter a PHQ-9, a GAD-7 or the progress of a goal."
            if may_change
            else "The therapist enters scores.",
        )
        return
    numbers = {goal.id: number for number, goal in enumerate(goals, start=1)}
    chart.chart(series, numbers)
    rows = list(reversed(series.scores))
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=table.LIST):
            ticked = _list(rows, numbers)
        score = next((row for row in rows if row.id == ticked), None)
        with table.beside(None if score else "Tick a score to see its answers."):
            if score:
                _card(actor, score, numbers, may_change)
    if any(score.kind is not MeasureKind.GOAL for score in rows):
        st.caption(f"PHQ-9 and GAD-7: {ATTRIBUTION} A band describes a score and is no diagnosis.")


def _list(rows: list[Score], numbers: dict[int, int]) -> int | None:
    return table.ticked(
        "Scores",
        [row.id for row in rows],
        {
            "Date": [frame.day(row.taken_on) for row in rows],
            "Measure": [name(row, numbers) for row in rows],
            "Score": [f"{row.total} of {SCALES[row.kind].most}" for row in rows],
            "Band": [row.band.capitalize() for row in rows],
            "Item 9": [_item_nine(row) for row in rows],
        },
        {"Date": 120, "Score": 95, "Band": 165, "Item 9": 175},
    )


def name(score: Score, numbers: dict[int, int]) -> str:
    """PHQ-9, or Goal 2: the number it has in the list above."""
    if score.goal_id is None:
        return SCALES[score.kind].name
    return f"Goal {numbers[score.goal_id]}" if score.goal_id in numbers else "A removed goal"


def _item_nine(score: Score) -> str:
    if score.kind is not MeasureKind.PHQ9:
        return ""
    return "Not known" if score.self_harm is None else ANSWERS[score.self_harm]


def _card(actor: Actor, score: Score, numbers: dict[int, int], may_change: bool) -> None:
    with st.container(gap=None):
        st.markdown(f"**{name(score, numbers)}, {frame.day(score.taken_on)}**")
        source = "from a document" if score.document_id else "by hand"
        st.caption(f"Entered {source} by {frame.plain(score.entered_by)}")
    if not score.items:
        if SCALES[score.kind].items:
            st.caption("Only the total was entered.")
    else:
        lines = [
            f"{number}. {frame.plain(text)}: **{'not known' if answer is None else answer}**"
            for number, (text, answer) in enumerate(
                zip(SCALES[score.kind].items, score.items, strict=True), start=1
            )
        ]
        st.markdown("\n".join(lines))
    if may_change and st.button("Remove", icon=":material/delete:", width="stretch"):
        with showing() as shown:
            treatment.remove_measurement(actor, score.id)
        if not shown.failed:
            st.rerun()
