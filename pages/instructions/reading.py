"""One instruction as a document: its sections, style and rules; how it drafts; its differences and versions."""

import streamlit as st

from models.user import Role
from pages.instructions import differences, document, drafted, editing, said
from services import clients
from services.access import Actor
from services.instructions import Instruction, variants
from services.instructions.catalogue import GROUPS, built_in
from ui import frame
from ui.errors import showing

EVERYBODY = 0  # no client's id
READ, PREVIEW, COMPARE, VERSIONS = "Read", "Preview", "Compare with the built-in", "Versions"


def reading(actor: Actor, instruction_type: str, client_id: int | None) -> None:
    with showing() as shown:
        held = variants.effective(actor, instruction_type, client_id=client_id)
    if shown.failed:
        return
    plain = built_in(instruction_type)
    mine = is_theirs(actor, held, client_id)
    with frame.head(held.title, f"{GROUPS[held.group]} · {said.source(held)}"):
        if st.button("All instructions", icon=":material/arrow_back:", type="tertiary"):
            leave()
        if editing.may(actor):
            words = "Change" if mine else _make(actor, client_id)
            if st.button(words, type="primary", icon=":material/edit:"):
                editing.begin(held, client_id, read_version=held.version if mine else None)
    if actor.role is Role.THERAPIST:
        _for_whom(actor, client_id)
    if held.source != "built-in" and held.built_in_version < plain.version:
        st.info(
            f"The built-in instructions have changed since this was made: version "
            f"{held.built_in_version} then, {plain.version} now. Compare, and take over what you need.",
            icon=":material/difference:",
        )
    _shown(actor, held, plain, mine)


def is_theirs(actor: Actor, held: Instruction, client_id: int | None) -> bool:
    """Whether what holds is what the actor would change, or something it is based on."""
    if actor.role is Role.ADMINISTRATOR:
        return held.source == "clinic"
    return held.source == ("own" if client_id is None else "client")


def leave() -> None:
    """Back to the catalogue."""
    st.query_params.clear()
    st.rerun()


def _make(actor: Actor, client_id: int | None) -> str:
    if actor.role is Role.ADMINISTRATOR:
        return "Change for the clinic"
    return "Make my own" if client_id is None else "Make my own for this client"


def _for_whom(actor: Actor, client_id: int | None) -> None:
    names = {client.id: client.name for client in clients.list_clients(actor)}
    choices = [EVERYBODY, *names]
    chosen = st.selectbox(
        "Holds for",
        choices,
        index=choices.index(client_id) if client_id in names else 0,
        format_func=lambda ident: names.get(ident, "All my clients"),
        width=320,
        key=f"instruction-for-{client_id or EVERYBODY}",
    )
    if chosen != (client_id or EVERYBODY):
        st.query_params.pop("client", None)
        if chosen != EVERYBODY:
            st.query_params["client"] = str(chosen)
        st.rerun()


def _shown(actor: Actor, held: Instruction, plain: Instruction, mine: bool) -> None:
    views = [READ, PREVIEW]
    if held.source != "built-in":
        views += [COMPARE, VERSIONS]
    chosen = st.segmented_control(
        "Show", views, default=READ, required=True, label_visibility="collapsed",
        key=f"instruction-view-{held.type}-{held.instruction_id}",
    )  # fmt: skip
    if chosen == PREVIEW:
        drafted.drafted(held)
    elif chosen == COMPARE:
        differences.compared(plain, held, "This is word for word the built-in one.")
    elif chosen == VERSIONS:
        differences.versions(actor, held, may_go_back=mine)
    else:
        document.document(held)
