"""Treatment plan and measures of one client: goals, scores over the sessions. Opened by the client's id."""

import streamlit as st

from pages.treatment import goals, measures
from services import clients, treatment
from services.access import Action, Actor
from services.errors import NotFound
from ui import frame, links
from ui.errors import showing

PATH = "treatment"


def plan(actor: Actor) -> None:
    client_id = links.asked("client")
    known = {client.id: client for client in clients.list_clients(actor)}
    if client_id is None or client_id not in known:
        raise NotFound("The address names no client of theirs.")
    with showing() as shown:
        found = treatment.list_goals(actor, client_id)
        series = treatment.series(actor, client_id)
    if shown.failed:
        return
    may_change = actor.may(Action.TREATMENT_CHANGE)
    with frame.head(known[client_id].name, "Treatment plan and measures"):
        if links.has("clients") and st.button(
            "All clients", icon=":material/arrow_back:", type="tertiary"
        ):
            links.go("clients")
        if may_change and st.button("Enter a score", type="primary", icon=":material/add:"):
            measures.enter(actor, client_id, found)
    measures.risk(series)
    goals.goals(actor, client_id, found, series, may_change=may_change)
    measures.measures(actor, found, series, may_change=may_change)
