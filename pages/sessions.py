"""Sessions: every one that may be seen, to filter and open; and the way a new one comes in."""

import datetime as dt

import streamlit as st

from config import settings
from models.client import Consent
from models.recording import RecordingState
from services import clients, retention, sessions
from services.access import Action, Actor
from services.clients import Choice
from services.sessions import PAGE, Session
from ui import frame, links, progress, restoring, table
from ui.client_box import client_box
from ui.errors import showing
from ui.uploader import uploader

STATES = {
    "Transcribed": RecordingState.DONE,
    "In progress": RecordingState.PROCESSING,
    "Receiving": RecordingState.RECEIVING,
    "Could not finish": RecordingState.FAILED,
}
WORDS = {state: words for words, state in STATES.items()}
TONES: dict[RecordingState, table.Tone] = {
    RecordingState.DONE: "green",
    RecordingState.PROCESSING: "orange",
    RecordingState.RECEIVING: "orange",
    RecordingState.FAILED: "red",
}
SAID_NO = (Consent.DECLINED, Consent.WITHDRAWN)
TABLE = "Sessions"


def sessions_list(actor: Actor) -> None:
    may_upload = actor.may(Action.RECORDING_ADD_CHUNK)
    known = clients.choices(actor)
    with frame.head("Sessions", ""):
        if may_upload and st.button(
            "Upload a session", type="primary", icon=":material/upload:", key="open-upload"
        ):
            st.query_params["upload"] = "1"
    if may_upload and "upload" in st.query_params:
        _upload(actor, known)
    _list(actor, known)


@st.fragment
def _list(actor: Actor, known: list[Choice]) -> None:
    """A fragment: another page or filter runs the list again, not the menu and the page around it."""
    opened = table.opened(TABLE)
    if opened:
        links.open_session(opened)
    client_id, state, since = _filters(known)
    page = int(st.session_state.get("sessions-page", 0))
    found = sessions.list_sessions(actor, page=page, client_id=client_id, state=state, since=since)
    if not found.total:
        filtered = client_id or state or since
        frame.empty(
            "forum",
            "Nothing matches" if filtered else "No session yet",
            "Choose other filters." if filtered else "Upload a recording to begin.",
        )
        _way_to_deleted(actor)  # the last one may be among them
        return
    _table(actor, found.sessions)
    _way_to_deleted(actor)
    table.pager("sessions-page", page, found.total, PAGE)


def _way_to_deleted(actor: Actor) -> None:
    if actor.may(Action.SESSION_DELETE) and st.button(
        "Deleted sessions", type="tertiary", icon=":material/restore_from_trash:"
    ):
        deleted(actor)


@st.dialog("Deleted sessions", width="medium")
def deleted(actor: Actor) -> None:
    hidden = retention.deleted_sessions(actor)
    if not hidden:
        st.markdown(restoring.NOTHING)
    for one in hidden:
        title = f"**{frame.plain(one.client)}**, {frame.moment(one.starts_at)}"
        line = f"Removed for good after {frame.moment(one.purged_after)}"
        if restoring.restorable(title, line, f"restore-{one.recording_id}"):
            with showing():
                retention.restore_session(actor, one.recording_id)
                st.rerun()


def _upload(actor: Actor, known: list[Choice]) -> None:
    with st.container(border=True, gap="small", key="upload"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            chosen = client_box(known, "Choose who was there", width=360, key="upload-client")
            if st.button("Close", type="tertiary", key="close-upload"):
                del st.query_params["upload"]
                st.rerun()
        client = next((client for client in known if client.id == chosen), None)
        if client and client.consent in SAID_NO:
            st.warning(
                "This client said no to recording. If that has changed, note it under Clients first.",
                icon=":material/front_hand:",
            )
        elif client and client.consent is Consent.MISSING:
            st.warning(
                "Consent to recording is not noted for this client. Upload only what you may keep.",
                icon=":material/front_hand:",
            )
        status = uploader(
            key="uploader",
            fields={
                "therapist_userid": str(client.therapist_id if client else actor.user_id),
                "therapist_clientid": str(chosen or ""),
            },
            max_bytes=settings().max_upload_mb << 20,
            longest=f"{settings().max_audio_hours:g} hours",
            wait_for=_awaited(client),
        )
        if status["state"] == "done" and status["recording_id"]:
            _arrived(actor, status["recording_id"])


def _awaited(client: Choice | None) -> str | None:
    """What has to be done before a file is taken."""
    if client is None:
        return "Choose the client first."
    return "No new session of this client is taken in." if client.consent in SAID_NO else None


def _arrived(actor: Actor, recording_id: int) -> None:
    session = sessions.read_session(actor, recording_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if session.progress.state is RecordingState.PROCESSING:
            with st.container(width="stretch"):
                progress.bar(actor, recording_id)
        elif session.progress.state is RecordingState.FAILED:
            with st.container(width="stretch"):
                st.error(frame.plain(session.progress.error or ""), icon=":material/error:")
        else:
            with st.container(width="stretch"):
                st.markdown(f"The session with **{frame.plain(session.client)}** is transcribed.")
        if st.button("Open the session", key="open-arrived"):
            links.open_session(recording_id)


def _filters(
    known: list[Choice],
) -> tuple[int | None, RecordingState | None, dt.datetime | None]:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        client_id = client_box(
            known, "All clients", width=260, key="filter-client", on_change=_first_page
        )
        words = st.selectbox(
            "State",
            list(STATES),
            index=None,
            placeholder="All states",
            width=180,
            key="filter-state",
            on_change=_first_page,
        )
        day = st.date_input(
            "Since", value=None, width=160, format="YYYY-MM-DD", key="filter-since",
            on_change=_first_page,
        )  # fmt: skip
    since = dt.datetime.combine(day, dt.time(), frame.zone()) if isinstance(day, dt.date) else None
    return client_id, STATES[words] if words else None, since


def _first_page() -> None:
    st.session_state["sessions-page"] = 0


def _table(actor: Actor, rows: list[Session]) -> None:
    supervises = actor.user_id not in {row.therapist_id for row in rows}
    table.openable(
        TABLE,
        [row.recording_id for row in rows],
        [links.address("session", id=str(row.recording_id)) for row in rows],
        {
            "Date": [frame.moment(row.starts_at) for row in rows],
            "Client": [row.client for row in rows],
            **({"Therapist": [row.therapist for row in rows]} if supervises else {}),
            "Type": [row.session_type.value.capitalize() for row in rows],
            "Length": [frame.duration(row.duration) for row in rows],
            "State": [
                table.Mark(WORDS[row.progress.state], TONES[row.progress.state]) for row in rows
            ],
            "Sound": ["Yes" if row.has_audio else "No" for row in rows],
        },
        {"Date": 165, "Type": 110, "Length": 95, "State": 155, "Sound": 75},
    )
