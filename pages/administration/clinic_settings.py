"""Administration, Clinic: its name, and the words that transcription listens for."""

import streamlit as st

from services import clinic
from services.access import Actor
from services.clinic import MOST_WORDS
from ui.errors import showing

SAVED = "clinic-saved"


def clinic_settings(actor: Actor) -> None:
    now = clinic.read(actor)
    with st.form("clinic", width=640):
        name = st.text_input(
            "Name of the clinic", now.name, max_chars=120, help="Shown where people sign in."
        )
        vocabulary = st.text_area(
            "Words to listen for, one a line",
            "\n".join(now.vocabulary),
            height=220,
            placeholder="sertraline\nbehavioural activation",
        )
        st.caption(
            f"Drugs, methods, places: up to {MOST_WORDS} words that are often misheard. "
            "Not the names of clients: the words count for every session."
        )
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        with showing() as shown:
            clinic.change(actor, name=name, vocabulary=vocabulary.splitlines())
        if not shown.failed:
            st.session_state[SAVED] = True
            st.rerun()  # shows what was stored: duplicates are gone
    elif st.session_state.pop(SAVED, False):
        st.success(
            "Saved. It holds for recordings from now on.", icon=":material/check:", width=640
        )
