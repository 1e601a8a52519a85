"""Lines of a document put into a note, from the document's own page."""

from dataclasses import dataclass

import streamlit as st

from services import notes
from services.access import Actor
from services.documents import DocumentSummary
from services.errors import Stale
from services.notes import DocumentLine, OpenNote, OpenSection
from ui import frame, links
from ui.errors import showing

MADE, NUMBER = "document-cited", "document-cited-number"
LONGEST = 4000  # characters of a statement, as services.notes takes it
NEW = "A new statement"


@dataclass(frozen=True)
class Made:
    """The statement that took lines of this document last."""

    document_id: int
    recording_id: int
    note_id: int
    statement_id: str
    where: str  # the note's and the section's title


def cite(actor: Actor, found: DocumentSummary, places: list[tuple[int, int]]) -> None:
    """`places`: (page, line) of the lines chosen."""
    lines = [DocumentLine(found.document_id, page, line) for page, line in places]
    with showing() as shown:
        proposed = notes.quotation(actor, found.document_id, lines)
        offered = notes.open_notes(actor, found.document_id)
    if not shown.failed:
        _cite(actor, found, lines, offered, proposed)


@st.dialog("Cite in a note", icon=":material/format_quote:")
def _cite(
    actor: Actor,
    found: DocumentSummary,
    lines: list[DocumentLine],
    offered: list[OpenNote],
    proposed: str,
) -> None:
    if not offered:
        st.markdown(f"**No note of {frame.plain(found.client or '')} can be edited now**")
        st.caption(
            "Signed notes are locked. Draft a note on the page of a session, or reopen a signed one "
            "there with a reason. Then cite from here."
        )
        return
    known = {one.id: one for one in offered}
    names = {one.id: _named(one) for one in offered}
    chosen = st.selectbox("Note", list(known), format_func=names.__getitem__, key="cite-note")
    note = known[chosen]
    sections = {one.key: one for one in note.sections}
    section = sections[
        st.selectbox(
            "Section",
            list(sections),
            format_func=lambda key: sections[key].title,
            key=f"cite-section-{note.id}",
        )
    ]
    held, text = _statement(note, section, proposed, lines)
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Back", key="dialog-back"):
            st.rerun()
        if st.button("Add to the note", type="primary", disabled=not (held or text.strip())):
            _add(actor, note, section, held, text, lines, proposed)


def _statement(
    note: OpenNote, section: OpenSection, proposed: str, chosen: list[DocumentLine]
) -> tuple[str, str]:
    """The id of the statement that takes the lines as evidence; or none, and the words of a new one."""
    texts = dict(section.statements)
    held = ""
    if texts:
        held = st.selectbox(
            "Add as",
            ["", *texts],
            format_func=lambda one: f"Evidence for: {texts[one]}" if one else NEW,
            key=f"cite-as-{note.id}-{section.key}",
        )
    lines = frame.count(len(chosen), "line", "lines")
    if held:
        st.caption(f"Added to its evidence: {lines} of this document. Its words stay as they are.")
        st.caption(frame.plain(proposed))
        return held, ""
    # Of these lines: words that were typed for others, in a dialog that was closed, must not come back.
    key = "cite-text-" + "-".join(f"{one.page}.{one.line}" for one in chosen)
    text = st.text_area("Statement", proposed, max_chars=LONGEST, height=140, key=key)
    st.caption(f"It stands at the end of the section, with {lines} of this document as evidence.")
    return "", text


def _add(
    actor: Actor,
    note: OpenNote,
    section: OpenSection,
    held: str,
    text: str,
    lines: list[DocumentLine],
    proposed: str,
) -> None:
    with showing() as shown:
        if notes.quotation(actor, lines[0].document_id, lines) != proposed:
            raise Stale("These lines were read again or corrected since. Go back and choose again.")
        if held:
            notes.add_evidence(actor, note.id, held, lines, revision=note.revision)
            made = held
        else:
            made = notes.cite(actor, note.id, section.key, text, lines, revision=note.revision)
    if shown.failed:
        return
    where = f"{note.title}, {section.title}"
    st.session_state[MADE] = Made(lines[0].document_id, note.recording_id, note.id, made, where)
    st.session_state[NUMBER] = number() + 1
    st.rerun()


def number() -> int:
    """Another one after each statement made: the page forgets the lines that were chosen."""
    return int(st.session_state.get(NUMBER, 0))


def tell(document_id: int) -> None:
    """Where the lines went, and the way there."""
    made: Made | None = st.session_state.get(MADE)
    if made is None or made.document_id != document_id:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="cited"):
        st.markdown(
            f":green[:material/check:] Added to {frame.plain(made.where)}.", width="content"
        )
        if st.button("Open it there", icon=":material/arrow_forward:", key="open-cited"):
            del st.session_state[MADE]
            links.go(
                "session",
                id=str(made.recording_id),
                note=str(made.note_id),
                statement=made.statement_id,
            )


def _named(note: OpenNote) -> str:
    at = frame.local(note.starts_at)
    state = "Returned" if note.state.value == "returned" else "Draft"
    return f"{frame.day(at)}, {frame.clock(at)} · {note.title} · {state}"
