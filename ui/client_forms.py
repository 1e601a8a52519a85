"""Clients as a list with a card beside it, and the dialogs that add and change them."""

from collections.abc import Callable

import streamlit as st

from models.client import Consent, SessionType
from services import clients, retention
from services.access import Actor
from services.clients import Client
from ui import cover, frame, links, retention_form, table, words
from ui.errors import showing

COUNTED = (SessionType.FAMILY, SessionType.GROUP)  # where the number of voices is not given
BADGES = {
    Consent.MISSING: ("orange", "front_hand"),
    Consent.GIVEN: ("green", "check"),
    Consent.DECLINED: ("orange", "block"),
    Consent.WITHDRAWN: ("orange", "undo"),
}


def list_and_card(
    actor: Actor, known: list[Client], account: Callable[[Client], None] | None = None
) -> None:
    """The list and what can be done about the ticked client: for an administrator, who sees those of all therapists,
    `account` shows which account is the client's own. Consent is the therapist's to record."""
    of_all_therapists = account is not None
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=table.LIST):
            chosen = _list(known, of_all_therapists)
        client = next((client for client in known if client.id == chosen), None)
        if client is None:
            tick = "Tick a client to change the details"
            with table.beside(f"{tick}." if of_all_therapists else f"{tick} or record consent."):
                return
        with table.beside(None):
            _card(actor, client, account)


def _list(known: list[Client], of_all_therapists: bool) -> int | None:
    columns = {
        "Name": [client.name for client in known],
        "No.": [client.id for client in known],
        "Therapist": [client.therapist for client in known],
        "Type": [words.session_type(client) for client in known],
        "Consent": [words.consent(client) for client in known],
        "Sessions": [client.sessions for client in known],
    }
    widths = {"No.": 50, "Therapist": 135, "Type": 90, "Consent": 165, "Sessions": 80}
    if not of_all_therapists:
        for name in ("No.", "Therapist"):
            del columns[name], widths[name]
    return table.ticked("Clients", [client.id for client in known], columns, widths)


def _card(actor: Actor, client: Client, account: Callable[[Client], None] | None) -> None:
    with_consent = account is None
    with st.container(gap=None):
        st.markdown(f"**{frame.plain(client.name)}**")
        st.caption(f"{words.session_type(client)} · {frame.count(client.sessions, 'session')}")
        st.caption(f"Language: {words.language(client.language)}")
    colour, icon = BADGES[client.consent]
    st.badge(f"Consent: {words.consent(client)}", color=colour, icon=f":material/{icon}:")
    if client.consent_by:
        st.caption(frame.plain(words.taken(client)))
    if with_consent:
        cover.line(actor, client.id)
    if with_consent and st.button("Record consent", icon=":material/how_to_reg:", width="stretch"):
        consent(actor, client)
    if with_consent and st.button("Plan and measures", icon=":material/flag:", width="stretch"):
        links.go("treatment", client=str(client.id))
    if st.button("Change the details", icon=":material/edit:", width="stretch"):
        change(actor, client)
    if account is not None:
        account(client)
    if with_consent and st.button("History", icon=":material/history:", width="stretch"):
        links.go("history", client=str(client.id))
    if with_consent and st.button("Process notes", icon=":material/lock_person:", width="stretch"):
        links.go("process-notes", client=str(client.id))
    st.caption(retention_form.line(retention.of_client(actor, client.id)))
    if with_consent and client.therapist_id != actor.user_id:
        return  # who covers neither removes the client nor says how long things are kept
    if st.button("How long it is kept", icon=":material/history:", width="stretch"):
        keep(actor, client)
    if not client.sessions and st.button("Remove", icon=":material/delete:", width="stretch"):
        remove(actor, client)
    if client.sessions:
        st.caption("A client with sessions cannot be removed: retention decides on those.")


