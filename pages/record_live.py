"""Record, the live way: the same choices, but the sound is stored on the server while it is spoken."""

from functools import partial
from typing import Any

import streamlit as st

from models.client import SessionType
from services import recordings
from services.access import Actor
from ui import frame, live_recorder
from ui.errors import showing
from ui.live_recorder import LiveState

CAPTIONS = 12  # lines
WAY, IN_BROWSER, LIVE = "record-way", "In this browser", "Live on the server"


def record_live(actor: Actor, start: dict[str, Any] | None, wait_for: str | None) -> int | None:
    """The recorder; the id of its recording once it is finished and safe."""
    live = live_recorder.current()
    if live is None:
        _begin(actor, start, wait_for)
        return None
    if live.status.has_ended:
        return _ended(live)
    live_recorder.connection()
    _going_on(actor)
    if live.is_wanted and st.button("Finish session", type="primary", icon=":material/stop:"):
        live_recorder.finish()
        st.rerun()
    return None


def _begin(actor: Actor, start: dict[str, Any] | None, wait_for: str | None) -> None:
    st.markdown(
        "The sound goes to the server as it is spoken and is stored there. Stay on this page: leaving "
        "it ends the recording."
    )
    if wait_for:
        st.caption(wait_for)
    if st.button("Start live", type="primary", icon=":material/mic:", disabled=start is None):
        assert start is not None
        begin = partial(
            recordings.begin,
            actor,
            start["client_id"],
            session_type=SessionType(start["session_type"]),
            is_telehealth=start["setting"] == "telehealth",
            note_format=start["note_format"],
        )
        live_recorder.start(actor, start["client_id"], begin)
        st.rerun()


@st.fragment(run_every=1.0)
def _going_on(actor: Actor) -> None:
    live = live_recorder.current()
    if live is None or live.status.has_ended:
        st.rerun()  # the whole page: what comes next is not this fragment's
    status = live.status
    if live.no_way:
        _no_way()
        return
    if live.recording_id is None:
        st.markdown("Connecting. Allow the microphone when the browser asks.")
        return
    word = "Recording" if live.is_wanted else "Finishing"
    st.markdown(f":red[:material/fiber_manual_record:] **{word}** · {frame.hms(status.recorded)}")
    st.caption(f"Safe on the server up to {frame.hms(status.safe)}.")
    if status.problem:
        st.warning(frame.plain(status.problem), icon=":material/cloud_off:")
    _captions(actor, live)


def _captions(actor: Actor, live: LiveState) -> None:
    assert live.recording_id is not None
    with showing():
        found = recordings.captions(actor, live.recording_id)
        lines = [frame.plain(caption.text) for caption in found.captions[-CAPTIONS:]]
        with st.container(border=True, height=260):
            st.markdown(
                "\n\n".join(lines) or ":gray[What is said appears here after some seconds.]"
            )


def _no_way() -> None:
    st.error(
        "No sound has come from this browser. Usually the network between here and the server lets no "
        "live connection through. Record in this browser instead: client and consent stay as they are.",
        icon=":material/wifi_off:",
    )
    if st.button("Record in this browser", type="primary"):
        live_recorder.finish()
        live_recorder.forget()
        st.session_state[WAY] = IN_BROWSER
        st.rerun(scope="app")


def _ended(live: LiveState) -> int | None:
    """What was stored; nothing is left in this page's hands."""
    if live.status.problem:
        st.warning(frame.plain(live.status.problem), icon=":material/error:")
    if not live.status.recorded:
        live_recorder.forget()
        st.rerun()
    return live.recording_id
