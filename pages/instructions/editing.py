"""A variant in the making: the whole note's fields or those of one section at a time, with its preview beside.

What is typed is kept in the session until it is saved or given up, so that moving sections or looking at the
preview loses nothing.
"""

from dataclasses import dataclass, replace
from itertools import count
from typing import NoReturn

import streamlit as st

from models.user import Role
from pages.instructions import differences, drafted, fields
from services import clients
from services.access import Action, Actor
from services.instructions import Instruction, Section, variants
from services.instructions.catalogue import built_in
from services.instructions.checks import MOST_SECTIONS, checked
from ui import frame
from ui.errors import showing

DRAFT = "instruction-draft"
PART = "instruction-part"
NAV, FIELDS = 300, 680  # px
SECTIONS, PREVIEW, COMPARE = "Sections", "Preview", "Compare with the built-in"
_serial = count(1)


@dataclass
class Draft:
    """What is being written. Every section has a number of its own, for as long as the draft lives."""

    instruction: Instruction
    client_id: int | None
    read_version: int | None
    numbers: list[int]
    chosen: int = 0  # the number of a section; 0: the whole note
    moved: bool = False  # the list was changed by a button: what it says was chosen is of before

    def set_sections(self, sections: list[Section]) -> None:
        self.instruction = replace(self.instruction, sections=tuple(sections))


def may(actor: Actor) -> bool:
    return actor.may(Action.INSTRUCTION_WRITE) or actor.may(Action.INSTRUCTION_PUBLISH)


def begin(held: Instruction, client_id: int | None, *, read_version: int | None) -> NoReturn:
    """Opens a draft of what holds now."""
    numbers = [next(_serial) for _ in held.sections]
    st.session_state[DRAFT] = Draft(held, client_id, read_version, numbers)
    st.query_params["show"] = "edit"
    st.rerun()


def editing(actor: Actor, instruction_type: str, client_id: int | None) -> None:
    draft: Draft | None = st.session_state.get(DRAFT)
    if draft is None or (draft.instruction.type, draft.client_id) != (instruction_type, client_id):
        _end()  # another window, or the address was typed: read first
    plain = built_in(instruction_type)
    with frame.head(f"Change {draft.instruction.title}", _line(actor, draft)):
        cancelled = st.button("Cancel", type="tertiary")
        published = actor.role is Role.ADMINISTRATOR
        words = "Publish for the clinic" if published else "Save"
        saved = st.button(words, type="primary", icon=":material/check:")
    below = st.container()  # errors of saving stand under the head
    view = st.segmented_control(
        "Show", [SECTIONS, PREVIEW, COMPARE], default=SECTIONS, required=True,
        label_visibility="collapsed", key="instruction-edit-view",
    )  # fmt: skip
    _take_over(draft, plain)
    if view == SECTIONS:
        _sections(draft, plain)
    else:
        with showing():
            tidy = checked(draft.instruction, plain)
            if view == PREVIEW:
                drafted.drafted(tidy)
            else:
                differences.compared(plain, tidy, "Nothing was changed yet.")
    if cancelled:
        _end()
    if saved:
        with below:
            _save(actor, draft)


def _line(actor: Actor, draft: Draft) -> str:
    if actor.role is Role.ADMINISTRATOR:
        return "For everyone in the clinic who has none of their own"
    if draft.client_id is None:
        return "Your own, for all your clients"
    names = {client.id: client.name for client in clients.list_clients(actor)}
    return f"Your own, for {names.get(draft.client_id, 'one client')}"


def _save(actor: Actor, draft: Draft) -> None:
    with showing() as shown:
        if actor.role is Role.ADMINISTRATOR:
            variants.publish(actor, draft.instruction, read_version=draft.read_version)
        else:
            variants.save_variant(
                actor,
                draft.instruction,
                client_id=draft.client_id,
                read_version=draft.read_version,
            )
    if not shown.failed:
        _end()


def _end() -> NoReturn:
    st.session_state.pop(DRAFT, None)
    st.query_params.pop("show", None)
    st.rerun()


def _sections(draft: Draft, plain: Instruction) -> None:
    titles = {0: "Title, purpose and style"}
    for place, (number, section) in enumerate(_numbered(draft), start=1):
        titles[number] = f"{place}. {section.title or 'New section'}"
    asked = st.session_state.get(PART, draft.chosen)
    draft.chosen = asked if asked in titles and not draft.moved else draft.chosen
    draft.moved = False
    st.session_state[PART] = draft.chosen
    with st.container(horizontal=True, gap="large"):
        with st.container(width=NAV, gap="small"):
            st.radio(
                "What to change",
                list(titles),
                format_func=lambda number: frame.plain(titles[number]),
                key=PART,
                label_visibility="collapsed",
            )
            _arrange(draft)
        with st.container(width=FIELDS, gap="small"):
            if draft.chosen:
                fields.section(draft.chosen, dict(_numbered(draft))[draft.chosen], plain)
            else:
                fields.whole(draft.instruction, plain)


def _take_over(draft: Draft, plain: Instruction) -> None:
    """What was typed into the fields shown last, before anything else is shown in their place."""
    if draft.chosen:
        typed = [
            fields.typed(number, section) if number == draft.chosen else section
            for number, section in _numbered(draft)
        ]
        draft.set_sections(typed)
    else:
        draft.instruction = fields.typed_whole(draft.instruction, plain)


def _numbered(draft: Draft) -> list[tuple[int, Section]]:
    return list(zip(draft.numbers, draft.instruction.sections, strict=True))


def _arrange(draft: Draft) -> None:
    """Buttons under the list: add a section; move or remove the chosen one."""
    chosen = draft.chosen
    at = draft.numbers.index(chosen) if chosen else -1
    sections = list(draft.instruction.sections)
    with st.container(horizontal=True, gap="xsmall"):
        up = st.button("Up", icon=":material/arrow_upward:", disabled=at < 1)
        last = len(sections) - 1
        down = st.button("Down", icon=":material/arrow_downward:", disabled=not 0 <= at < last)
        removed = st.button(
            "Remove", icon=":material/delete:", disabled=at < 0 or len(sections) == 1
        )
        added = st.button(
            "Add a section", icon=":material/add:", disabled=len(sections) >= MOST_SECTIONS
        )
    if up or down:
        to = at - 1 if up else at + 1
        for row in (sections, draft.numbers):
            row[at], row[to] = row[to], row[at]
    elif removed:
        del sections[at], draft.numbers[at]
        draft.chosen = 0
    elif added:
        place = at + 1 if chosen else len(sections)
        sections.insert(place, Section("", "", ""))
        draft.numbers.insert(place, next(_serial))
        draft.chosen = draft.numbers[place]
    else:
        return
    draft.moved = True
    draft.set_sections(sections)
    st.rerun()
