"""The script that Streamlit runs: who is here, which pages they have."""

import streamlit as st

from ui import identity

st.set_page_config(page_title="Verbatim", page_icon="ui/static/favicon.png", layout="wide")

actor = identity.current_actor()
if actor is None:
    identity.leave()


def today() -> None:
    st.title("Today", anchor=False)
    st.caption(f"Signed in as {actor.name}")


def leave() -> None:
    identity.sign_out(actor)


pages = {
    "": [st.Page(today, title="Today", icon=":material/today:", default=True)],
    actor.name: [st.Page(leave, title="Sign out", icon=":material/logout:", url_path="sign-out")],
}
st.navigation(pages, position="top").run()
