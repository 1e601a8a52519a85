"""Instructions: what a note contains and how it is written; the catalogue, one of it, and one's own variants.

The address says which: `type`, `client` (an id) where it is about one client, `show` for what beside reading.
"""

import streamlit as st

from pages.instructions import editing, overview, reading
from services.access import Actor
from services.instructions.catalogue import types
from ui import links


def instructions(actor: Actor) -> None:
    chosen = st.query_params.get("type")
    if chosen not in types():
        overview.overview(actor)
    elif st.query_params.get("show") == "edit" and editing.may(actor):
        editing.editing(actor, chosen, links.asked("client"))
    else:
        reading.reading(actor, chosen, links.asked("client"))
