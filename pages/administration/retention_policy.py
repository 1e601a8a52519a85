"""Administration, Retention: how long the clinic keeps sound and records."""

import streamlit as st

from services import retention
from services.access import Actor
from ui import retention_form
from ui.errors import showing

SAVED = "retention-saved"


def retention_policy(actor: Actor) -> None:
    with st.form("retention", width=640):
        kept, days, records = retention_form.fields(retention.of_clinic(actor))
        st.caption(
            "What is over is removed for good within the hour, and the removal is written down. "
            "A client may have a policy of their own. Deleted sessions can be restored for 30 days."
        )
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        with showing() as shown:
            retention.change(actor, audio_kept=kept, audio_days=days, record_days=records)
        if not shown.failed:
            st.session_state[SAVED] = True
            st.rerun()
    elif st.session_state.pop(SAVED, False):
        st.success(
            "Saved. It holds for everything that is stored.", icon=":material/check:", width=640
        )
