"""Administration, Cover: who else sees a client, since when and until when."""

import datetime as dt

import streamlit as st

from models.user import Role
from services import clients, grants, users
from services.access import Actor
from services.clients import Client
from services.grants import Grant
from ui import cover, frame, table
from ui.errors import showing

USUAL = dt.timedelta(days=14)
WIDTHS = {"Client of": 130, "Covers": 130, "Until": 120, "State": 90}


def cover_list(actor: Actor) -> None:
    given = grants.list_grants(actor)
    known = clients.list_clients(actor)
    therapists = {
        account.id: account.name
        for account in users.list_users(actor)
        if account.role is Role.THERAPIST and not account.disabled_at
    }
    active = sum(grant.is_active for grant in given)
    with table.bar(f"{frame.count(active, 'client')} seen by a second therapist now"):
        if st.button(
            "Give access",
            type="primary",
            icon=":material/group_add:",
            disabled=not known or len(therapists) < 2,
        ):
            give(actor, known, therapists)
    if not given:
        frame.empty(
            "group",
            "Nobody covers for anybody",
            "Give a therapist access to a colleague's client for a time, or as a co-therapist."
            if len(therapists) > 1
            else "Cover needs two therapists. Add one under People.",
        )
        return
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=table.LIST):
            chosen = _list(given)
        grant = next((grant for grant in given if grant.id == chosen), None)
        if grant is None:
            with table.beside("Tick a row to end the access."):
                return
        with table.beside(None):
            _card(actor, grant)


def _list(given: list[Grant]) -> int | None:
    return table.ticked(
        "Cover",
        [grant.id for grant in given],
        {
            "Client": [grant.client for grant in given],
            "Client of": [grant.therapist for grant in given],
            "Covers": [grant.user for grant in given],
            "Until": [_until(grant) for grant in given],
            "State": ["Active" if grant.is_active else "Ended" for grant in given],
        },
        WIDTHS,
    )


def _until(grant: Grant) -> str:
    return cover.last_day(grant) if grant.until else "Open"


def _card(actor: Actor, grant: Grant) -> None:
    with st.container(gap=None):
        st.markdown(f"**{frame.plain(grant.client)}**")
        st.caption(frame.plain(f"Client of {grant.therapist}"))
        st.caption(frame.plain(f"Seen by {grant.user} as well"))
        since = frame.moment(grant.since)
        st.caption(frame.plain(f"Given by {grant.granted_by}, {since}"))
    if grant.is_active:
        until = f"Until {_until(grant)}" if grant.until else "Until it is ended"
        st.badge(until, color="green", icon=":material/check:")
        if st.button("End access", icon=":material/block:", width="stretch"):
            end(actor, grant)
        return
    at = grant.revoked_at or grant.until
    ended = f"Ended {frame.day(frame.local(at))}" if at else "Ended"
    st.badge(ended, color="gray", icon=":material/block:")


@st.dialog("Give access to a client")
def give(actor: Actor, known: list[Client], therapists: dict[int, str]) -> None:
    names = {client.id: f"{client.name} (with {client.therapist})" for client in known}
    today = dt.datetime.now(frame.zone()).date()
    with st.form("give-access", border=False):
        client_id = st.selectbox(
            "Client", list(names), index=None, format_func=names.__getitem__, placeholder="Choose"
        )
        user_id = st.selectbox(
            "Therapist who gets access",
            list(therapists),
            index=None,
            format_func=therapists.__getitem__,
            placeholder="Choose",
        )
        last = st.date_input(
            "Last day",
            value=today + USUAL,
            min_value=today,
            max_value=today + grants.LONGEST - dt.timedelta(days=1),
            format="YYYY-MM-DD",
        )
        is_open = st.checkbox("No last day: a co-therapist")
        st.caption(
            "They see and write everything about this client from now on. Every look is in the "
            "access log."
        )
        given = st.form_submit_button("Give access", type="primary")
    if given and (client_id is None or user_id is None):
        st.error("Choose the client and the therapist.", icon=":material/error:")
    elif given:
        with showing():
            grants.give(actor, client_id, user_id, None if is_open else _end_of(last))
            st.rerun()


def _end_of(day: dt.date) -> dt.datetime:
    """Midnight after the day, on the administrator's clock."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), frame.zone())


@st.dialog("End access")
def end(actor: Actor, grant: Grant) -> None:
    st.markdown(
        f"{frame.plain(grant.user)} no longer sees {frame.plain(grant.client)}, from this moment. "
        "What they wrote stays."
    )
    if st.button("End access", type="primary"):
        with showing():
            grants.revoke(actor, grant.id)
            st.rerun()
