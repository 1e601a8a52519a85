"""One session: its transcript in step with the sound, and every correction of it."""

from typing import Any

import streamlit as st

from models.recording import RecordingState
from services import recordings, sessions, transcripts
from services.access import Action, Actor
from services.errors import Invalid
from services.sessions import Session
from ui import frame, progress
from ui.errors import showing
from ui.session_view import Speaker, session_view

WARNINGS = {
    "no-speech": "No speech was found in this recording.",
    "speakers-unknown": "The speakers could not be told apart. Reassign passages where it matters.",
    "parts-missing": "Parts of this recording never arrived. Where they are missing is marked.",
}


def session(actor: Actor) -> None:
    recording_id = _asked_for()
    if recording_id is None:
        frame.empty("article", "No session chosen", "Open one from Sessions.")
        return
    found = sessions.read_session(actor, recording_id)
    with frame.head(found.client, _line(found)):
        frame.badge(_state(found))
        if found.progress.state is RecordingState.FAILED and actor.may(Action.RECORDING_RETRY):
            _retry(actor, recording_id)
    if found.progress.state is RecordingState.FAILED:
        st.error(frame.plain(found.progress.error or ""), icon=":material/error:")
    if not found.has_transcript:
        _not_yet(actor, found)
        return
    for code in found.warnings:
        st.warning(WARNINGS[code], icon=":material/info:")
    _transcript(actor, found)


def _asked_for() -> int | None:
    given = st.query_params.get("id", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _line(found: Session) -> str:
    at = frame.local(found.starts_at)
    parts = [
        f"{frame.weekday(at)}, {frame.clock(at)}",
        f"{frame.hms(found.duration)} recorded",
        found.session_type.value.capitalize() + (", telehealth" if found.is_telehealth else ""),
        found.therapist,
    ]
    return " · ".join(parts)


def _state(found: Session) -> str:
    if found.progress.state is RecordingState.PROCESSING:
        return found.progress.stage.value
    return found.progress.state.value


def _retry(actor: Actor, recording_id: int) -> None:
    if st.button("Try again", type="primary", icon=":material/refresh:"):
        with showing() as shown:
            recordings.retry(actor, recording_id)
        if not shown.failed:
            st.rerun()


def _not_yet(actor: Actor, found: Session) -> None:
    if found.progress.state is RecordingState.PROCESSING:
        progress.bar(actor, found.recording_id)
        st.caption("You can leave this page. The transcript will be here, and under Sessions.")
    elif found.progress.state is RecordingState.RECEIVING:
        frame.empty(
            "cloud_upload",
            f"{frame.hms(found.progress.seconds_received)} arrived and is safe",
            "The transcript is finished when the last part has arrived.",
        )


def _transcript(actor: Actor, found: Session) -> None:
    overview = transcripts.overview(actor, found.recording_id)
    names: list[Speaker] = [
        {"key": speaker["key"], "name": speaker["name"], "role": "other"}
        for speaker in overview.speakers
    ]
    wish = session_view(
        key=f"session-{found.recording_id}",
        audio=f"/api/v1/sessions/{found.recording_id}/audio" if found.has_audio else None,
        turns_url=f"/api/v1/sessions/{found.recording_id}/transcript",
        turns_rev=overview.revision,
        duration=overview.duration,
        speakers=names,
        editable=actor.may(Action.TRANSCRIPT_CORRECT),
    )
    if wish:
        with showing() as shown:
            _grant(actor, found.recording_id, wish)
        if not shown.failed:
            st.rerun()


def _grant(actor: Actor, recording_id: int, wish: dict[str, Any]) -> None:
    match wish:
        case {"act": "rename", "speaker": key, "name": name}:
            transcripts.rename_speaker(actor, recording_id, key, name)
        case {"act": "reassign", "ids": ids, "speaker": key}:
            transcripts.reassign(actor, recording_id, ids, key)
        case {"act": "merge", "id": ident}:
            transcripts.merge(actor, recording_id, ident)
        case {"act": "correct", "id": ident, "text": text}:
            transcripts.correct(actor, recording_id, ident, text)
        case {"act": "restore", "id": ident}:
            transcripts.restore(actor, recording_id, ident)
        case _:
            raise Invalid("This correction could not be read. Load the page again.")
