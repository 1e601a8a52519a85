"""A file goes to `POST /api/v1/audio` straight from the browser: streamed, with progress, retried when the line drops.

Streamlit's own uploader would hold the whole file in memory twice, and cannot say how far it is.
"""

from pathlib import Path
from typing import Literal, TypedDict

from ui import drop_zone

HERE = Path(__file__).parent
AUDIO = (".wav", ".mp3", ".m4a", ".webm", ".ogg", ".flac")
STATES = ("idle", "sending", "done", "failed")


class Status(TypedDict):
    state: Literal["idle", "sending", "done", "failed"]
    recording_id: int | None


IDLE: Status = {"state": "idle", "recording_id": None}

_uploader = drop_zone.uploader("verbatim_uploader", HERE, "sender", "uploader")


def uploader(
    *,
    key: str,
    fields: dict[str, str],
    max_bytes: int,
    longest: str = "4 hours",
    accept: tuple[str, ...] = AUDIO,
    url: str = "/api/v1/audio",
    wait_for: str | None = None,
) -> Status:
    """Show the drop zone; return how the upload stands: idle, sending, done or failed.

    `fields` go into the form before the file (`therapist_userid`, `therapist_clientid`, ...); the
    session's id, its one sequence and the last-chunk mark are added. They are read when sending starts,
    so a page that changes meanwhile does not redirect a file. `wait_for` disables the zone and says what
    is missing. An upload goes on while other pages are open, and reports here when this one is again.
    """
    result = _uploader(
        key=key,
        data={
            "url": url,
            "fields": fields,
            "max_bytes": max_bytes,
            "longest": longest,
            "accept": list(accept),
            "wait_for": wait_for,
        },
        default={"status": dict(IDLE)},
        on_status_change=lambda: None,
    )
    return read_status(result.status)


def read_status(sent: object) -> Status:
    """What the browser reported, checked; anything else counts as idle."""
    if not isinstance(sent, dict) or sent.get("state") not in STATES:
        return IDLE
    recording = sent.get("recording_id")
    return {
        "state": sent["state"],
        "recording_id": recording if type(recording) is int else None,
    }
