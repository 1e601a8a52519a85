"""The live way of recording: sound goes to the server over WebRTC and is stored there, chunk by chunk.

Kept apart because of its weight (aiortc) and its limits: it needs a way for UDP between browser and server,
and it ends when the page is left. The recorder in the browser has neither and is the one that is offered first.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from config import settings
from services.access import Actor
from services.recordings import Begun
from services.recordings.live_recorder import LiveRecorder, LiveStatus

CONNECTS_WITHIN = 12.0  # seconds; measured 0.4 to 1.1 where there is a way
KEY = "live-recorder"
# What is said must arrive as it was said.
SOUND = {"echoCancellation": False, "noiseSuppression": False, "autoGainControl": False}


@dataclass
class _Live:
    """One live recording of this page, in the state of its session."""

    name: str  # of the connection, unlike any earlier one
    recorder: LiveRecorder
    started: float  # monotonic
    wanted: bool = True


@dataclass(frozen=True)
class LiveState:
    recording_id: int | None  # None until sound came
    status: LiveStatus
    is_wanted: bool  # the therapist has not finished it
    no_way: bool  # nothing came within CONNECTS_WITHIN


def current() -> LiveState | None:
    """The live recording of this browser tab, if there is one."""
    live: _Live | None = st.session_state.get(KEY)
    if live is None:
        return None
    status = live.recorder.status
    waited = time.monotonic() - live.started
    no_way = live.wanted and status.recorded == 0 and waited > CONNECTS_WITHIN
    return LiveState(live.recorder.recording_id, status, live.wanted, no_way)


def start(actor: Actor, client_id: int, begin: Callable[[], Begun]) -> None:
    """`begin` is called when the first sound comes."""
    recorder = LiveRecorder(actor, client_id, begin)
    st.session_state[KEY] = _Live(f"live-{uuid.uuid4().hex[:8]}", recorder, time.monotonic())


def finish() -> None:
    """The connection is taken down, and what is left is stored."""
    live: _Live = st.session_state[KEY]
    live.wanted = False
    live.recorder.end()


def forget() -> None:
    st.session_state.pop(KEY, None)


def connection() -> bool:
    """The invisible part, on every run while a live recording goes on. Whether sound is coming."""
    from streamlit_webrtc import WebRtcMode, create_audio_sink_track, webrtc_streamer

    live: _Live = st.session_state[KEY]
    sink = create_audio_sink_track(
        live.recorder.on_frame, key=f"{live.name}-sink", on_ended=live.recorder.end
    )
    context: Any = webrtc_streamer(
        key=live.name,
        mode=WebRtcMode.SENDONLY,
        rtc_configuration={"iceServers": _ice_servers()},
        media_stream_constraints={"audio": SOUND, "video": False},
        desired_playing_state=live.wanted,
        sink_audio_track=sink,
        media_toggle_controls=False,
    )
    return bool(context.state.playing)


def _ice_servers() -> list[dict[str, str]]:
    """STUN and TURN servers of the settings; none by default, which is enough within one network."""
    chosen = settings()
    secret = chosen.turn_password.get_secret_value() if chosen.turn_password else ""
    return [
        {"urls": url, "username": chosen.turn_user or "", "credential": secret}
        if url.startswith("turn")
        else {"urls": url}
        for url in chosen.ice_servers
    ]
