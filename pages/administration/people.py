"""Administration, People: who may sign in as what, and who supervises whom."""

import streamlit as st

from models.user import Role
from services import second_factor, users
from services.access import Actor
from services.users import Account
from ui import frame, table, words
from ui.errors import showing

ROLES = sorted(Role, key=lambda role: role is Role.CLIENT)  # clients' accounts are the rarest
WIDTHS = {"Role": 120, "Supervised by": 150, "State": 140, "Last sign-in": 120}
SHOWN = "password-shown"


def people(actor: Actor) -> None:
    accounts = users.list_users(actor)
    supervisions = users.supervisions(actor)
    with table.bar(_how_many(accounts)):
        if st.button("Add a person", type="primary", icon=":material/person_add:"):
            add_person(actor)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=table.LIST):
            chosen = _list(accounts, supervisions)
        person = next((account for account in accounts if account.id == chosen), None)
        if person is None:
            with table.beside("Tick a person to change the role, the password or the supervision."):
                return
        with table.beside(None):
            _card(actor, person, accounts, supervisions)


def _how_many(accounts: list[Account]) -> str:
    disabled = sum(account.disabled_at is not None for account in accounts)
    said = frame.count(len(accounts), "account")
    return f"{said}, {disabled} disabled" if disabled else said


def _list(accounts: list[Account], supervisions: dict[int, list[int]]) -> int | None:
    by = {account.id: _supervisors(account, accounts, supervisions) for account in accounts}
    return table.ticked(
        "People",
        [account.id for account in accounts],
        {
            "Name": [account.name for account in accounts],
            "Role": [words.ROLES[account.role] for account in accounts],
            "Supervised by": [by[account.id] for account in accounts],
            "State": [_state(account) for account in accounts],
            "Last sign-in": [_last(account) for account in accounts],
        },
        WIDTHS,
    )


def _supervisors(
    person: Account, accounts: list[Account], supervisions: dict[int, list[int]]
) -> str:
    return ", ".join(a.name for a in accounts if person.id in supervisions.get(a.id, []))


def _state(account: Account) -> str:
    if account.disabled_at:
        return "Disabled"
    return "New password due" if account.waits_for_password else "Active"


def _last(account: Account) -> str:
    return frame.day(frame.local(account.last_sign_in_at)) if account.last_sign_in_at else "Never"


def _card(
    actor: Actor, person: Account, accounts: list[Account], supervisions: dict[int, list[int]]
) -> None:
    is_me = person.id == actor.user_id
    with st.container(gap=None):
        st.markdown(f"**{frame.plain(person.name)}**")
        st.caption(words.ROLES[person.role])
        st.caption(frame.plain(person.email))
    _badge(person)
    st.caption(frame.plain(_supervision(person, accounts, supervisions)))
    if is_me:
        st.caption("This is you. Your password and your sign-ins are under My account.")
    if person.is_demo:
        st.caption("A demo account: anyone at this computer can sign in with it.")
    if person.has_second_factor:
        st.caption("Signs in with a code beside the password.")
    if st.button("Change the role", icon=":material/badge:", width="stretch"):
        change_role(actor, person)
    if person.role is Role.SUPERVISOR and st.button(
        "Choose whom they supervise", icon=":material/group:", width="stretch"
    ):
        supervise(actor, person, accounts, supervisions.get(person.id, []))
    # One's own would be over before the new password is read.
    if not (is_me or person.is_demo) and st.button(
        "Give a new password", icon=":material/key:", width="stretch"
    ):
        reset_password(actor, person)
    if (
        person.has_second_factor
        and not is_me
        and st.button("Reset the second factor", icon=":material/phonelink_erase:", width="stretch")
    ):
        reset_second_factor(actor, person)
    if not is_me and st.button("Sign out everywhere", icon=":material/logout:", width="stretch"):
        end_sign_ins(actor, person)
    if person.disabled_at:
        if st.button("Enable", icon=":material/lock_open:", width="stretch"):
            with showing() as shown:
                users.enable(actor, person.id)
            if not shown.failed:
                st.rerun()
    elif st.button("Disable", icon=":material/block:", width="stretch"):
        disable(actor, person)


def _supervision(
    person: Account, accounts: list[Account], supervisions: dict[int, list[int]]
) -> str:
    if person.role is Role.THERAPIST:
        return f"Supervised by {_supervisors(person, accounts, supervisions) or 'nobody'}"
    if person.role is Role.SUPERVISOR:
        theirs = supervisions.get(person.id, [])
        return f"Supervises {', '.join(a.name for a in accounts if a.id in theirs) or 'nobody'}"
    return ""


