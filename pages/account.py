"""My account: who I am here, my password, and where I am signed in."""

import streamlit as st

from config import settings
from pages import second_factor, tokens
from services import users
from services.access import Actor
from services.passwords import SHORTEST
from services.second_factor import Standing, my_second_factor
from services.users import Account, OwnSignIn
from ui import frame, table, words
from ui.errors import showing

WIDTH = 640  # px: forms and short lists


def account(actor: Actor) -> None:
    me = users.my_account(actor)
    with frame.head("My account", f"{me.name} · {words.ROLES[me.role]} · {me.email}"):
        pass
    factor = my_second_factor(actor)
    with st.container(width=WIDTH, gap="medium"):
        _password(actor, me, factor)
        second_factor.section(actor, factor)
        _sign_ins(actor)
        tokens.section(actor, factor)
        with st.container(gap="xsmall"):
            st.subheader("Light and dark", anchor=False)
            st.markdown("Verbatim follows your computer: set light or dark in its own settings.")


def _password(actor: Actor, me: Account, factor: Standing) -> None:
    if not factor.has_password:
        provider = frame.plain(settings().oidc_name)
        with st.container(gap="xsmall"):
            st.subheader("Password", anchor=False)
            st.markdown(
                "This is a demo account. It has no password: choose it where you sign in."
                if me.is_demo
                else f"You sign in through {provider}, which looks after your password and a second factor."
            )
        return
    with st.container(gap="small"):
        st.subheader("Password", anchor=False)
        _change_password(actor, asks_code=factor.since is not None)


def _change_password(actor: Actor, *, asks_code: bool) -> None:
    with st.form("password", clear_on_submit=True):  # right or wrong, none of them stays here
        current = st.text_input(
            "Current password", type="password", autocomplete="current-password"
        )
        new = st.text_input(
            "New password",
            type="password",
            autocomplete="new-password",
            help=f"At least {SHORTEST} characters. Four unrelated words are easy to remember.",
        )
        again = st.text_input(
            "New password, once more", type="password", autocomplete="new-password"
        )
        code = second_factor.code_field() if asks_code else ""
        st.caption("Every other place where you are signed in is signed out.")
        changed = st.form_submit_button("Change the password", type="primary")
    if not changed:
        return
    if new != again or new == current:
        what = "is the current one" if new == current else "differs from the second one"
        st.error(f"The new password {what}. Nothing was changed.", icon=":material/error:")
        return
    with showing() as shown:
        users.change_my_password(actor, current, new, code)
    if not shown.failed:
        st.success("The password is changed.", icon=":material/check:")


def _sign_ins(actor: Actor) -> None:
    mine = users.my_sign_ins(actor)
    with st.container(gap="small"):
        _where(actor, mine)


def _where(actor: Actor, mine: list[OwnSignIn]) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.subheader("Where you are signed in", anchor=False, width="content")
        if len(mine) > 1 and st.button("Sign out everywhere else", icon=":material/logout:"):
            with showing() as shown:
                users.end_my_other_sign_ins(actor)
            if not shown.failed:
                st.rerun()
    ticked = table.ticked(
        "Where you are signed in",
        [one.id for one in mine],
        {
            "Where": ["Here" if one.is_this_one else "Another browser" for one in mine],
            "Signed in": [frame.moment(one.created_at) for one in mine],
            "Last used": [frame.moment(one.last_seen_at) for one in mine],
        },
        {"Signed in": 200, "Last used": 200},
    )
    chosen = next((one for one in mine if one.id == ticked and not one.is_this_one), None)
    if chosen is None:
        if len(mine) > 1:
            st.caption("Tick another browser to sign out there alone.")
    elif st.button("Sign out there", icon=":material/logout:"):
        with showing() as shown:
            users.revoke_sign_in(actor, chosen.id)
        if not shown.failed:
            st.rerun()
