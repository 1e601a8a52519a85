"""The steps with a name under them, each in a dialog: sign, add, reopen, return, countersign."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from services import notes
from services.access import Actor
from ui import frame
from ui.errors import showing

Note = dict[str, Any]
LONGEST = notes.LONGEST_COMMENT


@st.dialog("Sign this note", icon=":material/lock:")
def sign(actor: Actor, note: Note) -> None:
    """For the note as it was when the dialog was opened: a change since then is refused as stale."""
    blocking, to_check = _flagged(note, "contradicted"), _flagged(note, "check")
    if blocking:
        _points(
            blocking,
            "is not borne out by its passage",
            "are not borne out by their passages",
            "red",
        )
    if to_check:
        _points(to_check, "is still to be checked", "are still to be checked", "orange")
    if blocking:
        st.caption("Edit it, keep it as your own words, or remove it. Then the note can be signed.")
        if _buttons(None):
            st.rerun()
        return
    if to_check:
        st.caption("You can sign now. The note keeps saying that these were not checked.")
    st.markdown(
        f"Your name, **{frame.plain(actor.name)}**, and the time go under the note, and it is locked. "
        "Reopening it later needs a reason."
    )
    _do("Sign note", lambda: notes.sign(actor, note["id"], revision=note["revision"]))


@st.dialog("Add an addendum", icon=":material/post_add:")
def add(actor: Actor, note_id: int) -> None:
    text = st.text_area("What is to be added", max_chars=LONGEST, key="addendum")
    st.caption("What was signed stays as it is. Your name and the time stand under the addendum.")
    _do("Add", lambda: notes.add_addendum(actor, note_id, text), disabled=not text.strip())


@st.dialog("Reopen this note", icon=":material/lock_open:")
def reopen(actor: Actor, note_id: int) -> None:
    reason = st.text_input("Reason", max_chars=LONGEST, key="reopen-reason")
    st.caption("What was signed stays under Versions, with its signatures and this reason.")
    _do("Reopen", lambda: notes.reopen(actor, note_id, reason), disabled=not reason.strip())


@st.dialog("Return this note", width="medium", icon=":material/undo:")
def give_back(actor: Actor, note: Note) -> None:
    words = {
        one["id"]: one["text"] for section in note["sections"] for one in section["statements"]
    }
    text = st.text_area("What should change", max_chars=LONGEST, key="return-text")
    chosen = st.multiselect(
        "At a statement",
        list(words),
        format_func=lambda ident: _short(words[ident]),
        placeholder="Choose statements to comment on",
        select_all=False,
        key="return-statements",
    )
    comments = {
        ident: st.text_input(
            frame.plain(_short(words[ident])), max_chars=LONGEST, key=f"return-{ident}"
        )
        for ident in chosen
    }
    said = {ident: comment for ident, comment in comments.items() if comment.strip()}
    _do(
        "Return to the therapist",
        lambda: notes.return_to_author(
            actor, note["id"], text, revision=note["revision"], comments=said
        ),
        disabled=not text.strip() and not said,
    )


@st.dialog("Countersign this note", icon=":material/verified:")
def countersign(actor: Actor, note: Note) -> None:
    for signature in note["signatures"]:
        if signature["is_current"]:
            at = frame.moment(dt.datetime.fromisoformat(signature["at"]))
            st.markdown(f"Signed by **{frame.plain(signature['by'])}**, {at}.")
    st.caption("Your name and the time go under it.")
    _do("Countersign", lambda: notes.countersign(actor, note["id"], revision=note["revision"]))


def _do(label: str, deed: Callable[[], object], *, disabled: bool = False) -> None:
    """A button that does it and closes the dialog, or says why not and stays."""
    if _buttons(label, disabled=disabled):
        with showing() as shown:
            deed()
        if not shown.failed:
            st.rerun()


def _buttons(label: str | None, *, disabled: bool = False) -> bool:
    """Back, and the deed if there is one. True when the deed, or Back where it stands alone, was pressed."""
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if st.button("Back", key="dialog-back"):
            st.rerun()
        return bool(label) and st.button(
            label or "", type="primary", key="dialog-do", disabled=disabled
        )


def _flagged(note: Note, level: str) -> list[dict[str, Any]]:
    statements = [one for section in note["sections"] for one in section["statements"]]
    return [one for one in statements if one["level"] == level]


def _points(flagged: list[dict[str, Any]], one: str, several: str, colour: str) -> None:
    said = frame.count(len(flagged), f"statement {one}", f"statements {several}")
    st.markdown(f"**{said}**")
    lines = []
    for statement in flagged:
        why = " ".join(reason["text"] for reason in statement["reasons"])
        lines.append(f"- {frame.plain(statement['text'])}  \n  :{colour}[{frame.plain(why)}]")
    st.markdown("\n".join(lines))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77].rstrip()}…"
