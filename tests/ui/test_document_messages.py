"""What the document components send is read as what it may be, and as nothing else."""

import pytest

from ui.document_uploader import read_stored
from ui.page_view import MAX_LINES, MAX_TEXT, read_act


@pytest.mark.parametrize(
    ("sent", "wish"),
    [
        (
            {"act": "correct", "page": 1, "line": 0, "text": " two\n lines "},
            {"act": "correct", "page": 1, "line": 0, "text": "two lines"},
        ),
        (
            {"act": "restore", "page": 2, "line": 3, "text": "x"},
            {"act": "restore", "page": 2, "line": 3},
        ),
        (
            {"act": "cite", "lines": [{"page": 1, "line": 3, "x": 1}, {"page": 2, "line": 0}]},
            {"act": "cite", "lines": [(1, 3), (2, 0)]},
        ),
    ],
)
def test_a_wish_is_read(sent: dict[str, object], wish: dict[str, object]) -> None:
    assert read_act({"n": 5, **sent}) == (5, wish)


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "drop", "page": 1, "line": 0, "text": "x"},
        {"act": "correct", "page": "1", "line": 0, "text": "x"},
        {"act": "correct", "page": 1, "line": True, "text": "x"},
        {"act": "correct", "page": 1, "line": 0, "text": " "},
        {"act": "correct", "page": 1, "line": 0, "text": 3},
        {"act": "correct", "page": 1, "line": 0, "text": "x" * (MAX_TEXT + 1)},
        {"act": "restore", "page": 1},
        {"act": "cite", "page": 1, "line": 0},
        {"act": "cite", "lines": []},
        {"act": "cite", "lines": {"page": 1, "line": 0}},
        {"act": "cite", "lines": [{"page": 1, "line": 0}, 3]},
        {"act": "cite", "lines": [{"page": 1, "line": True}]},
        {"act": "cite", "lines": [{"page": 1, "line": 0}] * (MAX_LINES + 1)},
        {},
    ],
)
def test_anything_else_is_no_wish(sent: dict[str, object]) -> None:
    assert read_act({"n": 5, **sent}) == (5, None)


@pytest.mark.parametrize("sent", [None, 3, "act", {}, {"n": "5"}, {"n": True}])
def test_no_number_no_wish(sent: object) -> None:
    assert read_act(sent) == (0, None)


def test_stored_documents() -> None:
    assert read_stored([1, "2", True, None, 0, -3, 7]) == [1, 7]
    assert read_stored(None) == read_stored({"a": 1}) == []
