"""Clients: a therapist's own, with the consent to record them."""

import streamlit as st

from models.client import Consent
from services.access import Actor
from services.clients import list_clients
from ui import client_forms, frame


def clients(actor: Actor) -> None:
    known = list_clients(actor)
    missing = sum(client.consent is Consent.MISSING for client in known)
    line = frame.count(len(known), "client")
    if missing:
        line += f", consent not recorded for {missing}"
    with frame.head("Clients", line):
        if st.button("Add a client", type="primary", icon=":material/add:"):
            client_forms.add(actor)
    if not known:
        frame.empty("group", "No client yet", "Add a client, then record their consent.")
        return
    client_forms.list_and_card(actor, known)
