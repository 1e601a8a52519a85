"""Administration, Clients: who sees whom. No clinical content."""

import streamlit as st

from models.user import Role
from services import clients, users
from services.access import Actor
from services.clients import Client
from services.users import Account
from ui import client_forms, frame, table
from ui.errors import showing


def client_list(actor: Actor) -> None:
    known = clients.list_clients(actor)
    accounts = users.list_users(actor)
    therapists = {
        account.id: account.name
        for account in accounts
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
    theirs = {account.id: account for account in accounts if account.role is Role.CLIENT}

    def own_account(client: Client) -> None:
        _own_account(actor, client, theirs)

    client_forms.list_and_card(actor, known, own_account)


def _own_account(actor: Actor, client: Client, theirs: dict[int, Account]) -> None:
    if st.button("Their own account", icon=":material/person:", width="stretch"):
        choose_account(actor, client, theirs)
    now = theirs.get(client.user_id) if client.user_id else None
    if now is not None:
        st.caption(frame.plain(_account_words(now)))


def _account_words(account: Account | None) -> str:
    return f"{account.name} · {account.email}" if account else "None"


@st.dialog("A client's own account")
def choose_account(actor: Actor, client: Client, theirs: dict[int, Account]) -> None:
    if not theirs:
        st.markdown(
            "No account has the role Client yet. Add one under People first: whoever has it sends in "
            "documents and reads their own, over the API."
        )
        return
    with st.form("own-account", border=False):
        idents = [None, *theirs]
        chosen = st.selectbox(
            f"Account of {frame.plain(client.name)}",
            idents,
            index=idents.index(client.user_id) if client.user_id in theirs else 0,
            format_func=lambda ident: _account_words(theirs.get(ident)),
        )
        st.caption("The API finds this client's documents, transcripts and summaries by it.")
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        with showing():
            clients.set_account(actor, client.id, chosen)
            st.rerun()
