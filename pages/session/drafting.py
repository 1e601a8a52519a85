"""A note drafted on request: in another format, or again."""

import streamlit as st

from services import notes
from services.access import Action, Actor
from services.instructions import catalogue
from services.notes import Standing
from services.sessions import Session
from ui.errors import showing


def may_draft(actor: Actor, found: Session) -> bool:
    """A dictation is an addendum itself: no note is drafted from it."""
    return actor.may(Action.NOTE_DRAFT) and found.has_transcript and found.addendum_to is None


@st.dialog("Draft a note", icon=":material/edit_note:")
def draft(actor: Actor, found: Session, held: list[Standing]) -> None:
    known = {one.instruction_type for one in held}
    free = [one for one in catalogue.types() if one not in known]
    chosen = st.selectbox("Format", free, format_func=title)
    st.caption("It is drafted from the transcript. Other notes of this session stay as they are.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Draft", type="primary") and chosen:
            with showing() as shown, st.spinner("Drafting from the transcript"):
                made = notes.draft(actor, found.recording_id, chosen)
            if not shown.failed:
                open_note(made)


@st.dialog("Draft this note again", icon=":material/refresh:")
def draft_again(actor: Actor, note: Standing) -> None:
    if note.version > 1:
        st.markdown(
            "A new draft takes the place of this one. What was edited stays under Versions."
        )
    else:
        st.markdown("A new draft takes the place of this one, which stays under Versions.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Draft again", type="primary", key="draft-again"):
            with showing() as shown, st.spinner("Drafting from the transcript"):
                notes.draft(actor, note.recording_id, note.instruction_type, replace=True)
            if not shown.failed:
                st.rerun()


def open_note(note_id: int) -> None:
    """Shows it, by the address, and runs the page again."""
    st.query_params["note"] = str(note_id)
    st.query_params.pop("statement", None)
    st.rerun()


def title(instruction_type: str) -> str:
    return catalogue.built_in(instruction_type).title
