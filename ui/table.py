"""Lists of which one row can be ticked, with what can be done about it beside them."""

from collections.abc import Sequence
from contextlib import contextmanager
from collections.abc import Iterator
from typing import Any

import streamlit as st

ROW = 40  # px
MOST = 12  # rows before a list scrolls
LIST, BESIDE = 700, 330  # px: side by side in frame.LISTS, one under the other on a tablet


def shown(
    columns: dict[str, list[Any]], widths: dict[str, int], *, most: int = MOST, **more: Any
) -> Any:
    """One table. `widths` in px by column; the others share what is left."""
    rows = len(next(iter(columns.values())))
    return st.dataframe(
        columns,
        hide_index=True,
        row_height=ROW,
        height=(min(rows, most) + 1) * ROW,
        column_config={name: st.column_config.Column(width=px) for name, px in widths.items()},
        **more,
    )


def ticked(
    key: str, ids: Sequence[int], columns: dict[str, list[Any]], widths: dict[str, int]
) -> int | None:
    """The table, and the id of its ticked row."""
    # The browser remembers a tick by position: a list of other rows is another table.
    event = shown(
        columns,
        widths,
        key=f"{key}-{hash(tuple(ids))}",
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = event.selection.rows
    return ids[rows[0]] if rows and rows[0] < len(ids) else None


@contextmanager
def bar(line: str) -> Iterator[None]:
    """Over a list: how much there is at the left, the action (the with-body) at the right."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.caption(line, width="content")
        with st.container(width="content"):
            yield


@contextmanager
def beside(prompt: str | None) -> Iterator[None]:
    """The card beside a list; `prompt` says what to tick while nothing is."""
    with st.container(border=True, width=BESIDE, gap="small"):
        if prompt:
            st.caption(prompt)
        yield
