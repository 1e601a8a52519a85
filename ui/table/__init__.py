"""Lists: to read, to tick one row and see beside it what can be done about that, or to open a row's page.

A table of the page itself (view.js) and none painted on a canvas: the browser finds words in it, screen readers read
it, the whole row is there to be clicked, and Streamlit's own waits 150 ms before it tells a click.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import streamlit as st

from ui import frame

MOST = 12  # rows before a list scrolls
LIST, BESIDE = 736, 292  # px: side by side in frame.LISTS, one under the other on a tablet

Tone = Literal["green", "orange", "red", "blue", "gray"]


class Mark(NamedTuple):
    """A cell that is a word on a tint."""

    text: str
    tone: Tone


Columns = Mapping[str, Sequence[str | int | Mark]]

_HERE = Path(__file__).parent
_view = st.components.v2.component(
    "verbatim_table",
    css=(_HERE / "view.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_HERE / f"{part}.js").read_text(encoding="utf-8")
        for part in ("../scripts/elements", "../scripts/mounted", "view")
    ),
)


def shown(
    name: str, columns: Columns, widths: Mapping[str, int], *, most: int | None = MOST
) -> None:
    """A table to read. `name` is for screen readers; `widths` in px by column, the others share what is left; `most`
    rows are seen at once, None: all of them."""
    rows = len(next(iter(columns.values())))
    _view(key=_key(name), data=_data(name, range(rows), columns, widths, most))


def ticked(
    name: str, ids: Sequence[int], columns: Columns, widths: Mapping[str, int], *, about: int = 0
) -> int | None:
    """A table, and the id of its ticked row. A table `about` something else has ticks of its own."""
    key = _key(name, about)
    before = getattr(st.session_state.get(key), "ticked", None)
    data = _data(name, ids, columns, widths, MOST, act="tick", ticked=before)
    chosen = _view(key=key, data=data, on_ticked_change=_unheard).ticked
    return chosen if chosen in ids else None


def openable(
    name: str,
    ids: Sequence[int],
    addresses: Sequence[str],
    columns: Columns,
    widths: Mapping[str, int],
    *,
    most: int | None = None,
    about: int = 0,
) -> None:
    """A table whose rows open a page: `opened` tells which, asked before anything is drawn; a new tab of the browser
    takes the row's address. A table `about` something else hears no click on this one."""
    data = _data(name, ids, columns, widths, most, act="open", addresses=list(addresses))
    _view(key=_key(name, about), data=data, on_opened_change=_unheard)


def opened(name: str, *, about: int = 0) -> int | None:
    """The id of the row of an `openable` table that was clicked just now. It comes from the browser: whoever reads
    what it stands for asks whether this person may."""
    ident = getattr(st.session_state.get(_key(name, about)), "opened", None)
    return ident if type(ident) is int else None


def _data(
    name: str,
    ids: Sequence[int],
    columns: Columns,
    widths: Mapping[str, int],
    most: int | None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "name": name,
        "ids": list(ids),
        "most": most,
        "columns": [
            {
                "name": column,
                "width": widths.get(column),
                "number": _are_numbers(cells),
                "cells": [c._asdict() if isinstance(c, Mark) else c for c in cells],
            }
            for column, cells in columns.items()
        ],
        **more,
    }


def _are_numbers(cells: Sequence[str | int | Mark]) -> bool:
    """Where a number is not known a cell may be empty."""
    given = [cell for cell in cells if cell != ""]
    return bool(given) and all(type(cell) is int for cell in given)


def _key(name: str, about: int = 0) -> str:
    return f"table-{name.lower().replace(' ', '-')}-{about}"


def _unheard() -> None:
    """What the table sends is read where it is drawn."""


@contextmanager
def bar(line: str) -> Iterator[None]:
    """Over a list: how much there is at the left, the action (the with-body) at the right."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.caption(frame.plain(line), width="content")
        with st.container(width="content"):
            yield


@contextmanager
def beside(prompt: str | None) -> Iterator[None]:
    """The card beside a list; `prompt` says what to tick while nothing is."""
    with st.container(border=True, width=BESIDE, gap="small"):
        if prompt:
            st.caption(prompt)
        yield


def pager(key: str, page: int, total: int, size: int) -> None:
    """Under a list that comes in pages: which rows these are, and the way to the others."""
    last = (total - 1) // size
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if last:
            # By callback: the list is read once for a click, not once before and once after it.
            for label, icon, to in (("Newer", "left", page - 1), ("Older", "right", page + 1)):
                st.button(
                    label,
                    icon=f":material/chevron_{icon}:",
                    disabled=not 0 <= to <= last,
                    on_click=_turn,
                    args=(key, to),
                )
        first = page * size + 1
        st.caption(f"{first:,} to {min(first + size - 1, total):,} of {total:,}.")


def _turn(key: str, page: int) -> None:
    st.session_state[key] = page
