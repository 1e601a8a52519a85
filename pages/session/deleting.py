"""Deleting a session, which can be taken back for a while."""

import streamlit as st

from services import retention
from services.access import Actor
from services.retention import Reason
from services.sessions import Session
from ui import frame, links
from ui.errors import showing

KEPT = "It can be restored for 30 days, under **Sessions**, **Deleted sessions**. Then it is removed for good."
REASONS = {
    Reason.CLIENTS_WISH: "The client wishes it",
    Reason.WRONG_CLIENT: "It is of another client",
    Reason.DUPLICATE: "It is here twice",
    Reason.OTHER: "Another reason",
}


@st.dialog("Delete this session", icon=":material/delete:")
def delete(actor: Actor, found: Session) -> None:
    if found.addendum_to is not None:
        st.markdown("The dictation and its transcript leave your lists.")
    else:
        st.markdown("Its recording, transcript, notes and addenda leave your lists.")
    is_signed = retention.bears_signature(actor, found.recording_id)
    reason = _reason() if is_signed else None
    st.caption(KEPT)
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Back", key="dialog-back"):
            st.rerun()
        if frame.danger("Delete session", "session", disabled=is_signed and reason is None):
            with showing() as shown:
                retention.delete_session(actor, found.recording_id, reason)
            if not shown.failed:
                links.go("sessions")


def _reason() -> Reason | None:
    st.warning("A note of this session is signed.", icon=":material/lock:")
    return st.selectbox(
        "Why it is deleted",
        list(REASONS),
        index=None,
        format_func=REASONS.__getitem__,
        placeholder="Choose a reason",
        help="Stands in the access log, without anything of the session.",
        key="delete-reason",
    )
