"""Process notes of one client: a plain page that its author alone sees."""

import streamlit as st

from services import clients, process_notes
from services.access import Actor
from services.clients import Client
from services.errors import NotFound
from services.process_notes import Private
from ui import cover, frame
from ui.errors import showing

TALL = 220  # px
PRIVATE = (
    "Only you see these: no supervisor, no cover, no administrator, no export. Nothing is drafted "
    "from them."
)


def private_notes(actor: Actor) -> None:
    client = _asked_for(actor)
    if client is None:
        raise NotFound("The address names no client of theirs.")
    with frame.head("Process notes", client.name):
        pass
    cover.line(actor, client.id)
    st.info(PRIVATE, icon=":material/lock_person:")
    with showing() as shown:
        found = process_notes.list_process_notes(actor, client.id)
    if shown.failed:
        return
    _new(actor, client)
    for note in found:
        _kept(actor, note)


def _asked_for(actor: Actor) -> Client | None:
    given = st.query_params.get("client", "")
    return next((one for one in clients.list_clients(actor) if str(one.id) == given), None)


def _new(actor: Actor, client: Client) -> None:
    with st.form("new-process-note", clear_on_submit=False):
        text = st.text_area(
            "A new note",
            key=f"new-{client.id}-{st.session_state.get('process-notes-written', 0)}",
            height=TALL,
            max_chars=process_notes.LONGEST,
            placeholder="Write here. It is kept when you press Save.",
        )
        saved = st.form_submit_button("Save", type="primary", icon=":material/lock:")
    if saved:
        with showing() as shown:
            process_notes.write(actor, client.id, text)
        if not shown.failed:
            # a new, empty field; the words that were refused would have stayed
            st.session_state["process-notes-written"] = (
                st.session_state.get("process-notes-written", 0) + 1
            )
            st.rerun()


def _kept(actor: Actor, note: Private) -> None:
    with st.container(border=True, gap="small", key=f"process-note-{note.id}"):
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            with st.container(gap=None, width="content"):
                st.markdown(f"**{frame.moment(note.created_at)}**")
                if note.updated_at != note.created_at:
                    st.caption(f"Changed {frame.moment(note.updated_at)}")
            with st.container(horizontal=True, width="content", gap="small"):
                if st.button("Edit", type="tertiary", icon=":material/edit:", key=f"e-{note.id}"):
                    edit(actor, note)
                if st.button(
                    "Remove", type="tertiary", icon=":material/delete:", key=f"r-{note.id}"
                ):
                    remove(actor, note)
        for paragraph in note.text.splitlines():
            if paragraph.strip():
                st.markdown(frame.plain(paragraph))


@st.dialog("Edit a process note", width="large")
def edit(actor: Actor, note: Private) -> None:
    with st.form("edit-process-note", border=False):
        text = st.text_area(
            "Note", note.text, height=TALL, max_chars=process_notes.LONGEST, key=f"text-{note.id}"
        )
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        with showing():
            process_notes.change(actor, note.id, text, seen=note.updated_at)
            st.rerun()


@st.dialog("Remove a process note")
def remove(actor: Actor, note: Private) -> None:
    st.markdown(f"The note of {frame.moment(note.created_at)} leaves your list for good.")
    if st.button("Remove", type="primary"):
        with showing():
            process_notes.remove(actor, note.id)
            st.rerun()
