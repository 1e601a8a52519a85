"""A spoken addendum: a short dictation about a session, by the browser's own simple recorder."""

import streamlit as st

from services import recordings
from services.access import Actor
from services.recordings.addendum import MOST_MB
from services.sessions import Session
from ui import links
from ui.errors import showing

MINUTES = MOST_MB * 1_000_000 // (16_000 * 2 * 60)  # 16 kHz, two bytes a sample


@st.dialog("Dictate an addendum", width="medium")
def dictate(actor: Actor, recording_id: int) -> None:
    """Asks for a dictation and stores it as a recording of its own."""
    st.markdown("For what occurred to you afterwards. It gets a transcript of its own.")
    st.caption(
        f"Up to {MINUTES} minutes. Stay on this page until it is saved: unlike a session, a dictation "
        "that is interrupted is lost."
    )
    said = st.audio_input("Dictation", sample_rate=16_000, key=f"dictation-{recording_id}")
    if said is not None and st.button("Save the addendum", type="primary", icon=":material/save:"):
        with showing() as shown:
            made = recordings.add_addendum(actor, recording_id, said.getvalue())
        if not shown.failed:
            del st.session_state[f"dictation-{recording_id}"]  # leaves the server's memory
            links.open_session(made)


def linked(found: Session) -> None:
    """From a session to what was dictated about it, from a dictation back to its session; quietly."""
    with st.container(horizontal=True, gap="small"):
        if found.addendum_to is not None and st.button(
            "Back to the session", type="tertiary", icon=":material/arrow_back:"
        ):
            links.open_session(found.addendum_to)
        for number, ident in enumerate(found.addenda, start=1):
            if st.button(
                f"Addendum {number}",
                key=f"addendum-{ident}",
                type="tertiary",
                icon=":material/mic:",
            ):
                links.open_session(ident)
