"""The box in which a client is chosen, in lists' filters and before an upload."""

from collections.abc import Callable, Sequence

import streamlit as st

from services.clients import Choice, Client


def client_box(
    known: Sequence[Client | Choice],
    nobody: str,
    *,
    width: int,
    key: str,
    on_change: Callable[[], None] | None = None,
) -> int | None:
    """The id of the chosen one of `known`; None, and the box says `nobody`, until one is chosen."""
    names = {client.id: client.name for client in known}
    return st.selectbox(
        "Client",
        list(names),
        format_func=lambda ident: names[ident],
        index=None,
        placeholder=nobody,
        width=width,
        key=key,
        on_change=on_change,
    )
