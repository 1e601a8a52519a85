"""Deleting a session, which can be taken back for a while."""

import streamlit as st

from services import retention
from services.access import Actor
from services.sessions import Session
from ui import links
from ui.errors import showing

KEPT = "It can be restored for 30 days, under **Sessions**, **Deleted sessions**. Then it is removed for good."


@st.dialog("Delete this session", icon=":material/delete:")
def delete(actor: Actor, found: Session) -> None:
    if found.addendum_to is not None:
        st.markdown("The dictation and its transcript leave your lists.")
    else:
        st.markdown("Its recording, transcript, notes and addenda leave your lists.")
    st.caption(KEPT)
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Back", key="dialog-back"):
            st.rerun()
        if st.button("Delete", type="primary", key="dialog-do"):
            with showing() as shown:
                retention.delete_session(actor, found.recording_id)
            if not shown.failed:
                links.go("sessions")
