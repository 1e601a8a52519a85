"""How far documents are, refreshed by itself while the page stays usable."""

import streamlit as st

from services import documents
from services.access import Actor
from ui import document_words, frame

EVERY = "2s"


@st.fragment(run_every=EVERY)
def bars(actor: Actor, document_ids: list[int]) -> None:
    """One bar for what is being read; runs the whole page once more when one of them is done, well or not."""
    found = [one for one in documents.watch(actor, document_ids) if one.is_under_way]
    if len(found) < len(document_ids):
        st.rerun()
    pages = sum(one.pages or 1 for one in found)
    read = sum(one.pages_read for one in found)
    words = (
        document_words.state(found[0])
        if len(found) == 1
        else f"Reading {frame.count(len(found), 'document')}"
    )
    st.progress(min(read / pages, 1.0), text=f"{words}. You can leave this page.")
