"""Scores over the sessions: a line a measure, told apart by line and label as well as colour; a tick a session."""

from typing import Any

import streamlit as st

from models.treatment import MeasureKind
from services.treatment import Score, Series
from services.treatment.scales import SCALES
from ui import frame

HEIGHT = 240  # px
APART = 0.085  # of the height, between two names: a line of text
QUESTIONNAIRES, GOALS = "PHQ-9 and GAD-7", "Progress toward goals"
DASHES = ([1, 0], [6, 4], [2, 3], [10, 3, 2, 3], [4, 2])


def chart(series: Series, numbers: dict[int, int]) -> None:
    """`numbers` are those that the goals have in their list."""
    asked = [score for score in series.scores if score.kind is not MeasureKind.GOAL]
    rated = [score for score in series.scores if score.goal_id in numbers]
    if asked and rated:
        shown = st.segmented_control(
            "Chart", [QUESTIONNAIRES, GOALS], default=QUESTIONNAIRES, required=True,
            label_visibility="collapsed", key="treatment-chart",
        )  # fmt: skip
    else:
        shown = QUESTIONNAIRES if asked else GOALS
    if shown == QUESTIONNAIRES:
        _draw(asked, series, lambda score: SCALES[score.kind].name, SCALES[MeasureKind.PHQ9].most)
    elif rated:
        _draw(
            rated,
            series,
            lambda score: f"Goal {numbers[score.goal_id or 0]}",
            SCALES[MeasureKind.GOAL].most,
        )


def _draw(scores: list[Score], series: Series, name: Any, most: int) -> None:
    import altair as alt
    import pandas as pd

    rows = pd.DataFrame(
        {
            "at": [pd.Timestamp(score.taken_on) for score in scores],
            "Day": [frame.day(score.taken_on) for score in scores],
            "Measure": [name(score) for score in scores],
            "Score": [score.total for score in scores],
            "Band": [score.band for score in scores],
        }
    )
    x, y = _axes(most)
    layers = _lines(rows, x, y)
    layers.append(
        alt.Chart(_ends(rows, most))
        .mark_text(align="left", dx=10, fontSize=13, color=frame.ink())
        .encode(x=x, y=alt.Y("Place:Q"), text="Measure:N")
    )
    words = (
        "A lower score means fewer complaints. " if most == SCALES[MeasureKind.PHQ9].most else ""
    )
    if series.sessions:
        days = [pd.Timestamp(frame.local(at).date()) for at in series.sessions]
        layers.append(
            alt.Chart(pd.DataFrame({"at": days}))
            .mark_tick(orient="vertical", size=10, thickness=2, color=frame.ink(), yOffset=-5)
            .encode(x=x, y=alt.datum(0))
        )
        words += "Short marks at the foot are sessions."
    drawn = alt.layer(*layers).properties(
        height=HEIGHT, padding={"right": 70, "left": 5, "top": 5, "bottom": 5}
    )
    st.altair_chart(drawn, width="stretch", alt=_told(scores, name))
    if words:
        st.caption(words)


def _axes(most: int) -> tuple[Any, Any]:
    import altair as alt

    ink, ground = frame.ink(), st.get_option(f"theme.{frame.theme()}.borderColor")
    look = {"labelColor": ink, "titleColor": ink, "domainColor": ground, "tickColor": ground}
    days = alt.Axis(format="%-d %b %Y", tickCount=6, grid=False, **look)
    scores = alt.Axis(tickCount=6, gridColor=ground, **look)
    return (
        alt.X("at:T", title=None, axis=days),
        alt.Y("Score:Q", title=None, scale=alt.Scale(domain=[0, most]), axis=scores),
    )


def _lines(rows: Any, x: Any, y: Any) -> list[Any]:
    """One line a measure with its points: the first in blue, the others in grey, each with its own dashes."""
    import altair as alt

    names = list(dict.fromkeys(rows["Measure"]))
    blue = st.get_option(f"theme.{frame.theme()}.blueColor")
    colours = [blue, *[frame.ink()] * (len(names) - 1)]
    dashes = [DASHES[n % len(DASHES)] for n in range(len(names))]
    base = alt.Chart(rows).encode(
        x=x,
        y=y,
        color=alt.Color("Measure:N", scale=alt.Scale(domain=names, range=colours), legend=None),
    )
    dashed = alt.StrokeDash("Measure:N", scale=alt.Scale(domain=names, range=dashes), legend=None)
    shown = ["Day", "Measure", "Score", *(["Band"] if any(rows["Band"]) else [])]
    return [
        base.mark_line(strokeWidth=2).encode(strokeDash=dashed),
        base.mark_point(filled=True, size=60, opacity=1).encode(tooltip=shown),
    ]


def _ends(rows: Any, most: int) -> Any:
    """Where each line's name stands: at its last score, moved up where two would lie on each other."""
    ends = rows.sort_values("at").groupby("Measure").tail(1).sort_values("Score")
    places: list[float] = []
    for score in ends["Score"]:
        places.append(max(score, places[-1] + most * APART) if places else score)
    return ends.assign(Place=places)


def _told(scores: list[Score], name: Any) -> str:
    """For those who do not see the chart: each line from its first to its last score."""
    lines: dict[str, list[Score]] = {}
    for score in scores:
        lines.setdefault(name(score), []).append(score)
    said = [
        f"{line}: {row[0].total} on {frame.day(row[0].taken_on)}"
        + (f", {row[-1].total} on {frame.day(row[-1].taken_on)}" if len(row) > 1 else "")
        for line, row in sorted(lines.items())
    ]
    return "Scores over time. " + "; ".join(said)
