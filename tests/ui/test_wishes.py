"""What a view's reader asks for is done once, however often it is sent, and nonsense is answered."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    from types import SimpleNamespace

    import streamlit as st

    from ui import wishes

    asked = st.session_state.setdefault("asked", [])
    st.session_state["view"] = SimpleNamespace(act=asked.pop(0) if asked else None)
    taken = wishes.take("view", lambda sent: (sent["n"], sent["wish"]) if sent else (0, None))
    st.session_state.took = taken and taken["act"]
    st.session_state.number = wishes.answered("view")


def sent(n: int, act: str | None) -> dict[str, Any]:
    return {"n": n, "wish": act and {"act": act}}


@pytest.mark.parametrize(
    ("asked", "took", "numbers"),
    [
        ([None], [None], [0]),
        ([sent(5, "one"), sent(6, "two")], ["one", "two"], [5, 6]),
        ([sent(5, "one"), sent(5, "one"), sent(6, "two")], ["one", None, "two"], [5, 5, 6]),
        ([sent(6, "two"), sent(5, "one")], ["two", None], [6, 6]),
        ([sent(5, None), sent(6, "two")], [None, "two"], [5, 6]),  # the view shows what is stored
        ([sent(0, None)], [None], [0]),
    ],
)
def test_each_is_taken_once_and_all_are_answered(
    asked: list[object], took: list[str | None], numbers: list[int]
) -> None:
    app = AppTest.from_function(script)
    app.session_state["asked"] = list(asked)
    seen = [app.run() and (app.session_state["took"], app.session_state["number"]) for _ in asked]
    assert seen == list(zip(took, numbers, strict=True))
