"""Transcript, note and player as one component: what was said, in step with the audio, and what was written of it.

What it is made of has an address (ui/parts.py). The words come from `turns_url` and the note's `url` with the
sign-in's cookie, so a rerun carries only ids, names and revisions.
"""

from typing import Literal, TypedDict

import streamlit as st

from ui import wishes
from ui.session_view.acts import MAX_NAME, MAX_TEXT, Wish, read_act
from ui.session_view.source import PART

__all__ = [
    "MAX_NAME",
    "MAX_TEXT",
    "NoteShown",
    "Speaker",
    "Wish",
    "read_act",
    "session_view",
    "take_wish",
]


class Speaker(TypedDict):
    key: str
    name: str
    role: Literal["therapist", "client", "other"]


class NoteShown(TypedDict):
    id: int
    url: str
    rev: int  # the note is fetched again when it changes
    saved: int | None  # the revision that the last wish about the note made
    editable: bool
    statement: str | None  # to open at


_view = st.components.v2.component(PART.name, js=PART.loader)


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
    note: NoteShown | None = None,
) -> None:
    """Show a session. What the reader asks for is taken with `take_wish`, before anything is drawn.

    `audio` is the address of the recording (None: it can't be played), `duration` is in seconds,
    `select` the id of an utterance to open at. The words are fetched again when `turns_rev` changes.
    """
    _view(
        key=key,
        data={
            "audio": audio,
            "turns_url": turns_url,
            "turns_rev": turns_rev,
            "duration": duration,
            "speakers": speakers,
            "editable": editable,
            "select": select,
            "note": note,
            "answered": wishes.answered(key),
        },
        on_act_change=wishes.unheard,
    )


def take_wish(key: str) -> Wish | None:
    """What the reader of the view `key` asked for and nobody has taken yet; None when there is nothing.

    Asked for is one of `{"act": "rename", "speaker", "name"}`, `{"act": "role", "speaker", "role"}`,
    `{"act": "reassign", "ids", "speaker"}` (speaker may be "new"), `{"act": "merge", "id"}` (into the
    one before), `{"act": "correct", "id", "text"}`, `{"act": "restore", "id"}`; or, with "note" (its id)
    and "rev" (the revision seen), `note-edit` ("statement", "text"), `note-add` ("section", "after",
    "text", "utterances"), `note-evidence` ("statement", "utterances"; both perhaps with "documents", lines
    that are cited), `note-move` ("statement",
    "section", "position"), `note-keep`, `note-remove`, `note-restore` ("statement"). The page does it or
    says why not, then draws the view; the view has shown it already, sends its next wish only then, and
    reads again what is stored.
    """
    return wishes.take(key, read_act)
