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
    ],
)
def test_anything_else_is_no_wish(sent: dict[str, object]) -> None:
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
