"""Administration, Health: what works, what does not, and what to do about it."""

import datetime as dt

import streamlit as st

from services import health
from services.access import Actor
from services.health import Part
from ui import frame, table


def health_of_parts(actor: Actor) -> None:
    with st.spinner("Asking every part"):
        parts = health.check(actor)
    broken = sum(not part.works for part in parts)
    said = f"{frame.count(broken, 'part')} of {len(parts)} not working" if broken else "All working"
    at = dt.datetime.now(frame.zone())
    with table.bar(f"{said}, asked at {at:%H:%M:%S}"):
        st.button("Check again", icon=":material/refresh:")  # a click is a new run, which asks
    with st.container(border=True, gap="small"):
        for part in parts:
            _row(part)


def _row(part: Part) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{part.name}**", width=130)
        st.markdown(frame.plain(part.words), width="stretch")
        with st.container(width=140):
            if part.works:
                st.badge("Works", color="green", icon=":material/check_circle:")
            else:
                st.badge("Needs attention", color="red", icon=":material/error:")
