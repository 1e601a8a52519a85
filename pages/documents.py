"""Documents: every one that may be seen, to filter, search and open; and the way new ones come in."""

from typing import NoReturn

import streamlit as st

from config import settings
from models.document import DocumentState
from services import clients, documents
from services.access import Action, Actor
from services.clients import Client
from services.documents import ACCEPTED, PAGE, DocumentSummary, Hit
from ui import document_words, frame, links, restoring, table
from ui.client_box import client_box
from ui.document_progress import bars
from ui.document_uploader import document_uploader
from ui.errors import showing

TABLE, HITS = "Documents", "Places found"


def documents_list(actor: Actor) -> None:
    opened = table.opened(TABLE)
    if opened:
        links.go("document", id=str(opened))
    may_upload = actor.may(Action.DOCUMENT_UPLOAD)
    known = clients.list_clients(actor)
    with frame.head("Documents", ""):
        if may_upload and st.button(
            "Add documents", type="primary", icon=":material/upload_file:", key="open-upload"
        ):
            st.query_params["upload"] = "1"
    if may_upload and "upload" in st.query_params:
        _upload(actor, known)
    client_id, feature, words = _filters(actor, known)
    if client_id and words:
        with showing():
            _hits(documents.search(actor, client_id, words), words)
        return
    page = int(st.session_state.get("documents-page", 0))
    found = documents.list_documents(actor, page=page, client_id=client_id, feature=feature)
    if not found.total:
        if client_id or feature:
            frame.empty("description", "Nothing matches", "Choose other filters.")
        else:
            frame.empty("description", "No document yet", "Add a letter, a form or a scan.")
        _open_deleted(actor)
        return
    under_way = [one.document_id for one in found.documents if one.progress.is_under_way]
    if under_way:
        bars(actor, under_way)
    _table(actor, found.documents)
    _open_deleted(actor)
    table.pager("documents-page", page, found.total, PAGE)


def _open_deleted(actor: Actor) -> None:
    if actor.may(Action.DOCUMENT_DELETE) and st.button(
        "Deleted documents", type="tertiary", icon=":material/restore_from_trash:"
    ):
        deleted(actor)


@st.dialog("Deleted documents", width="medium")
def deleted(actor: Actor) -> None:
    hidden = documents.deleted_documents(actor)
    if not hidden:
        st.markdown(restoring.NOTHING)
    for one in hidden:
        title = f"**{frame.plain(one.name)}**, {frame.plain(one.client or 'About no client')}"
        line = (
            f"Added {frame.moment(one.added_at)}. "
            f"Removed for good after {frame.moment(one.purged_after)}"
        )
        if restoring.restorable(title, line, f"restore-{one.document_id}"):
            with showing():
                documents.restore_document(actor, one.document_id)
                st.rerun()


def _upload(actor: Actor, known: list[Client]) -> None:
    with st.container(border=True, gap="small", key="upload"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            chosen, feature = _about(known)
            if st.button("Close", type="tertiary", key="close-upload"):
                del st.query_params["upload"]
                st.rerun()
        stored = document_uploader(
            key="document-uploader",
            fields={
                "userid": str(actor.user_id),
                "role": "Therapist",
                "feature": feature or "",
                "therapist_clientid": str(chosen or ""),
            },
            max_mb=settings().max_document_mb,
            max_pages=settings().max_document_pages,
            accept=ACCEPTED,
            wait_for=None if feature else "Choose what kind of document it is first.",
        )
        if stored and st.session_state.get("documents-stored") != len(stored):
            st.session_state["documents-stored"] = len(stored)
            _first_page()


def _about(known: list[Client]) -> tuple[int | None, str | None]:
    """Whom the new documents are about, and what kind they are."""
    chosen = client_box(known, "About no client", width=300, key="upload-client")
    feature = st.selectbox(
        "Kind of document",
        documents.FEATURES,
        format_func=document_words.feature,
        index=None,
        placeholder="Choose what it is",
        width=240,
        key="upload-feature",
    )
    return chosen, feature


def _filters(actor: Actor, known: list[Client]) -> tuple[int | None, str | None, str]:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        client_id = client_box(
            known, "All clients", width=260, key="filter-client", on_change=_first_page
        )
        feature = st.selectbox(
            "Kind",
            documents.features(actor),
            format_func=document_words.feature,
            index=None,
            placeholder="All kinds",
            width=190,
            key="filter-feature",
            on_change=_first_page,
        )
        words = st.text_input(
            "Find in this client's documents",
            placeholder="Words in the text" if client_id else "Choose a client to search",
            disabled=client_id is None,
            icon=":material/search:",
            max_chars=200,
            width=330,
            key="find-words",
        )
    return client_id, feature, words.strip() if client_id else ""


def _first_page() -> None:
    st.session_state["documents-page"] = 0


def _hits(hits: list[Hit], words: str) -> None:
    if not hits:
        frame.empty(
            "search_off", "These words were not found", "Try fewer words, or another spelling."
        )
        return
    papers = len({hit.document_id for hit in hits})
    st.caption(
        f"{frame.count(len(hits), 'place')} in {frame.count(papers, 'document')}. "
        "Click one to open it there."
    )
    these = hash(tuple((hit.document_id, hit.page, hit.lines) for hit in hits))
    opened = table.opened(HITS, about=these)
    if opened is not None and opened < len(hits):
        _open_hit(hits, hits[opened], words)
    table.openable(
        HITS,
        range(len(hits)),
        [_address(hit) for hit in hits],
        {
            "Document": [hit.name for hit in hits],
            "Page": [hit.page for hit in hits],
            "Text": [hit.excerpt for hit in hits],
        },
        {"Document": 280, "Page": 70},
        most=table.MOST,
        about=these,
    )


def _address(hit: Hit) -> str:
    return links.address("document", id=str(hit.document_id), page=str(hit.page))


def _open_hit(hits: list[Hit], hit: Hit, words: str) -> NoReturn:
    places: dict[int, list[int]] = {}
    for other in hits:
        if other.document_id == hit.document_id:
            places.setdefault(other.page, []).extend(other.lines)
    st.session_state["document-find"] = (hit.document_id, words, places)
    links.go("document", id=str(hit.document_id), page=str(hit.page))


def _table(actor: Actor, rows: list[DocumentSummary]) -> None:
    supervises = not actor.may(Action.DOCUMENT_UPLOAD)
    table.openable(
        TABLE,
        [row.document_id for row in rows],
        [links.address("document", id=str(row.document_id)) for row in rows],
        {
            "Document": [row.name for row in rows],
            "Client": [row.client or "About no client" for row in rows],
            **({"Added by": [row.added_by for row in rows]} if supervises else {}),
            "Kind": [document_words.feature(row.feature) for row in rows],
            "Added": [frame.moment(row.added_at) for row in rows],
            "State": [document_words.mark(row.progress) for row in rows],
            "Pages": [row.progress.pages or "" for row in rows],
            "Sure": [_sure(row) for row in rows],
        },
        {"Client": 170, "Kind": 130, "Added": 165, "State": 190, "Pages": 80, "Sure": 80},
    )


def _sure(row: DocumentSummary) -> str:
    is_read = row.progress.state is DocumentState.READ and row.confidence is not None
    return frame.percent(row.confidence) if is_read and row.confidence is not None else ""
