"""Who looks at this page. The guard says which sign-in it belongs to; the database says whether it
stands."""

import secrets
from typing import NoReturn

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from config import settings
from services import sign_in
from services.access import Actor, Via
from services.errors import NotSignedIn

FORM = "/auth/login?ended=1"


def current_actor() -> Actor | None:
    """The actor of this run; None when nobody is signed in any more: then call `leave`.

    A page state that belongs to another sign-in is emptied first. The guard keeps people from
    resuming one; this is the second lock."""
    given = st.user.get("sign_in")
    sign_in_id = int(given) if isinstance(given, str) and given.isdecimal() else None
    if st.session_state.get("_owner") != sign_in_id:
        st.session_state.clear()
        st.session_state["_owner"] = sign_in_id
    if sign_in_id is None:
        return None
    try:
        return sign_in.actor(sign_in_id, Via.DASHBOARD, secrets.token_hex(8))
    except NotSignedIn:
        return None


def leave() -> NoReturn:
    """Sends the browser to the sign-in form and ends this run."""
    send_to_form()
    st.stop()


def send_to_form() -> None:
    send_to(FORM)


def send_to(address: str) -> None:
    """As st.login does it: Streamlit has no public call for going elsewhere."""
    context = get_script_run_ctx()
    if context is not None:
        message = ForwardMsg()
        message.auth_redirect.url = address
        context.enqueue(message)


def sign_out(actor: Actor) -> NoReturn:
    """Ends the sign-in for every open page of it, then leaves: by way of the route that ends it at an identity
    provider too, which alone knows the cookie."""
    if settings().oidc_issuer:
        send_to("/auth/logout")
        st.stop()
    sign_in.sign_out_actor(actor)
    leave()
