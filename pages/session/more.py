"""The menu at the head of the page: what is done now and then, with the note or with the whole session."""

from collections.abc import Callable

import streamlit as st

from models.recording import RecordingState
from pages.session import deleting, drafting, signing, versions
from services.access import Action, Actor
from services.notes import Standing
from services.sessions import Session
from ui import addendum, links

Deeds = dict[str, Callable[[], None]]


def menu(actor: Actor, found: Session, held: list[Standing], note: Standing | None) -> None:
    deeds = (_of_the_note(actor, found, held, note) if note else {}) | _of_it(actor, found)
    if not deeds:
        return
    chosen = st.menu_button("More", list(deeds), key="note-more")
    if chosen in deeds:
        deeds[chosen]()


def _of_the_note(actor: Actor, found: Session, held: list[Standing], note: Standing) -> Deeds:
    deeds: Deeds = {}
    if drafting.may_draft(actor, found):
        deeds["Draft in another format"] = lambda: drafting.draft(actor, found, held)
    if note.can_draft and not note.is_empty:
        deeds["Draft again"] = lambda: drafting.draft_again(actor, note)
    if note.can_add:
        deeds["Add an addendum"] = lambda: signing.add(actor, note.id)
    if note.can_reopen:
        deeds["Reopen"] = lambda: signing.reopen(actor, note.id)
    deeds["Versions"] = lambda: versions.versions(actor, note.id)
    return deeds


def _of_it(actor: Actor, found: Session) -> Deeds:
    deeds: Deeds = {}
    is_addendum = found.addendum_to is not None
    if actor.may(Action.RECORDING_BEGIN) and found.has_transcript and not is_addendum:
        deeds["Dictate an addendum"] = lambda: addendum.dictate(actor, found.recording_id)
    if actor.may(Action.TREATMENT_READ) and links.has("treatment"):
        deeds["Plan and measures"] = lambda: links.go("treatment", client=str(found.client_id))
    is_arriving = found.progress.state is RecordingState.RECEIVING  # which cannot be deleted
    is_own = found.therapist_id == actor.user_id  # who covers deletes nothing
    if actor.may(Action.SESSION_DELETE) and is_own and not is_arriving:
        deeds["Delete session"] = lambda: deleting.delete(actor, found)
    return deeds
