"""My account: who I am here, my password, and where I am signed in."""

import streamlit as st

from services import users
from services.access import Actor
from services.users import Account
from ui import frame, table, words
from ui.errors import showing

WIDTH = 640  # px: forms and short lists


def account(actor: Actor) -> None:
    me = users.my_account(actor)
    with frame.head("My account", f"{me.name} · {words.ROLES[me.role]} · {me.email}"):
        pass
    with st.container(width=WIDTH, gap="medium"):
        _password(actor, me)
        _sign_ins(actor)
        with st.container(gap="xsmall"):
            st.subheader("Light and dark", anchor=False)
            st.markdown("Verbatim follows your computer: set light or dark in its own settings.")


def _password(actor: Actor, me: Account) -> None:
    st.subheader("Password", anchor=False)
    if me.is_demo:
        st.markdown("This is a demo account. It has no password: choose it where you sign in.")
        return
    with st.form("password"):
        current = st.text_input(
            "Current password", type="password", autocomplete="current-password"
        )
        new = st.text_input(
            "New password",
            type="password",
            autocomplete="new-password",
            help="At least 12 characters. Four unrelated words are easy to remember.",
        )
        again = st.text_input(
            "New password, once more", type="password", autocomplete="new-password"
        )
        st.caption("Every other place where you are signed in is signed out.")
        changed = st.form_submit_button("Change the password", type="primary")
    if not changed:
        return
    if new != again:
        st.error(
            "The two new passwords differ. Nothing was changed.", icon=":material/error:"
        )
        return
    with showing() as shown:
        users.change_my_password(actor, current, new)
    if not shown.failed:
        st.success("The password is changed.", icon=":material/check:")


def _sign_ins(actor: Actor) -> None:
    mine = users.my_sign_ins(actor)
    with st.container(horizontal=True, vertical_alignment="center",
                      horizontal_alignment="distribute"):
        st.subheader("Where you are signed in", anchor=False, width="content")
        if len(mine) > 1 and st.button("Sign out everywhere else", icon=":material/logout:"):
            with showing() as shown:
                users.end_my_other_sign_ins(actor)
            if not shown.failed:
                st.rerun()
    table.shown(
        {
            "Signed in": [frame.moment(one.created_at) for one in mine],
            "Last used": [frame.moment(one.last_seen_at) for one in mine],
            "Where": ["Here" if one.is_this_one else "Another browser" for one in mine],
        },
        {"Signed in": 200, "Last used": 200},
    )
