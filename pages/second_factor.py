"""My account, the second factor: a code from an app beside the password, and what opens when the phone is lost."""

import streamlit as st

from services import one_time_codes, second_factor
from services.access import Actor
from services.second_factor import Standing
from services.second_step import Offer
from ui import frame
from ui.errors import showing

OFFER, SHOWN = "second-factor-offer", "recovery-codes-shown"
PICTURE, STEPS_WIDTH = 190, 240  # px; beside each other in a dialog, below each other on a phone
STEPS = """
1. Open an authenticator app on your phone, or install one.
2. Scan this picture with it, or type the key below.
3. Enter the six digits that it shows."""
FEW = 3  # recovery codes


def section(actor: Actor, mine: Standing) -> None:
    """For the account page; nothing where somebody else looks after the sign-in."""
    if not mine.has_password:
        return
    with st.container(gap="small"):
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            st.subheader("Second factor", anchor=False, width="content")
            if mine.since is None and st.button("Set it up", icon=":material/phonelink_lock:"):
                set_up(actor)
        if mine.since is None:
            st.caption(
                "A code from an app on your phone, asked for after the password. It keeps others out "
                "who have learned your password."
            )
        else:
            _standing(actor, mine)


def _standing(actor: Actor, mine: Standing) -> None:
    assert mine.since is not None
    since = frame.day(frame.local(mine.since))
    left = mine.recovery_codes_left
    with st.container(horizontal=True, gap="small"):
        st.badge(f"On since {since}", color="green", icon=":material/check:")
        said = frame.count(left, "recovery code") + " left"
        few = left <= FEW
        st.badge(said, color="orange" if few else "gray", icon=":material/key:")
    with st.container(horizontal=True, gap="small"):
        if st.button("New recovery codes", icon=":material/key:"):
            renew(actor)
        if st.button("Remove", icon=":material/phonelink_erase:"):
            remove(actor, mine)


# --- dialogs --------------------------------------------------------------------------------------


def _forget() -> None:
    st.session_state.pop(SHOWN, None)
    st.session_state.pop(OFFER, None)


@st.dialog("Set up the second factor", on_dismiss=_forget)
def set_up(actor: Actor) -> None:
    if st.session_state.pop(SHOWN, False):
        _forget()
        st.rerun()
    with showing():
        offer = second_factor.offer(actor, st.session_state.get(OFFER, ""))
        st.session_state[OFFER] = offer.sealed  # ciphertext: what is shown can be shown again
        _set_up(actor, offer)


def _set_up(actor: Actor, offer: Offer) -> None:
    place = st.empty()
    with place.form("set-up", border=False):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            # An SVG goes into the page itself; Streamlit gives an address to other pictures only.
            st.image(one_time_codes.picture(offer.address), width=PICTURE)
            st.markdown(STEPS, width=STEPS_WIDTH)
        st.code(one_time_codes.spelled(offer.secret), language=None, wrap_lines=True)
        code = st.text_input("Code from your app", max_chars=12, autocomplete="one-time-code")
        password = password_field()
        st.caption("Every other place where you are signed in is signed out.")
        asked = st.form_submit_button("Confirm", type="primary")
    if asked:
        codes = second_factor.enrol(actor, offer.sealed, password, code)
        with place.container():
            _hand_over(codes)


@st.dialog("New recovery codes", on_dismiss=_forget)
def renew(actor: Actor) -> None:
    if st.session_state.pop(SHOWN, False):
        st.rerun()
    place = st.empty()
    with place.form("renew", border=False):
        st.markdown("Ten new codes take the place of the old ones, which open nothing any more.")
        password, code, asked = _proof("Make new codes")
    if asked:
        with showing():
            codes = second_factor.renew_recovery_codes(actor, password, code)
            with place.container():
                _hand_over(codes)


@st.dialog("Remove the second factor")
def remove(actor: Actor, mine: Standing) -> None:
    with st.form("remove", border=False):
        st.markdown(
            "Your clinic requires one: you are signed out now, and set up another when you sign in."
            if mine.is_required
            else "Your password alone opens Verbatim then. Every other place where you are signed in "
            "is signed out."
        )
        password, code, asked = _proof("Remove it")
    if asked:
        with showing():
            second_factor.remove(actor, password, code)
            st.rerun()


def _proof(label: str) -> tuple[str, str, bool]:
    """The fields of a form that proves who asks."""
    return password_field(), code_field(), st.form_submit_button(label, type="primary")


def password_field() -> str:
    """Of a form that asks again for the password."""
    return st.text_input("Your password", type="password", autocomplete="current-password")


def code_field() -> str:
    """Of a form that asks for a code of the second factor."""
    return st.text_input(
        "Code from your app, or a recovery code", max_chars=20, autocomplete="one-time-code"
    )


def _hand_over(codes: list[str]) -> None:
    """Once, and never through the session's state: any rerun after it closes the dialog."""
    st.session_state[SHOWN] = True
    st.markdown("Save your recovery codes:")
    pairs = zip(codes[::2], codes[1::2], strict=True)
    st.code("\n".join(f"{one}   {other}" for one, other in pairs), language=None)
    st.caption(
        "Each of these opens Verbatim once if your phone is lost. They are shown only now: print "
        "them, or keep them in a password manager."
    )
    st.button("I have saved them", type="primary")
