"""My account, for programs: API tokens, and webhooks that are told when something is ready."""

import datetime as dt

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.base import now
from pages import second_factor
from services import api_tokens, webhooks
from services.access import Action, Actor
from services.api_tokens import Scope, Token
from services.second_factor import Standing
from services.webhooks import Event, OwnWebhook
from ui import frame, table
from ui.errors import showing

SHOWN = "secret-shown"
DAYS = {30: "30 days", 90: "90 days", 365: "1 year", 1: "1 day"}
SCOPES = {Scope.READ: "Read", Scope.WRITE: "Read and change"}
EVENTS = {Event.TRANSCRIPT_READY: "A transcript is ready", Event.NOTE_SIGNED: "A note is signed"}
SHORT = {Event.TRANSCRIPT_READY: "Transcripts", Event.NOTE_SIGNED: "Signed notes"}
TOKEN_WIDTHS = {"May": 130, "Last used": 110, "Until": 110}
HOOK_WIDTHS = {"Last answer": 120, "Waiting": 80}


def section(actor: Actor, factor: Standing) -> None:
    """For the account page: the tokens, and the webhooks of those who may have some."""
    with st.container(gap="small"):
        _tokens(actor, factor)
    if actor.may(Action.WEBHOOK_CHANGE):
        with st.container(gap="small"):
            _webhooks(actor)


def _tokens(actor: Actor, factor: Standing) -> None:
    standing = [token for token in api_tokens.list_tokens(actor) if _stands(token)]
    with _title("API tokens"):
        if st.button("Make a token", icon=":material/key:"):
            make_token(actor, factor)
    if not standing:
        st.caption("A program needs one to act in your name. [The API, described](/api/v1/docs).")
        return
    chosen = table.ticked(
        "API tokens",
        [token.id for token in standing],
        {
            "Name": [token.name for token in standing],
            "May": [SCOPES[token.scope] for token in standing],
            "Last used": [_day(token.last_used_at) for token in standing],
            "Until": [_day(token.expires_at) for token in standing],
        },
        TOKEN_WIDTHS,
    )
    token = next((each for each in standing if each.id == chosen), None)
    if token is None:
        st.caption("Tick a token to revoke it. [The API, described](/api/v1/docs).")
    elif st.button("Revoke this token", icon=":material/block:"):
        revoke_token(actor, token)


def _forget() -> None:
    st.session_state.pop(SHOWN, None)


@st.dialog("Make a token", on_dismiss=_forget)
def make_token(actor: Actor, factor: Standing) -> None:
    if st.session_state.pop(SHOWN, False):
        st.rerun()
    place = st.empty()
    with place.form("make-token", border=False):
        name = st.text_input("What will use it", max_chars=80, placeholder="Intake system")
        scope = st.radio("It may", list(SCOPES), format_func=SCOPES.__getitem__, horizontal=True)
        days = st.selectbox("For", list(DAYS), format_func=DAYS.__getitem__)
        password = second_factor.password_field() if factor.asks_proof else ""
        code = second_factor.code_field() if factor.asks_proof and factor.since else ""
        asked = st.form_submit_button("Make the token", type="primary")
    if asked:
        with showing():
            made = api_tokens.create(actor, name, scope, days, password=password, code=code)
            with place.container():
                _hand_over("Your token:", made.secret, "Keep it like a password.")


@st.dialog("Revoke a token")
def revoke_token(actor: Actor, token: Token) -> None:
    st.markdown(f"**{frame.plain(token.name)}** opens nothing any more, from this moment on.")
    if st.button("Revoke the token", type="primary"):
        with showing() as shown:
            api_tokens.revoke(actor, token.id)
        if not shown.failed:
            st.rerun()


def _webhooks(actor: Actor) -> None:
    mine = webhooks.list_webhooks(actor)
    with _title("Webhooks"):
        if st.button("Add a webhook", icon=":material/webhook:"):
            add_webhook(actor)
    if not mine:
        st.caption("Another system can be told when a transcript is ready or a note is signed.")
        return
    chosen = table.ticked(
        "Webhooks",
        [each.id for each in mine],
        {
            "Address": [each.url for each in mine],
            "Told of": [", ".join(SHORT[event] for event in each.events) for each in mine],
            "Last answer": [str(each.last_status or "None yet") for each in mine],
            "Waiting": [each.waiting for each in mine],
        },
        HOOK_WIDTHS,
    )
    webhook = next((each for each in mine if each.id == chosen), None)
    if webhook is None:
        st.caption("Tick a webhook to remove it. What is not taken is sent again for about a day.")
    elif st.button("Remove this webhook", icon=":material/delete:"):
        remove_webhook(actor, webhook)


@st.dialog("Add a webhook", on_dismiss=_forget)
def add_webhook(actor: Actor) -> None:
    if st.session_state.pop(SHOWN, False):
        st.rerun()
    place = st.empty()
    with place.form("add-webhook", border=False):
        url = st.text_input("Address", placeholder="https://intake.clinic.example/verbatim")
        events = st.pills(
            "Tell it when",
            list(EVENTS),
            format_func=EVENTS.__getitem__,
            selection_mode="multi",
            default=list(EVENTS),
        )
        st.caption("The message names the session or note by its number, and nobody by name.")
        asked = st.form_submit_button("Add the webhook", type="primary")
    if asked:
        with showing():
            added = webhooks.add(actor, url, list(events))
            with place.container():
                _hand_over("Its secret:", added.secret, "The receiver checks signatures with it.")


@st.dialog("Remove a webhook")
def remove_webhook(actor: Actor, webhook: OwnWebhook) -> None:
    st.markdown(f"**{frame.plain(webhook.url)}** is told nothing more.")
    if st.button("Remove the webhook", type="primary"):
        with showing() as shown:
            webhooks.remove(actor, webhook.id)
        if not shown.failed:
            st.rerun()


def _hand_over(what: str, secret: str, note: str) -> None:
    """Once, and never through the session's state: any rerun after it closes the dialog."""
    st.session_state[SHOWN] = True
    st.markdown(what)
    st.code(secret, language=None, wrap_lines=True)
    st.caption(f"{note} It is shown only now.")
    st.button("Done", type="primary")


def _title(name: str) -> DeltaGenerator:
    row = st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    with row:
        st.subheader(name, anchor=False, width="content")
    return row


def _stands(token: Token) -> bool:
    return token.revoked_at is None and token.expires_at > now()


def _day(moment: dt.datetime | None) -> str:
    return frame.day(frame.local(moment)) if moment else "Never"
