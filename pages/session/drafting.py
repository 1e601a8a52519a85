"""A note drafted on request: in another format, or again, and from documents of the client besides."""

import streamlit as st

from services import notes
from services.access import Action, Actor
from services.instructions import catalogue
from services.notes import DraftSource, Standing
from services.sessions import Session
from ui import document_words, frame
from ui.errors import showing

LABEL = "Documents to draw on as well"
FEW = 6  # documents that are all shown; more are looked for by name


def may_draft(actor: Actor, found: Session) -> bool:
    """A dictation is an addendum itself: no note is drafted from it."""
    return actor.may(Action.NOTE_DRAFT) and found.has_transcript and found.addendum_to is None


def draft(actor: Actor, found: Session, held: list[Standing]) -> None:
    _draft(actor, found, held, notes.sources(actor, found.recording_id))


def draft_again(actor: Actor, note: Standing) -> None:
    """Offers what the note was drafted from last."""
    offered = notes.sources(actor, note.recording_id)
    last = notes.read(actor, note.id)["documents"] if offered else []
    _draft_again(actor, note, offered, [one["document_id"] for one in last if one["is_there"]])


@st.dialog("Draft a note", icon=":material/edit_note:")
def _draft(actor: Actor, found: Session, held: list[Standing], offered: list[DraftSource]) -> None:
    known = {one.instruction_type for one in held}
    free = [one for one in catalogue.types() if one not in known]
    chosen = st.selectbox("Format", free, format_func=title)
    documents = _documents(offered, [])
    st.caption("It is drafted from the transcript. Other notes of this session stay as they are.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Draft", type="primary") and chosen:
            with showing() as shown, st.spinner("Drafting the note"):
                made = notes.draft(actor, found.recording_id, chosen, documents=documents)
            if not shown.failed:
                open_note(made)


@st.dialog("Draft this note again", icon=":material/refresh:")
def _draft_again(actor: Actor, note: Standing, offered: list[DraftSource], last: list[int]) -> None:
    if note.version > 1:
        st.markdown(
            "A new draft takes the place of this one. What was edited stays under Versions."
        )
    else:
        st.markdown("A new draft takes the place of this one, which stays under Versions.")
    documents = _documents(offered, last)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Draft again", type="primary", key="draft-again"):
            with showing() as shown, st.spinner("Drafting the note"):
                notes.draft(
                    actor,
                    note.recording_id,
                    note.instruction_type,
                    replace=True,
                    documents=documents,
                )
            if not shown.failed:
                st.rerun()


def _documents(offered: list[DraftSource], last: list[int]) -> list[int]:
    """Those to draw on besides the transcript, as the therapist chooses them."""
    if not offered:
        return []
    named = {one.document_id: _described(one) for one in offered}
    before = [one for one in last if one in named]
    if len(named) <= FEW:
        with st.container(gap="xsmall"):
            st.markdown(LABEL)
            return [
                ident
                for ident, name in named.items()
                if st.checkbox(frame.plain(name), ident in before, key=f"draft-document-{ident}")
            ]
    return st.multiselect(
        LABEL,
        list(named),
        default=before,
        format_func=named.__getitem__,
        placeholder="None",
        select_all=False,
        max_selections=notes.MOST_SOURCES,
        key="draft-documents",
    )


def _described(one: DraftSource) -> str:
    parts = (one.name, document_words.feature(one.feature), document_words.pages(one.pages))
    return " · ".join(filter(None, parts))


def open_note(note_id: int) -> None:
    """Shows it, by the address, and runs the page again."""
    st.query_params["note"] = str(note_id)
    st.query_params.pop("statement", None)
    st.rerun()


def title(instruction_type: str) -> str:
    return catalogue.built_in(instruction_type).title
