"""Every version of a note, and what differs between two of them."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from services import notes
from services.access import Actor
from ui import differences, frame
from ui.errors import showing
from ui.words import STEPS


@st.dialog("Versions", width="large", icon=":material/history:")
def versions(actor: Actor, note_id: int) -> None:
    with showing() as shown:
        found = notes.versions(actor, note_id)
    if shown.failed:
        return
    with st.container(gap="xxsmall"):
        for one in found:
            st.markdown(_line(one))
            if one.comment:
                st.caption(frame.plain(one.comment))
    if len(found) < 2:
        st.caption("When it is edited or signed, each step stands here and can be compared.")
        return
    st.space("small")
    labels = {one.version: f"{one.version}, {STEPS[one.step].lower()}" for one in found}
    with st.container(horizontal=True):
        older = st.selectbox("From", list(labels), 1, format_func=labels.__getitem__, width=220)
        newer = st.selectbox("To", list(labels), 0, format_func=labels.__getitem__, width=220)
    with showing() as shown:
        changes = notes.differences(actor, note_id, older, newer)
    if not shown.failed:
        _differences(changes)


def _line(one: notes.Version) -> str:
    return (
        f"**{one.version}** · {STEPS[one.step]} by {frame.plain(one.author)}, "
        f"{frame.moment(one.changed_at)}"
    )


def _differences(changes: Iterable[Any]) -> None:
    """What is the same is not repeated."""
    changed = [
        (section, [one for one in section.statements if one.kind != "same"]) for section in changes
    ]
    if not any(statements for _, statements in changed):
        st.caption("They say the same.")
        return
    for section, statements in changed:
        if statements:
            st.markdown(f":gray[**{frame.plain(section.title)}**]")
        for one in statements:
            moved = " :gray[(moved)]" if one.kind == "moved" else ""
            st.markdown(differences.marked(one.pieces) + moved)
    differences.legend()
