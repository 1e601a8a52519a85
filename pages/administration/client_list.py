"""Administration, Clients: who sees whom. No clinical content."""

import streamlit as st

from models.user import Role
from services import clients, users
from services.access import Actor
from ui import client_forms, frame, table


def client_list(actor: Actor) -> None:
    known = clients.list_clients(actor)
    therapists = {
        account.id: account.name
        for account in users.list_users(actor)
        if account.role is Role.THERAPIST and not account.disabled_at
    }
    with table.bar(frame.count(len(known), "client")):
        if st.button(
            "Add a client", type="primary", icon=":material/add:", disabled=not therapists
        ):
            client_forms.add(actor, therapists)
    if not known:
        frame.empty(
            "group",
            "No client yet",
            "Add the first one." if therapists else "Add a therapist under People first.",
        )
        return
    client_forms.list_and_card(actor, known, of_all_therapists=True)
