"""What the browser sends is read as what it may be, and as nothing else."""

import pytest

from ui.session_view import MAX_TEXT, read_act
from ui.uploader import IDLE, read_status


@pytest.mark.parametrize(
    ("sent", "wish"),
    [
        (
            {"act": "rename", "speaker": "S1", "name": "  Nora   F. "},
            {"act": "rename", "speaker": "S1", "name": "Nora F."},
        ),
        (
            {"act": "reassign", "ids": [1, 2], "speaker": "new"},
            {"act": "reassign", "ids": [1, 2], "speaker": "new"},
        ),
        ({"act": "merge", "id": 4}, {"act": "merge", "id": 4}),
        (
            {"act": "correct", "id": 0, "text": "two\nlines"},
            {"act": "correct", "id": 0, "text": "two lines"},
        ),
        ({"act": "restore", "id": 3, "extra": "x"}, {"act": "restore", "id": 3}),
        (
            {"act": "role", "speaker": "S1", "role": "client"},
            {"act": "role", "speaker": "S1", "role": "client"},
        ),
    ],
)
def test_a_wish_is_read(sent: dict[str, object], wish: dict[str, object]) -> None:
    assert read_act({"n": 5, **sent}) == (5, wish)


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "drop"},
        {"act": "rename", "speaker": "S1", "name": " "},
        {"act": "rename", "speaker": "S1", "name": "x" * 61},
        {"act": "rename", "speaker": {"a": 1}, "name": "Nora"},
        {"act": "reassign", "ids": [], "speaker": "S1"},
        {"act": "reassign", "ids": [True], "speaker": "S1"},
        {"act": "reassign", "ids": ["1"], "speaker": "S1"},
        {"act": "merge", "id": "4"},
        {"act": "merge", "id": True},
        {"act": "correct", "id": 1, "text": "x" * (MAX_TEXT + 1)},
        {"act": "correct", "id": 1},
        {"act": "role", "speaker": "S1", "role": "owner"},
        {"act": ["merge"], "id": 1},
    ],
)
def test_anything_else_is_no_wish(sent: dict[str, object]) -> None:
    assert read_act({"n": 5, **sent}) == (5, None)


OF_NOTE = {"note": 3, "rev": 8}
TO_ONE = {"statement": "s1", **OF_NOTE}
ADDED = {"section": "plan", "after": None, "text": "Rest.", "utterances": [1], **OF_NOTE}
LINE = {"document_id": 5, "page": 1, "line": 0}


@pytest.mark.parametrize(
    "wish",
    [
        {"act": "note-keep", **TO_ONE},
        {"act": "note-remove", **TO_ONE},
        {"act": "note-restore", **TO_ONE},
        {"act": "note-edit", "text": "She slept.", **TO_ONE},
        {"act": "note-evidence", "utterances": [], **TO_ONE},
        {"act": "note-evidence", "utterances": [4, 5], **TO_ONE},
        {"act": "note-evidence", "utterances": [4], "documents": [], **TO_ONE},
        {"act": "note-evidence", "utterances": [], "documents": [LINE], **TO_ONE},
        {"act": "note-add", **ADDED, "documents": [LINE, LINE]},
        {"act": "note-move", "section": "plan", "position": 0, **TO_ONE},
        {"act": "note-add", **ADDED},
        {"act": "note-add", **ADDED, "after": "s1", "utterances": []},
    ],
)
def test_a_wish_about_the_note_is_read_and_nothing_is_added_to_it(wish: dict[str, object]) -> None:
    assert read_act({"n": 5, "extra": "x", **wish}) == (5, wish)


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "note-keep", "statement": "s1", "rev": 8},
        {"act": "note-keep", "statement": "s1", "note": 3},
        {"act": "note-keep", "statement": "s1", "note": True, "rev": 8},
        {"act": "note-keep", "statement": "s1", "note": 3, "rev": None},
        {"act": "note-keep", "statement": "x" * 65, **OF_NOTE},
        {"act": "note-sign", **TO_ONE},
        {"act": "note-edit", "text": " ", **TO_ONE},
        {"act": "note-edit", "text": "x" * (MAX_TEXT + 1), **TO_ONE},
        {"act": "note-evidence", "utterances": None, **TO_ONE},
        {"act": "note-evidence", "utterances": [True], **TO_ONE},
        {"act": "note-evidence", "utterances": [], "documents": None, **TO_ONE},
        {"act": "note-evidence", "utterances": [], "documents": [3], **TO_ONE},
        {"act": "note-evidence", "utterances": [], "documents": [LINE] * 21, **TO_ONE},
        {"act": "note-evidence", "utterances": [], "documents": [LINE | {"page": "1"}], **TO_ONE},
        {"act": "note-add", **ADDED, "documents": [{"document_id": 1, "page": 1}]},
        {"act": "note-move", "section": "plan", "position": -1, **TO_ONE},
        {"act": "note-move", "section": "plan", "position": "0", **TO_ONE},
        {"act": "note-add", **ADDED, "text": ""},
        {"act": "note-add", **ADDED, "after": 7},
        {"act": "note-add", **ADDED, "section": None},
        {"act": "note-add", **ADDED, "utterances": "all"},
    ],
)
def test_anything_else_is_no_wish_about_the_note(sent: dict[str, object]) -> None:
    assert read_act({"n": 5, **sent}) == (5, None)


@pytest.mark.parametrize(
    "sent", [None, 3, "act", {}, {"n": "5"}, {"n": True, "act": "merge", "id": 1}]
)
def test_no_number_no_wish(sent: object) -> None:
    assert read_act(sent) == (0, None)


def test_the_uploaders_report() -> None:
    assert read_status({"state": "done", "recording_id": 7}) == {"state": "done", "recording_id": 7}
    assert read_status({"state": "sending", "recording_id": None})["recording_id"] is None
    assert read_status({"state": "done", "recording_id": "7"})["recording_id"] is None
    for nonsense in (None, {"state": "hacked"}, [], "done"):
        assert read_status(nonsense) == IDLE
