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

    choices: dict[str, Any]  # what it was prepared for
    name: str  # of the connection, unlike any earlier one
    recorder: LiveRecorder
    asked_at: float | None = None  # monotonic: when the therapist pressed start


@dataclass(frozen=True)
class LiveState:
    choices: dict[str, Any]
    recording_id: int | None  # None until sound came
    status: LiveStatus
    no_way: bool  # nothing came within CONNECTS_WITHIN

    @property
    def has_sound(self) -> bool:
        return self.status.recorded > 0


def current() -> LiveState | None:
    """The live recording of this browser tab, if there is one."""
    live: _Live | None = st.session_state.get(KEY)
    if live is None:
        return None
    status = live.recorder.status
    waited = time.monotonic() - live.asked_at if live.asked_at else 0.0
    no_way = status.recorded == 0 and waited > CONNECTS_WITHIN
    return LiveState(live.choices, live.recorder.recording_id, status, no_way)


def prepare(actor: Actor, choices: dict[str, Any], begin: Callable[[], Begun]) -> None:
    """`begin` is called when the first sound comes."""
    recorder = LiveRecorder(actor, choices["client_id"], begin)
    st.session_state[KEY] = _Live(choices, f"live-{uuid.uuid4().hex[:8]}", recorder)


def forget() -> None:
    """What was recorded is stored all the same."""
    live: _Live | None = st.session_state.pop(KEY, None)
    if live is not None:
        live.recorder.end()


def connection() -> None:
    """The button that starts and finishes, on every run: what is not drawn any more ends."""
    from streamlit_webrtc import WebRtcMode, create_audio_sink_track, webrtc_streamer

    live: _Live = st.session_state[KEY]
    sink = create_audio_sink_track(
        live.recorder.on_frame, key=f"{live.name}-sink", on_ended=live.recorder.end
    )
    # Its own button, because desired_playing_state=True starts two connections that break each other.
    context: Any = webrtc_streamer(
        key=live.name,
        mode=WebRtcMode.SENDONLY,
        rtc_configuration={"iceServers": _ice_servers()},
        media_stream_constraints={"audio": SOUND, "video": False},
        sink_audio_track=sink,
        translations={
            "start": "Start live",
            "stop": "Finish session",
            "select_device": "Choose the microphone",
        },
        media_toggle_controls=False,
    )
    if not (context.state.playing or context.state.signalling):
        live.asked_at = None
    elif live.asked_at is None:
        live.asked_at = time.monotonic()


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
