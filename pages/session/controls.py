"""What may be done with a note, at the head of the page: choose it, draft, sign, return, countersign."""

import streamlit as st

from pages.session import drafting, more, signing
from services import notes
from services.access import Action, Actor
from services.notes import Standing
from services.sessions import Session
from ui import export_dialog


def chooser(held: list[Standing], note: Standing) -> None:
    """Which of the session's notes is shown, by its format."""
    titles = {one.id: drafting.title(one.instruction_type) for one in held}
    chosen = st.segmented_control(
        "Note",
        list(titles),
        format_func=lambda ident: titles[ident],
        default=note.id,
        required=True,
        label_visibility="collapsed",
        key=f"note-{note.id}-chooser",  # a new one for each note, or it would remember the last
    )
    if chosen and chosen != note.id:
        drafting.open_note(chosen)


def actions(actor: Actor, found: Session, held: list[Standing], note: Standing | None) -> None:
    """At most one primary: the next step of this reader."""
    more.menu(actor, found, held, note)
    if not found.has_transcript:
        return
    if actor.may(Action.TRANSCRIPT_EXPORT) and st.button("Export", icon=":material/ios_share:"):
        is_signed = note is not None and note.state.value in ("signed", "countersigned")
        export_dialog.export(found.recording_id, note.id if note else None, is_signed=is_signed)
    if note is not None:
        _next_step(actor, note)
    elif drafting.may_draft(actor, found) and st.button(
        "Draft a note", type="primary", icon=":material/edit_note:"
    ):
        drafting.draft(actor, found, held)


def _next_step(actor: Actor, note: Standing) -> None:
    """The dialogs speak of the note as it is read when one of these is pressed."""
    if note.can_return and st.button("Return", icon=":material/undo:"):
        signing.give_back(actor, notes.read(actor, note.id))
    if note.can_countersign and st.button(
        "Countersign", type="primary", icon=":material/verified:"
    ):
        signing.countersign(actor, notes.read(actor, note.id))
    if not note.can_sign:
        return
    if note.is_empty and note.can_draft:
        if st.button("Draft again", type="primary", icon=":material/refresh:"):
            drafting.draft_again(actor, note)
    elif st.button("Sign note", type="primary", icon=":material/lock:"):
        signing.sign(actor, notes.read(actor, note.id))
