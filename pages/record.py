"""Record: who, how and with whose consent; one large button; what was said while it goes on; then the session."""

import datetime as dt
from typing import Any

import streamlit as st

from models.client import Consent, SessionType
from models.recording import RecordingState
from pages import record_live
from services import clients, recordings, sessions
from services.access import Actor
from services.clients import Client
from services.errors import NotFound
from services.instructions import catalogue
from services.sessions import Session
from ui import frame, links, live_recorder, progress, words
from ui.errors import showing
from ui.recorder import IDLE, Status, recorder

RECORDER, BESIDE = 820, 436  # px
KNOWN = "record-status"  # what the recorder last said; it says it again when the page comes back
LIVE = {"recording", "paused", "finishing"}
SETTINGS = {"in_person": "In person", "telehealth": "Telehealth"}
FORMATS = {kind: catalogue.built_in(kind).title for kind in recordings.NOTE_FORMATS}
ASK = {
    Consent.MISSING: ("is missing", "Ask the client, then note the answer."),
    Consent.DECLINED: ("was declined", "Note it here if the client has changed their mind."),
    Consent.WITHDRAWN: ("was withdrawn", "Note it here if the client has changed their mind."),
}


def record(actor: Actor) -> None:
    status: Status = st.session_state.get(KNOWN, IDLE)
    known = clients.list_clients(actor)
    on_server = record_live.way() == record_live.ON_SERVER
    session = _of(actor, record_live.recording_id() if on_server else status["recording_id"])
    is_running = record_live.is_running() if on_server else status["state"] in LIVE
    live = session if is_running else None
    with frame.head("Record", _line(live)):
        if live is None and st.button(
            "Upload a file instead", icon=":material/upload_file:", type="tertiary"
        ):
            links.go("sessions", upload="1")
    if not known:
        frame.empty("group", "No client yet", "Add the client first, under Clients.")
        return
    with st.container(horizontal=True, gap="large"):
        left = st.container(width=RECORDER)
        right = st.container(width=BESIDE, key="this-session" if session else "first-where-narrow")
    with right:
        start, wait_for = _running(actor, live, known) if live else _choices(actor, known)
        if not is_running:
            record_live.choose_way()
        captions = on_server or _captions()
    with left:
        if on_server:
            _on_server(actor, start, wait_for, session)
            return
        told = st.container()  # above: captions stand under the recorder
        said = recorder(
            key="recorder",
            start=start,
            wait_for=wait_for,
            therapist_id=actor.user_id,
            captions=captions,
        )
        if session and status["state"] == "done":
            with told:
                _finished(actor, session)
    if said != status:
        st.session_state[KNOWN] = said
        st.rerun()


def _captions() -> bool:
    return st.toggle(
        "Live captions",
        value=True,
        key="record-captions",
        help="What was said so far, a few seconds behind. The transcript is made either way.",
    )


def _on_server(
    actor: Actor, start: dict[str, Any] | None, wait_for: str | None, session: Session | None
) -> None:
    if record_live.record_live(actor, start, wait_for) is None or session is None:
        return
    _finished(actor, session)
    if st.button("Record another session", icon=":material/mic:"):
        live_recorder.forget()
        st.rerun()


def _of(actor: Actor, recording_id: int | None) -> Session | None:
    """The session that the recorder speaks of; None for one of somebody who signed in here before."""
    if recording_id is None:
        return None
    try:
        return sessions.read_session(actor, recording_id)
    except NotFound:
        return None


def _line(live: Session | None) -> str:
    if live is None:
        return "Choose the client, then start. You can pause at any time."
    return f"{live.client} · {_kind(live)}"


def _kind(live: Session) -> str:
    setting = SETTINGS["telehealth" if live.is_telehealth else "in_person"]
    return f"{words.SESSION_TYPES[live.session_type]}, {setting.lower()}"


# --- before ---------------------------------------------------------------------------------------


def _choices(actor: Actor, known: list[Client]) -> tuple[dict[str, Any] | None, str | None]:
    """What a recording begins with; or None and what is still missing."""
    client = _client(known)
    if client is None:
        return None, "Choose the client first."
    types = list(SessionType)
    session_type = st.segmented_control(
        "Session",
        types,
        default=client.session_type,
        format_func=words.SESSION_TYPES.__getitem__,
        required=True,
        key=f"record-type-{client.id}",
    )
    setting = st.segmented_control(
        "Where",
        list(SETTINGS),
        default="in_person",
        format_func=SETTINGS.__getitem__,
        required=True,
        key=f"record-setting-{client.id}",
    )
    note_format = _note_format()
    _consent(actor, client)
    if client.consent is not Consent.GIVEN:
        return None, "Waiting for the client's consent."
    return {
        "client_id": client.id,
        "session_type": session_type.value,
        "setting": setting,
        "note_format": note_format,
    }, None


