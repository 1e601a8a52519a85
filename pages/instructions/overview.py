"""The catalogue as cards by group, with search and filter."""

import streamlit as st

from models.user import Role
from pages.instructions import said
from services.access import Actor
from services.instructions import variants
from services.instructions.catalogue import GROUPS
from services.instructions.variants import Entry, ForClient
from ui import frame

CARD = 340  # px: three beside each other in frame.LISTS, two on a tablet
ALL, BUILT_IN, MINE, CLINICS, PER_CLIENT = "All", "Built in", "Mine", "The clinic's", "Per client"


def overview(actor: Actor) -> None:
    with frame.head("Instructions", "What a note contains, and how it is written"):
        wanted = st.text_input(
            "Search",
            placeholder="Search",
            icon=":material/search:",
            label_visibility="collapsed",
            key="instructions-search",
            width=260,
        )
    filters = (
        [ALL, BUILT_IN, CLINICS]
        if actor.role is Role.ADMINISTRATOR
        else [ALL, BUILT_IN, MINE, PER_CLIENT]
    )
    chosen = st.segmented_control(
        "Show", filters, default=ALL, required=True, label_visibility="collapsed",
        key="instructions-filter",
    )  # fmt: skip
    found = [entry for entry in variants.catalogue(actor) if _has(entry, wanted)]
    if not _groups(found, str(chosen)):
        _nothing(str(chosen), bool(wanted))


def _groups(found: list[Entry], chosen: str) -> bool:
    """Whether there was anything to show."""
    shown = False
    for group, title in GROUPS.items():
        entries = [entry for entry in found if entry.instruction.group == group]
        cards = [card for entry in entries for card in _cards(entry, chosen)]
        if not cards:
            continue
        shown = True
        st.subheader(title, anchor=False)
        with st.container(horizontal=True, gap="small"):
            for entry, client in cards:
                _card(entry, client)
    return shown


def _cards(entry: Entry, chosen: str) -> list[tuple[Entry, ForClient | None]]:
    source = entry.instruction.source
    if chosen == PER_CLIENT:
        return [(entry, client) for client in entry.clients]
    fits = {ALL: True, BUILT_IN: source == "built-in", MINE: source == "own"}
    return [(entry, None)] if fits.get(chosen, source == "clinic") else []


def _card(entry: Entry, client: ForClient | None) -> None:
    instruction = entry.instruction
    with st.container(border=True, width=CARD, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"**{frame.plain(instruction.title)}**", width="stretch")
            opened = st.button(
                "",
                icon=":material/chevron_right:",
                type="tertiary",
                key=f"open-{instruction.type}-{client.client_id if client else 'all'}",
                help=f"Open {frame.plain(instruction.title)}",
            )
        if client:
            st.caption(f"For {frame.plain(client.client)}")
            st.caption(f"Your own, version {client.version}")
        else:
            st.caption(frame.plain(said.sections(instruction)))
            st.caption(_state(entry))
    if opened:
        st.query_params["type"] = instruction.type
        if client:
            st.query_params["client"] = str(client.client_id)
        st.rerun()


def _state(entry: Entry) -> str:
    source = entry.instruction.source
    line = f"Built in, version {entry.built_in_version}"
    if source != "built-in":
        line += " · **your variant in use**" if source == "own" else " · **the clinic's in use**"
    if entry.clients:
        line += f" · {frame.count(len(entry.clients), 'client')}"
    return line


def _has(entry: Entry, wanted: str) -> bool:
    """In its titles, sections and purpose, and the name of a client it is for."""
    instruction = entry.instruction
    words = " ".join(
        [
            instruction.title,
            instruction.type.replace("_", " "),
            instruction.purpose,
            *(section.title for section in instruction.sections),
            *(client.client for client in entry.clients),
        ]
    ).casefold()
    return all(word in words for word in wanted.casefold().split())


def _nothing(chosen: str, searched: bool) -> None:
    if searched:
        frame.empty("search_off", "Nothing matches", "Search for another word, or show all.")
        return
    title, what_next = {
        MINE: ("No variant of your own yet", "Open one and choose Make my own."),
        PER_CLIENT: (
            "Nothing for one client yet",
            "Open one, choose the client, then Make my own.",
        ),
        CLINICS: (
            "The clinic has none of its own yet",
            "Open one and choose Change for the clinic.",
        ),
    }.get(chosen, ("None", "Show all."))
    frame.empty("menu_book", title, what_next)
