"""One document: its pages beside what was read of them, and every correction; the original; reading it again."""

from pathlib import PurePosixPath

import streamlit as st

from models.document import DocumentState
from services import documents
from services.access import Action, Actor
from services.documents import DocumentSummary
from services.errors import Invalid, NotFound
from ui import cite_dialog, document_words, frame, links, words
from ui.document_progress import bars
from ui.errors import showing
from ui.original_view import original_view
from ui.page_view import page_view, take_wish
from ui.score_offer import score_offer
from ui.wishes import Wish

BESIDE, ORIGINAL = "Text and page", "Original"
CITE = "document-cite"  # the lines that are to be cited, while the dialog is not open yet


def document(actor: Actor) -> None:
    ident = links.asked("id")
    if ident is None:
        raise NotFound("The address names no document.")
    _grant_asked(actor, ident)
    found = documents.read_document(actor, ident)
    with frame.head(PurePosixPath(found.name).stem or found.name, _line(found)):
        frame.badge(_state(found), document_words.state(found.progress))
        if actor.may(Action.DOCUMENT_CORRECT):
            _again(actor, found)
        may_delete = actor.may(Action.DOCUMENT_DELETE) and found.is_own
        if may_delete and st.button("Delete", icon=":material/delete:"):
            _delete(actor, ident, found.name)
    if found.progress.error:
        show = st.error if found.progress.state is DocumentState.FAILED else st.warning
        show(frame.plain(found.progress.error), icon=":material/error:")
    if found.progress.is_under_way:
        bars(actor, [ident])
    is_locked = found.progress.state is DocumentState.LOCKED
    if is_locked:
        _locked(actor, ident)
    if actor.may(Action.TREATMENT_CHANGE) and found.client_id and found.has_text:
        score_offer(actor, found)
    if found.has_text or not is_locked:
        _body(actor, found)


def _line(found: DocumentSummary) -> str:
    parts = [
        found.client or "About no client",
        document_words.feature(found.feature),
        f"added {frame.day(frame.local(found.added_at))} by {found.added_by}",
        document_words.pages(found.progress.pages),
    ]
    if found.confidence is not None and found.progress.state is DocumentState.READ:
        parts.append(f"{frame.percent(found.confidence)} sure of its words")
    return " · ".join(filter(None, parts))


def _state(found: DocumentSummary) -> str:
    return found.progress.state.value


def _body(actor: Actor, found: DocumentSummary) -> None:
    if not found.has_text:
        if not found.progress.is_under_way:
            st.caption("The file is stored and can be looked at.")
        _original(found)
        return
    shown = st.segmented_control(
        "Show", (BESIDE, ORIGINAL), default=BESIDE, required=True, label_visibility="collapsed"
    )
    if shown == ORIGINAL:
        _original(found)
    else:
        _pages(actor, found)


def _original(found: DocumentSummary) -> None:
    """Straight from the API with the sign-in's cookie."""
    original_view(
        key=f"original-{found.document_id}",
        url=f"/api/v1/documents/{found.document_id}/file",
        content_type=found.content_type,
    )


def _pages(actor: Actor, found: DocumentSummary) -> None:
    ident = found.document_id
    about, searched, places = st.session_state.get("document-find", (0, "", {}))
    is_hit = about == ident
    if is_hit:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Lines with “{frame.plain(searched)}” are marked.", width="content")
            if st.button("Clear", type="tertiary", key="clear-find"):
                del st.session_state["document-find"]
                st.rerun()
    cite_dialog.tell(ident)
    can_cite = actor.may(Action.NOTE_EDIT) and found.client_id is not None
    page_view(
        key=_key(ident),
        url=f"/api/v1/documents/{ident}",
        pages=found.progress.pages or found.progress.pages_read,
        revision=f"{found.revision}-{found.progress.pages_read}",
        editable=actor.may(Action.DOCUMENT_CORRECT) and not found.progress.is_under_way,
        page=links.asked("page") or 1,
        line=links.asked("line"),
        words=searched if is_hit else "",
        hits=places if is_hit else {},
        citable=can_cite and not found.progress.is_under_way,
        cited=cite_dialog.number(),
    )
    if st.session_state.get(CITE, (0, []))[0] == ident:
        cite_dialog.cite(actor, found, st.session_state.pop(CITE)[1])


def _key(ident: int) -> str:
    return f"document-{ident}"


def _grant_asked(actor: Actor, ident: int) -> None:
    """Before the page reads anything: what it shows is then what is stored."""
    if (wish := take_wish(_key(ident))) is not None:
        with showing():
            _grant(actor, ident, wish)


def _grant(actor: Actor, ident: int, wish: Wish) -> None:
    match wish:
        case {"act": "cite", "lines": lines}:
            st.session_state[CITE] = (ident, lines)
        case {"act": "correct", "page": page, "line": line, "text": text}:
            documents.correct_line(actor, ident, page, line, text)
        case {"act": "restore", "page": page, "line": line}:
            documents.restore_line(actor, ident, page, line)
        case _:
            raise Invalid("This correction could not be read. Load the page again.")


def _again(actor: Actor, found: DocumentSummary) -> None:
    if found.progress.is_under_way or found.progress.state is DocumentState.LOCKED:
        return
    with st.popover("Read again", icon=":material/refresh:"):
        st.caption("The new text takes the place of this one, with its corrections.")
        known = documents.readers()
        reader = known[0]
        if len(known) > 1:
            reader = st.radio("Where", known, format_func=document_words.reader, key="again-where")
        language = st.selectbox(
            "Language of the text",
            list(words.LANGUAGES),
            index=list(words.LANGUAGES).index(found.language) if found.language else None,
            format_func=words.LANGUAGES.__getitem__,
            placeholder="Not said",
            key="again-language",
        )
        if st.button("Read again now", type="primary", key="again-now"):
            with showing() as shown:
                documents.read_again(actor, found.document_id, reader=reader, language=language)
            if not shown.failed:
                st.rerun()


def _locked(actor: Actor, ident: int) -> None:
    if actor.may(Action.DOCUMENT_CORRECT):
        with st.form("password", width=480):
            st.markdown("**This PDF is locked**")
            st.caption(
                "Give its password to have it read. It is used for this reading and not kept."
            )
            password = st.text_input("Password of the file", type="password", autocomplete="off")
            if st.form_submit_button("Read it", type="primary"):
                with showing() as shown:
                    documents.unlock(actor, ident, password)
                if not shown.failed:
                    st.rerun()
    st.link_button(
        "Open the original", f"/api/v1/documents/{ident}/file", icon=":material/open_in_new:"
    )


@st.dialog("Delete this document", icon=":material/delete:")
def _delete(actor: Actor, ident: int, name: str) -> None:
    st.markdown(
        f"**{frame.plain(name)}** and what was read of it are hidden at once. You can restore it for 30 days, "
        "under Deleted documents; then it is removed for good. Notes that cite it keep their words."
    )
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Back", key="dialog-back"):
            st.rerun()
        if frame.danger("Delete document", "document"):
            with showing() as shown:
                documents.delete_document(actor, ident)
            if not shown.failed:
                links.go("documents")
