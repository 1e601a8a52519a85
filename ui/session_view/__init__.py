"""Transcript and player as one component: what was said, in step with the audio.

No build step: the parts of the script are laid one after the other and sent as one module. The words
come from `turns_url` with the sign-in's cookie, so a rerun carries only ids, names and a revision.
"""

from pathlib import Path
from typing import Any, Literal, TypedDict

import streamlit as st

HERE = Path(__file__).parent
# In this order: each part may use what stands before it.
PARTS = (
    "dom", "words", "voices", "notes", "transcript", "find", "timeline", "player",
    "outbox", "editing", "menu", "keys", "view",
)  # fmt: skip
MAX_NAME, MAX_TEXT = 60, 4000  # what services.corrections takes


class Speaker(TypedDict):
    key: str
    name: str
    role: Literal["therapist", "client", "other"]


def _source(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


_view = st.components.v2.component(
    "verbatim_session",
    html=_source("view.html"),
    css=_source("view.css"),
    js="\n".join(_source(f"{part}.js") for part in PARTS),
)


def session_view(
    *,
    key: str,
    audio: str | None,
    turns_url: str,
    turns_rev: str | int,
    duration: float,
    speakers: list[Speaker],
    editable: bool,
    select: int | None = None,
) -> dict[str, Any] | None:
    """Show a session; return what the reader asked for in this run, once, or None.

    `audio` is the address of the recording (None: it can't be played), `duration` is in seconds,
    `select` the id of an utterance to open at. The words are fetched again when `turns_rev` changes.
    Asked for is one of `{"act": "rename", "speaker", "name"}`, `{"act": "reassign", "ids", "speaker"}`
    (speaker may be "new"), `{"act": "merge", "id"}` (into the one before), `{"act": "correct", "id",
    "text"}`, `{"act": "restore", "id"}`. The page does it and reruns with the new revision; the view
    has shown it already, and sends its next wish only then.
    """
    memory = f"{key}:answered"
    answered = int(st.session_state.get(memory, 0))
    result = _view(
        key=key,
        data={
            "audio": audio,
            "turns_url": turns_url,
            "turns_rev": turns_rev,
            "duration": duration,
            "speakers": speakers,
            "editable": editable,
            "select": select,
            "answered": answered,
        },
        on_act_change=lambda: None,
    )
    number, wish = read_act(result.act)
    if wish is None or number <= answered or not editable:
        return None
    st.session_state[memory] = number
    return wish


def read_act(sent: object) -> tuple[int, dict[str, Any] | None]:
    """What the browser sent, checked: its number and the wish, None where it is no wish at all."""
    if not isinstance(sent, dict) or type(sent.get("n")) is not int:
        return 0, None
    number, act = sent["n"], sent.get("act")
    utterance, speaker = sent.get("id"), _words(sent.get("speaker"), MAX_NAME)
    name, text, ids = _words(sent.get("name"), MAX_NAME), _words(sent.get("text"), MAX_TEXT), None
    if isinstance(sent.get("ids"), list) and all(type(one) is int for one in sent["ids"]):
        ids = sent["ids"]
    wish: dict[str, Any] | None = None
    if act == "rename" and speaker and name:
        wish = {"act": act, "speaker": speaker, "name": name}
    elif act == "reassign" and speaker and ids:
        wish = {"act": act, "ids": ids, "speaker": speaker}
    elif act == "correct" and type(utterance) is int and text:
        wish = {"act": act, "id": utterance, "text": text}
    elif act in ("merge", "restore") and type(utterance) is int:
        wish = {"act": act, "id": utterance}
    return number, wish


def _words(value: object, limit: int) -> str | None:
    """One line of people's words, at most `limit` characters; None for anything else."""
    if not isinstance(value, str) or len(value) > limit:
        return None
    return " ".join(value.split()) or None
