"""Administration: people, clients, the clinic, and the health of every part."""

import streamlit as st

from pages.administration.client_list import client_list
from pages.administration.clinic_settings import clinic_settings
from pages.administration.cover import cover_list
from pages.administration.health_of_parts import health_of_parts
from pages.administration.people import people
from pages.administration.retention_policy import retention_policy
from services.access import Actor
from ui import frame

SECTIONS = {
    "People": people,
    "Clients": client_list,
    "Cover": cover_list,
    "Clinic": clinic_settings,
    "Retention": retention_policy,
    "Health": health_of_parts,
}


def administration(actor: Actor) -> None:
    with frame.head(
        "Administration", "Accounts and settings. What was said in sessions stays out."
    ):
        pass
    section = st.segmented_control(
        "Section",
        list(SECTIONS),
        default="People",
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
    SECTIONS[section](actor)
