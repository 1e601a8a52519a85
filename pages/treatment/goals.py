"""Goals of a treatment plan as a short list, and the dialogs that add, reword and close them."""

from collections.abc import Callable

import streamlit as st

from models.treatment import GoalState
from services import treatment
from services.access import Actor
from services.treatment import Goal, Series
from services.treatment.goals import LONGEST
from ui import frame
from ui.errors import showing

TARGET = 36  # px: an icon alone is 16 wide, too narrow to hit beside others
BADGES = {
    GoalState.OPEN: ("Open", "blue", "flag"),
    GoalState.MET: ("Met", "green", "check"),
    GoalState.DROPPED: ("Dropped", "gray", "block"),
}


def goals(
    actor: Actor, client_id: int, found: list[Goal], series: Series, *, may_change: bool
) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.subheader("Goals", anchor=False, width="content")
        with st.container(width="content"):
            if may_change and st.button("Add a goal", icon=":material/add:"):
                _add(actor, client_id)
    if not found:
        frame.empty(
            "flag",
            "No goal yet",
            "Add what the client works towards: drafts say the progress toward each one."
            if may_change
            else "The therapist adds what the client works towards.",
        )
        return
    open_ones = [goal for goal in found if goal.state is GoalState.OPEN]
    with st.container(border=True, gap="small"):
        for number, goal in enumerate(found, start=1):
            _row(actor, number, goal, open_ones, _rated(goal, series), may_change=may_change)


def _row(
    actor: Actor, number: int, goal: Goal, open_ones: list[Goal], rated: str, *, may_change: bool
) -> None:
    is_open = goal.state is GoalState.OPEN
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{number}]", width=24)
        with st.container(gap=None, width="stretch"):
            st.markdown(frame.plain(goal.text))
            st.caption(f"{_when(goal)}{rated}")
        with st.container(width=110):
            words, colour, icon = BADGES[goal.state]
            st.badge(words, color=colour, icon=f":material/{icon}:")
        if not may_change:
            return
        with st.container(width=132, horizontal=True, gap="xxsmall", wrap=False):
            if not is_open:
                if st.button("Open again", type="tertiary", key=f"reopen-{goal.id}"):
                    _done(lambda: treatment.reopen_goal(actor, goal.id))
                return
            up = _arrow("upward", f"Move goal {number} up", goal, goal is open_ones[0])
            down = _arrow("downward", f"Move goal {number} down", goal, goal is open_ones[-1])
            changed = st.button(
                "",
                icon=":material/edit:",
                type="tertiary",
                key=f"change-{goal.id}",
                help=f"Change goal {number}",
                width=TARGET,
            )
        if up or down:
            _done(lambda: treatment.move_goal(actor, goal.id, up=up))
        if changed:
            _change(actor, goal)


def _arrow(way: str, words: str, goal: Goal, disabled: bool) -> bool:
    return bool(
        st.button(
            "",
            icon=f":material/arrow_{way}:",
            type="tertiary",
            key=f"{way}-{goal.id}",
            help=words,
            disabled=disabled,
            width=TARGET,
        )
    )


def _when(goal: Goal) -> str:
    since = frame.day(frame.local(goal.created_at))
    if goal.closed_at is None:
        return f"Since {since}"
    return f"{since} to {frame.day(frame.local(goal.closed_at))}"


def _rated(goal: Goal, series: Series) -> str:
    """The newest rating of progress, after a dot."""
    ratings = [score for score in series.scores if score.goal_id == goal.id]
    if not ratings:
        return ""
    return f" · progress {ratings[-1].total} of 10 on {frame.day(ratings[-1].taken_on)}"


@st.dialog("Add a goal")
def _add(actor: Actor, client_id: int) -> None:
    with st.form("add-goal", border=False):
        text = _words("")
        added = st.form_submit_button("Add", type="primary")
    if added:
        _done(lambda: treatment.add_goal(actor, client_id, text))


@st.dialog("Change a goal")
def _change(actor: Actor, goal: Goal) -> None:
    with st.form("change-goal", border=False):
        text = _words(goal.text)
        saved = st.form_submit_button("Save", type="primary")
    st.caption("A closed goal stays in the record and leaves the drafts.")
    with st.container(horizontal=True, gap="xsmall"):
        met = st.button("Close as met", icon=":material/check:")
        dropped = st.button("Close as dropped", icon=":material/block:")
    if saved:
        _done(lambda: treatment.change_goal(actor, goal.id, text))
    elif met or dropped:
        state = GoalState.MET if met else GoalState.DROPPED
        _done(lambda: treatment.close_goal(actor, goal.id, state))


def _words(text: str) -> str:
    typed = st.text_area(
        "What the client works towards",
        text,
        max_chars=LONGEST,
        placeholder="Fall asleep before midnight on five nights a week",
        help="Specific and measurable, in words that the client would use.",
    )
    return str(typed or "")


def _done(change: Callable[[], object]) -> None:
    with showing() as shown:
        change()
    if not shown.failed:
        st.rerun()
