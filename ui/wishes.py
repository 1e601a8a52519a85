"""What the reader of a view asks for, on its way from the browser, and nothing of it lost (ui/scripts/outbox.js).

A view sends one wish at a time, with a number that grows, as part of its state: a trigger goes down with the run that
it began when the next click stops that run before its callbacks. It sends the next one once it is drawn with the number
of the last that was taken. See docs/decisions/0031-a-wish-outlives-the-next-click.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

Wish = dict[str, Any]
Reader = Callable[[object], tuple[int, Wish | None]]


@dataclass
class _Taken:
    """A plain object in the page's state: changing it is no place at which Streamlit stops a run, so that what is
    taken is done as well."""

    number: int = 0


def take(key: str, read: Reader) -> Wish | None:
    """What was asked of the view `key` and nobody has taken yet; None when there is nothing. Do it before the page's
    state is touched again.

    `read` tells the number of what was sent and the wish, None where it is none: that is answered like any other,
    and the view shows what is stored.
    """
    taken = _taken(key)
    number, wish = read(getattr(st.session_state.get(key), "act", None))
    if number <= taken.number:
        return None
    taken.number = number
    return wish


def answered(key: str) -> int:
    """The number of the last wish that was taken, for the view to be drawn with."""
    return _taken(key).number


def unheard() -> None:
    """The view's `on_act_change`: what it sends is taken by `take`."""


def _taken(key: str) -> _Taken:
    found: _Taken = st.session_state.setdefault(f"{key}:taken", _Taken())
    return found