def _details(
    name: str, session_type: SessionType, participants: int | None, language: str | None
) -> tuple[str, SessionType, int | None, str | None]:
    name = st.text_input("Name", name, max_chars=120, autocomplete="off")
    types = list(SessionType)
    session_type = st.selectbox(
        "Sessions are",
        types,
        index=types.index(session_type),
        format_func=words.SESSION_TYPES.__getitem__,
    )
    participants = st.number_input(
        "People besides the therapist",
        value=participants,
        min_value=1,
        max_value=12,
        step=1,
        placeholder="Only for family and group",
        help="Helps to tell voices apart. Leave it empty when it varies.",
    )
    languages = [None, *sorted(words.LANGUAGES, key=words.LANGUAGES.__getitem__)]
    language = st.selectbox(
        "Language",
        languages,
        index=languages.index(language),
        format_func=words.language,
        help="Choose it when short sessions are taken for another language.",
    )
    return name, session_type, participants if session_type in COUNTED else None, language


@st.dialog("Add a client")
def add(actor: Actor, therapists: dict[int, str] | None = None) -> None:
    """A client of the actor, or of one of `therapists` (names by id) when an administrator adds."""
    therapist_id = None
    with st.form("add-client", border=False):
        if therapists is not None:
            therapist_id = st.selectbox(
                "Therapist", list(therapists), format_func=therapists.__getitem__
            )
        details = _details("", SessionType.INDIVIDUAL, None, None)
        st.caption("The name is stored encrypted. Two people of a couple are one client.")
        added = st.form_submit_button("Add", type="primary")
    if added:
        name, session_type, participants, language = details
        with showing():
            clients.create_client(
                actor,
                name,
                therapist_id=therapist_id,
                session_type=session_type,
                participants=participants,
                language=language,
            )
            st.rerun()


@st.dialog("Change a client")
def change(actor: Actor, client: Client) -> None:
    with st.form("change-client", border=False):
        details = _details(client.name, client.session_type, client.participants, client.language)
        changed = st.form_submit_button("Save", type="primary")
    if changed:
        name, session_type, participants, language = details
        with showing():
            clients.change_client(
                actor,
                client.id,
                name=name,
                session_type=session_type,
                participants=participants,
                language=language,
            )
            st.rerun()


@st.dialog("Consent to recording")
def consent(actor: Actor, client: Client) -> None:
    with st.form("consent", border=False):
        answer = st.radio(
            f"What did {frame.plain(client.name)} say?", list(words.ANSWERS), index=None
        )
        st.caption("Stored with your name and this moment. What was recorded before stays.")
        saved = st.form_submit_button("Save", type="primary")
    if saved and answer is None:
        st.error("Choose one of the answers.", icon=":material/error:")
    elif saved:
        with showing():
            clients.record_consent(actor, client.id, *words.ANSWERS[answer])
            st.rerun()


@st.dialog("How long it is kept")
def keep(actor: Actor, client: Client) -> None:
    policy = retention.of_client(actor, client.id)
    st.markdown(
        f"For {frame.plain(client.name)} "
        + ("a policy of their own holds." if policy.is_own else "the clinic's policy holds.")
    )
    with st.form("keep", border=False):
        kept, days, records = retention_form.fields(policy)
        saved = st.form_submit_button("Save for this client", type="primary")
    if saved:
        with showing():
            retention.change(
                actor, audio_kept=kept, audio_days=days, record_days=records, client_id=client.id
            )
            st.rerun()
    if policy.is_own and st.button("Follow the clinic again", icon=":material/undo:"):
        with showing():
            retention.follow_the_clinic(actor, client.id)
            st.rerun()


@st.dialog("Remove a client")
def remove(actor: Actor, client: Client) -> None:
    st.markdown(f"{frame.plain(client.name)} has no sessions and leaves the list.")
    if st.button("Remove", type="primary"):
        with showing():
            clients.remove_client(actor, client.id)
            st.rerun()
