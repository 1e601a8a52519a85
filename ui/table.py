"""Lists of which one row can be ticked, with what can be done about it beside them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from ui import frame

ROW = 40  # px
MOST = 12  # rows before a list scrolls
HEADER = 37  # px, with the two edges
LIST, BESIDE = 736, 292  # px: side by side in frame.LISTS, one under the other on a tablet


def shown(
    name: str,
    columns: dict[str, list[Any]],
    widths: dict[str, int],
    *,
    most: int = MOST,
    **more: Any,
) -> Any:
    """One table. `name` is for screen readers; `widths` in px by column, the others share what is left."""
    rows = len(next(iter(columns.values())))
    return st.dataframe(
        columns,
        alt=name,
        hide_index=True,
        row_height=ROW,
        height=min(rows, most) * ROW + HEADER,
        column_config={column: st.column_config.Column(width=px) for column, px in widths.items()},
        **more,
    )


def ticked(
    name: str, ids: Sequence[int], columns: dict[str, list[Any]], widths: dict[str, int]
) -> int | None:
    """The table, and the id of its ticked row."""
    # The browser remembers a tick by position: a list of other rows is another table.
    event = shown(
        name,
        columns,
        widths,
        key=f"{name.lower()}-{hash(tuple(ids))}",
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


def pager(key: str, page: int, total: int, size: int, hint: str = "") -> None:
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
        st.caption(f"{first:,} to {min(first + size - 1, total):,} of {total:,}. {hint}")


def _turn(key: str, page: int) -> None:
    st.session_state[key] = page
