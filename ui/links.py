"""Going from one page to another; addresses carry ids only."""

from typing import NoReturn

import streamlit as st

_PAGES = "_pages"


def remember(pages: list[st.Page]) -> None:
    """The shell says which pages this person has."""
    st.session_state[_PAGES] = {page.url_path: page for page in pages}


def has(path: str) -> bool:
    return path in st.session_state[_PAGES]


def go(path: str, **query: str) -> NoReturn:
    """Opens a page of the menu by its path."""
    st.switch_page(st.session_state[_PAGES][path], query_params=query)


def open_session(recording_id: int) -> NoReturn:
    go("session", id=str(recording_id))