def _client(known: list[Client]) -> Client | None:
    """Chosen here, or named by the address."""
    names = {client.id: client.name for client in known}
    preset = links.asked("client")
    chosen = st.selectbox(
        "Client",
        list(names),
        format_func=names.__getitem__,
        index=list(names).index(preset) if preset in names else None,
        placeholder="Type a name, or choose one",
        key="record-client",
    )
    return next((client for client in known if client.id == chosen), None)


def _note_format() -> str:
    """The same as the last time, until another one is chosen."""
    kept = st.session_state.get("record-format-kept", recordings.NOTE_FORMATS[0])
    chosen = st.selectbox(
        "Note format",
        recordings.NOTE_FORMATS,
        index=recordings.NOTE_FORMATS.index(kept),
        format_func=FORMATS.__getitem__,
        help="What the note of this session will be drafted as.",
        key="record-format",
    )
    st.session_state["record-format-kept"] = chosen
    return str(chosen)


# --- while it goes on -----------------------------------------------------------------------------


def _running(
    actor: Actor, live: Session, known: list[Client]
) -> tuple[dict[str, Any] | None, str | None]:
    st.subheader("This session", anchor=False)
    facts = {
        "Client": live.client,
        "Session": _kind(live),
        "Started": frame.clock(frame.local(live.starts_at)),
    }
    for name, value in facts.items():
        with st.container(gap=None):
            st.markdown(f":gray[{name}]")
            st.markdown(frame.plain(value))
    client = next((client for client in known if client.id == live.client_id), None)
    if client is not None:
        _consent(actor, client)
    return None, None


# --- consent --------------------------------------------------------------------------------------


def _consent(actor: Actor, client: Client) -> None:
    with st.container(border=True, gap="xsmall"):
        if client.consent is Consent.GIVEN:
            st.markdown(":green[:material/how_to_reg:] **Consent to recording: given**")
            st.caption(frame.plain(_taken(client)))
            if st.button("Client withdraws consent", icon=":material/front_hand:", type="tertiary"):
                _withdraw(actor, client)
            return
        how_it_is, what_to_do = ASK[client.consent]
        st.markdown(f":orange[:material/front_hand:] **Consent to recording {how_it_is}**")
        st.caption(f"{what_to_do} Without it the recorder does not start.")
        _ask(actor, client)


def _taken(client: Client) -> str:
    """3 Nov 2026, verbally, taken by Anna Weber"""
    at = client.consent_at
    when = frame.day(frame.local(dt.datetime.fromisoformat(at))) if at else ""
    by = f"taken by {client.consent_by}" if client.consent_by else ""
    return ", ".join(filter(None, (when, client.consent_method, by)))


def _ask(actor: Actor, client: Client) -> None:
    method = st.segmented_control(
        "Given",
        clients.METHODS,
        default="verbally",
        format_func=str.capitalize,
        required=True,
        key=f"record-method-{client.id}",
    )
    with st.container(horizontal=True, gap="xsmall"):
        given = st.button("Consent given", type="primary")
        declined = client.consent is Consent.MISSING and st.button("Declined")
    if given or declined:
        answer = Consent.GIVEN if given else Consent.DECLINED
        with showing() as shown:
            clients.record_consent(actor, client.id, answer, str(method) if given else "")
        if not shown.failed:
            st.rerun()


@st.dialog("The client withdraws consent")
def _withdraw(actor: Actor, client: Client) -> None:
    st.markdown(
        "From now on no recording starts for this client. One that is running is yours to finish; "
        "what was said before stays."
    )
    if st.button("Note the withdrawal", type="primary"):
        with showing():
            clients.record_consent(actor, client.id, Consent.WITHDRAWN, "")
            st.rerun()


# --- after ----------------------------------------------------------------------------------------


def _finished(actor: Actor, session: Session) -> None:
    state = session.progress.state
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", border=True):
        with st.container(width="stretch"):
            if state is RecordingState.FAILED:
                st.error(frame.plain(session.progress.error or ""), icon=":material/error:")
            elif state is RecordingState.DONE:
                st.markdown(f"The session with **{frame.plain(session.client)}** is transcribed.")
            else:
                progress.bar(actor, session.recording_id)
        if st.button("Open the session", key="open-recorded"):
            links.open_session(session.recording_id)
