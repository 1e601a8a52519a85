"""What differs between two instructions, word by word; and the versions of a variant, with the way back."""

import streamlit as st

from services.access import Actor
from services.instructions import Instruction, variants
from services.instructions.comparison import FIELDS, Difference, compare
from services.instructions.variants import Version
from ui import frame, table
from ui.differences import LEGEND, marked
from ui.errors import showing

WIDTH = 720  # px
LISTS = (FIELDS["cues"], "Rules")  # each piece is a whole entry


def compared(before: Instruction, after: Instruction, same: str) -> None:
    """`same` is said when nothing differs."""
    found = compare(before, after)
    if not found:
        st.caption(same)
        return
    st.caption(f"{frame.count(len(found), 'difference')}: {LEGEND}")
    with st.container(width=WIDTH, gap="small"):
        heading: str | None = ""
        for difference in found:
            if difference.section != heading:
                heading = difference.section
                st.markdown(f"##### {frame.plain(heading or 'The whole note')}", anchors=False)
            _difference(difference)


def versions(actor: Actor, held: Instruction, *, may_go_back: bool) -> None:
    assert held.instruction_id is not None
    known = variants.versions(actor, held.instruction_id)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=table.LIST):
            ticked = table.ticked(
                "Versions",
                [one.number for one in known],
                {
                    "Version": [one.number for one in known],
                    "Saved": [frame.moment(one.at) for one in known],
                    "By": [one.author for one in known],
                    "From built-in": [f"version {one.built_in_version}" for one in known],
                },
                {"Version": 90, "Saved": 180, "From built-in": 130},
                about=held.instruction_id,
            )
        chosen = next((one for one in known if one.number == ticked), None)
        with table.beside(None if chosen else "Tick a version to see what it said."):
            if chosen:
                st.markdown(f"**Version {chosen.number}**")
                st.caption(f"{frame.moment(chosen.at)}, {frame.plain(chosen.author)}")
            if chosen and may_go_back and chosen.number != held.version:
                _put_back(actor, held, chosen)
            if may_go_back:
                _put_away(actor, held)
    if chosen and chosen.number != held.version:
        st.markdown(f"**From version {chosen.number} to version {held.version}**")
        earlier = variants.read_variant(actor, held.instruction_id, version=chosen.number)
        compared(earlier, held, "Both say the same.")


def _put_back(actor: Actor, held: Instruction, chosen: Version) -> None:
    if st.button(f"Put version {chosen.number} back", icon=":material/undo:", width="stretch"):
        with showing() as shown:
            variants.go_back(actor, held.instruction_id or 0, version=chosen.number)
        if not shown.failed:
            st.rerun()


def _put_away(actor: Actor, held: Instruction) -> None:
    words = "Go back to the built-in" if held.source == "clinic" else "Put my variant away"
    if st.button(words, icon=":material/archive:", width="stretch"):
        _confirm(actor, held)


@st.dialog("Put this variant away")
def _confirm(actor: Actor, held: Instruction) -> None:
    st.markdown(
        "New notes are drafted with what comes next in order: your own for all clients, the clinic's, "
        "the built-in. Notes that were drafted with this variant stay as they are."
    )
    if st.button("Put away", type="primary"):
        with showing() as shown:
            variants.go_back(actor, held.instruction_id or 0)
        if not shown.failed:
            st.rerun()


def _difference(difference: Difference) -> None:
    if difference.kind == "moved":
        st.markdown(":gray[Moved to another place.]")
        return
    words = {"added": "New section: ", "removed": "Section left out: "}.get(difference.kind, "")
    name = words or f":gray[{difference.field}:] "
    if difference.field in LISTS:
        st.markdown(name + " ".join(marked([piece]) for piece in difference.pieces))
    else:
        st.markdown(name + marked(difference.pieces))
