"""A session is recorded in the browser: cut into chunks, sealed and kept there, sent, and only then let go.

What it is made of has an address (ui/parts.py). What records belongs to the window, so it goes on while pages change,
rerun or lose the server.
"""

from typing import Any, Literal, TypedDict, cast

import streamlit as st

from ui.recorder.source import PART

STATES = ("idle", "recording", "paused", "finishing", "done", "failed", "recovering")


class Status(TypedDict):
    state: Literal["idle", "recording", "paused", "finishing", "done", "failed", "recovering"]
    recording_id: int | None


IDLE: Status = {"state": "idle", "recording_id": None}


_recorder = st.components.v2.component(PART.name, js=PART.loader)


def recorder(
    *,
    key: str,
    start: dict[str, Any] | None,
    wait_for: str | None,
    therapist_id: int,
    captions: bool = False,
    api: str = "/api/v1",
) -> Status:
    """Show the recording surface; return how the recording stands.

    `start` is the JSON for `POST /recordings`, read when the button is pressed: a page that changes
    meanwhile does not redirect a recording. `wait_for` disables the button and says what is missing.
    `captions` shows what has been heard so far. `recording_id` belongs to the state: with "done" it is
    the one that has ended, with "recovering" one of an earlier visit. A recording goes on while other
    pages are open, and reports here when this one is again. Only a change of state reruns the page.
    """
    result = _recorder(
        key=key,
        data={
            "start": start,
            "wait_for": wait_for,
            "therapist_id": therapist_id,
            "captions": captions,
            "api": api,
            "is_quiet": False,
        },
        default={"status": dict(IDLE)},
        on_status_change=lambda: None,
    )
    return read_status(result.status)


def leftovers(*, key: str, therapist_id: int, api: str = "/api/v1") -> None:
    """Find and send what an earlier visit left on this computer, from a page without the recorder on it.

    Shows nothing but a small sign, and only when there is something: it leads to the Record page.
    """
    _recorder(
        key=key,
        data={
            "start": None,
            "wait_for": None,
            "therapist_id": therapist_id,
            "captions": False,
            "api": api,
            "is_quiet": True,
        },
        default={"status": dict(IDLE)},
        on_status_change=lambda: None,
    )


def read_status(sent: object) -> Status:
    """What the browser reported, checked; anything else counts as idle."""
    if not isinstance(sent, dict) or sent.get("state") not in STATES:
        return IDLE
    recording = sent.get("recording_id")
    return cast(
        Status,
        {"state": sent["state"], "recording_id": recording if type(recording) is int else None},
    )
