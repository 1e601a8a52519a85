"""Record, the live way: the same choices, but the sound is stored on the server while it is spoken."""

from functools import partial
from typing import Any

import streamlit as st

from models.client import SessionType
from services import recordings
from services.access import Actor
from ui import frame, live_recorder
from ui.live_captions import live_captions
from ui.live_recorder import LiveState

WAY, IN_BROWSER, ON_SERVER = "record-way", "In this browser", "Live on the server"


def way() -> str:
    """How the sound is kept, as the therapist chose; what has begun stays as it began."""
    live = live_recorder.current()
    if live is not None and live.has_sound:
        return ON_SERVER
    return str(st.session_state.get(WAY, IN_BROWSER))


def choose_way() -> None:
    # Streamlit forgets it while the choice is not shown.
    st.session_state.setdefault(WAY, way())
    st.segmented_control(
        "Where the sound is kept first",
        [IN_BROWSER, ON_SERVER],
        required=True,
        key=WAY,
        on_change=_let_go,
        help="In this browser nothing is lost when the network fails, and you may leave the page. Live "
        "needs a steady network and this page open; captions come sooner.",
    )


def _let_go() -> None:
    """Not while sound comes: then it is a recording, also before that has been made."""
    live = live_recorder.current()
    if live is not None and (not live.has_sound or live.status.has_ended):
        live_recorder.forget()


def is_running() -> bool:
    live = live_recorder.current()
    return live is not None and live.recording_id is not None and not live.status.has_ended


def recording_id() -> int | None:
    """Of the live recording that goes on or has just ended."""
    live = live_recorder.current()
    return live.recording_id if live else None


def record_live(actor: Actor, start: dict[str, Any] | None, wait_for: str | None) -> int | None:
    """The recorder; the id of its recording once that is finished and safe."""
    live = live_recorder.current()
    if live is not None and live.has_sound and live.status.has_ended:
        if live.status.problem:
            st.warning(frame.plain(live.status.problem), icon=":material/error:")
        return live.recording_id
    if live is None or not live.has_sound:
        live = _prepared(actor, live, start)
    going_on = is_running()
    with st.container(border=True):
        if live is None:
            st.markdown(f":gray[{wait_for or ''}]")
            return None
        told = st.container()  # above the button
        live_recorder.connection()
        with told:
            _going_on(going_on)
    if going_on and live.recording_id is not None:
        live_captions(live.recording_id, key="live-captions")
    return None


def _prepared(
    actor: Actor, live: LiveState | None, start: dict[str, Any] | None
) -> LiveState | None:
    """Ready for exactly these choices."""
    if live is not None and (live.status.has_ended or live.choices != start):
        live_recorder.forget()
        live = None
    if live is None and start is not None:
        begin = partial(
            recordings.begin,
            actor,
            start["client_id"],
            session_type=SessionType(start["session_type"]),
            is_telehealth=start["setting"] == "telehealth",
            note_format=start["note_format"],
        )
        live_recorder.prepare(actor, start, begin)
    return live_recorder.current()


@st.fragment(run_every=1.0)
def _going_on(was_running: bool) -> None:
    live = live_recorder.current()
    if live is None or live.status.has_ended or (live.recording_id and not was_running):
        st.rerun(scope="app")  # the page around changes too
    if live.no_way:
        _no_way()
    elif not live.has_sound:
        st.markdown(
            "The sound goes to the server as it is spoken and is stored there. Stay on this page: "
            "leaving it finishes the session. Pause and markers are there only when you record in this "
            "browser."
        )
    else:
        recorded, safe = frame.hms(live.status.recorded), frame.hms(live.status.safe)
        st.metric(":red[● **Recording**]", recorded)
        st.markdown(f":green[:material/verified_user: Safe on the server up to {safe}]")
        if live.status.problem:
            st.warning(frame.plain(live.status.problem), icon=":material/cloud_off:")


def _no_way() -> None:
    st.error(
        "No sound has come from this browser. Usually the network between here and the server lets no "
        "live connection through. Record in this browser instead: client and consent stay as they are.",
        icon=":material/wifi_off:",
    )
    if st.button("Record in this browser", type="primary", on_click=_in_browser):
        st.rerun(scope="app")


def _in_browser() -> None:
    live_recorder.forget()
    st.session_state[WAY] = IN_BROWSER
