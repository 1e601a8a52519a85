"""One session: its transcript in step with the sound, the note beside it, and every correction of both."""

import streamlit as st

from models.recording import RecordingState
from pages.session import controls, wishes
from services import notes, recordings, sessions, transcripts
from services.access import Action, Actor
from services.errors import NotFound
from services.notes import Standing
from services.sessions import Session
from ui import addendum, cover, frame, links, progress
from ui.errors import showing
from ui.session_view import NoteShown, Speaker, session_view

WARNINGS = {
    "no-speech": "No speech was found in this recording.",
    "speakers-unknown": "The speakers could not be told apart. Reassign passages where it matters.",
    "parts-missing": "Parts of this recording never arrived. Where they are missing is marked.",
    "cut-off": "The file ended before its header says: it was cut off on its way. What was there is transcribed.",
    "no-draft": "No note was drafted. The transcript is safe: draft one, or try again.",
}


def session(actor: Actor) -> None:
    recording_id = links.asked("id")
    if recording_id is None:
        raise NotFound("The address names no session.")
    wishes.grant_asked(actor, recording_id, _key(recording_id))
    found = sessions.read_session(actor, recording_id)
    held = notes.of_session(actor, recording_id) if found.has_transcript else []
    note = _chosen(held)
    with frame.head(found.client, _line(found)):
        if len(held) > 1 and note:
            controls.chooser(held, note)
        frame.badge(_state(found, note))
        if found.progress.state is RecordingState.FAILED and actor.may(Action.RECORDING_RETRY):
            _retry(actor, recording_id)
        controls.actions(actor, found, held, note)
    if found.addenda or found.addendum_to is not None:
        addendum.linked(found)
    if found.progress.state is RecordingState.FAILED:
        st.error(frame.plain(found.progress.error or ""), icon=":material/error:")
    if found.progress.state is RecordingState.PROCESSING:
        progress.bar(actor, found.recording_id)
    if not found.has_transcript:
        _not_yet(found)
        return
    if found.therapist_id != actor.user_id:
        cover.line(actor, found.client_id)
    for code in found.warnings:
        if code == "no-draft" and note:
            continue  # drafted by hand since
        st.warning(WARNINGS[code], icon=":material/info:")
    wishes.tell_refusal(recording_id)
    _view(actor, found, note)


def _chosen(held: list[Standing]) -> Standing | None:
    """The note that the address names, else the one that was worked on last. One of another session is as if
    it did not exist."""
    if not held:
        return None
    newest = max(held, key=lambda note: note.updated_at)
    asked = links.asked("note")
    return next((note for note in held if note.id == asked), newest)


def _line(found: Session) -> str:
    at = frame.local(found.starts_at)
    parts = [
        *(["Addendum"] if found.addendum_to is not None else []),
        f"{frame.weekday(at)}, {frame.clock(at)}",
        f"{frame.hms(found.duration)} recorded",
        found.session_type.value.capitalize() + (", telehealth" if found.is_telehealth else ""),
        found.therapist,
    ]
    return " · ".join(parts)


def _state(found: Session, note: Standing | None) -> str:
    if found.progress.state is RecordingState.PROCESSING:
        return found.progress.stage.value
    if note and found.progress.state is RecordingState.DONE:
        return note.state.value
    return found.progress.state.value


def _retry(actor: Actor, recording_id: int) -> None:
    if st.button("Try again", type="primary", icon=":material/refresh:"):
        with showing() as shown:
            recordings.retry(actor, recording_id)
        if not shown.failed:
            st.rerun()


def _not_yet(found: Session) -> None:
    if found.progress.state is RecordingState.PROCESSING:
        st.caption("You can leave this page. The transcript will be here, and under Sessions.")
    elif found.progress.state is RecordingState.RECEIVING:
        frame.empty(
            "cloud_upload",
            f"{frame.hms(found.progress.seconds_received)} arrived and is safe",
            "The transcript is finished when the last part has arrived.",
        )


def _view(actor: Actor, found: Session, note: Standing | None) -> None:
    overview = transcripts.overview(actor, found.recording_id)
    speakers: list[Speaker] = [
        {"key": who["key"], "name": who["name"], "role": who.get("role", "other")}
        for who in overview.speakers
    ]
    session_view(
        key=_key(found.recording_id),
        audio=f"/api/v1/sessions/{found.recording_id}/audio" if found.has_audio else None,
        turns_url=f"/api/v1/sessions/{found.recording_id}/transcript",
        turns_rev=overview.revision,
        duration=overview.duration,
        speakers=speakers,
        editable=actor.may(Action.TRANSCRIPT_CORRECT),
        select=links.asked("at"),
        note=_shown(note) if note else None,
    )


def _key(recording_id: int) -> str:
    return f"session-{recording_id}"


def _shown(note: Standing) -> NoteShown:
    return {
        "id": note.id,
        "url": f"/api/v1/notes/{note.id}",
        "rev": note.revision,
        "saved": wishes.saved(note.id),
        "editable": note.can_edit,
        "statement": st.query_params.get("statement"),
    }
