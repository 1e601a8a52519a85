"""Going from one page to another; addresses carry ids only."""

from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

_PAGES = "_pages"


def remember(pages: list[st.Page]) -> None:
    """The shell says which pages this person has."""
    st.session_state[_PAGES] = {page.url_path: page for page in pages}


def has(path: str) -> bool:
    return path in st.session_state[_PAGES]


def way_on(paths: Sequence[str]) -> None:
    """A link to the first of these pages that this person has, else to where they start."""
    pages = st.session_state[_PAGES]
    page = next((pages[path] for path in paths if path in pages), next(iter(pages.values())))
    st.page_link(page, label=f"Go to {page.title}", icon=":material/arrow_back:")


def go(path: str, **query: str) -> NoReturn:
    """Opens a page of the menu by its path."""
    st.switch_page(st.session_state[_PAGES][path], query_params=query)


def asked(name: str) -> int | None:
    """The id, or other number, that the address gives under this name; None for anything that is none."""
    given = st.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def address(path: str, **query: str) -> str:
    """Where the browser finds what `go` opens."""
    return f"/{path}?{urlencode(query)}"


def open_session(recording_id: int) -> NoReturn:
    go("session", id=str(recording_id))


def open_note(recording_id: int, note_id: int) -> NoReturn:
    """The session's page at one of its notes."""
    go("session", id=str(recording_id), note=str(note_id))