def _badge(person: Account) -> None:
    if person.disabled_at:
        since = frame.day(frame.local(person.disabled_at))
        st.badge(f"Disabled since {since}", color="gray", icon=":material/block:")
    elif person.waits_for_password:
        st.badge("Has to choose a password", color="orange", icon=":material/key:")
    else:
        st.badge("Active", color="green", icon=":material/check:")


# --- dialogs --------------------------------------------------------------------------------------


def _forget() -> None:
    st.session_state.pop(SHOWN, None)


@st.dialog("Add a person", on_dismiss=_forget)
def add_person(actor: Actor) -> None:
    if st.session_state.pop(SHOWN, False):
        st.rerun()
    place = st.empty()
    with place.form("add-person", border=False):
        name = st.text_input("Name", max_chars=120, autocomplete="off")
        email = st.text_input(
            "Email", max_chars=254, autocomplete="off", placeholder="name@practice.example"
        )
        role = st.selectbox(
            "Role",
            ROLES,
            format_func=words.ROLES.__getitem__,
            help="A client's account sends in documents and reads its own, over the API alone.",
        )
        added = st.form_submit_button("Add", type="primary")
    if added:
        with showing():
            invitation = users.create_user(actor, email, name, role)
            with place.container():
                _hand_over(invitation.account.name, invitation.password or "")


@st.dialog("Give a new password", on_dismiss=_forget)
def reset_password(actor: Actor, person: Account) -> None:
    if st.session_state.pop(SHOWN, False):
        st.rerun()
    place = st.empty()
    with place.container():
        st.markdown(
            f"The old password of {frame.plain(person.name)} stops working and every sign-in of "
            "theirs ends. What they saved is safe."
        )
        asked = st.button("Make a new password", type="primary")
    if asked:
        with showing():
            password = users.reset_password(actor, person.id)
            with place.container():
                _hand_over(person.name, password)


def _hand_over(name: str, password: str) -> None:
    """Once, and never through the session's state: any rerun after it closes the dialog."""
    st.session_state[SHOWN] = True
    st.markdown(f"Hand this password over to **{frame.plain(name)}** yourself:")
    st.code(password, language=None, wrap_lines=True)
    st.caption(
        "It is shown only now. It works once, within 24 hours, and has to be replaced by their "
        "own at that sign-in."
    )
    st.button("Done", type="primary")


@st.dialog("Change the role")
def change_role(actor: Actor, person: Account) -> None:
    with st.form("change-role", border=False):
        role = st.selectbox(
            f"Role of {frame.plain(person.name)}",
            ROLES,
            index=ROLES.index(person.role),
            format_func=words.ROLES.__getitem__,
        )
        st.caption("It holds at once: they are signed out and sign in again in the new role.")
        changed = st.form_submit_button("Change", type="primary")
    if changed:
        with showing():
            users.change_role(actor, person.id, role)
            st.rerun()


@st.dialog("Supervision")
def supervise(actor: Actor, person: Account, accounts: list[Account], now: list[int]) -> None:
    therapists = {a.id: a.name for a in accounts if a.role is Role.THERAPIST}
    if not therapists:
        st.markdown("There is no therapist yet. Add one first.")
        return
    with st.form("supervise", border=False):
        chosen = st.multiselect(
            f"{frame.plain(person.name)} supervises",
            list(therapists),
            default=[ident for ident in now if ident in therapists],
            format_func=therapists.__getitem__,
            placeholder="Nobody",
        )
        st.caption("A supervisor reads and hears the sessions of these therapists.")
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        with showing():
            users.set_supervision(actor, person.id, chosen)
            st.rerun()


@st.dialog("Sign out everywhere")
def end_sign_ins(actor: Actor, person: Account) -> None:
    st.markdown(
        f"Every open page of {frame.plain(person.name)} closes within seconds. Their password "
        "stays as it is."
    )
    if st.button("Sign them out", type="primary"):
        with showing():
            users.end_sign_ins(actor, person.id)
            st.rerun()


@st.dialog("Reset the second factor")
def reset_second_factor(actor: Actor, person: Account) -> None:
    name = frame.plain(person.name)
    st.markdown(
        f"For a lost phone, when no recovery code is left. Be sure that it is {name} who asks. Every "
        "sign-in and API token of theirs ends; their password alone leads on. What they saved is safe."
    )
    if st.button("Reset it", type="primary"):
        with showing():
            second_factor.reset(actor, person.id)
            st.rerun()


@st.dialog("Disable an account")
def disable(actor: Actor, person: Account) -> None:
    st.markdown(
        f"{frame.plain(person.name)} is signed out everywhere and cannot sign in until you enable "
        "the account again. What they wrote stays."
    )
    if st.button("Disable", type="primary"):
        with showing():
            users.disable(actor, person.id)
            st.rerun()
