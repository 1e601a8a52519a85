"""Rows of what was deleted and can still come back: sessions and documents show them alike."""

import streamlit as st

NOTHING = "None of the last 30 days."


def restorable(title: str, line: str, key: str) -> bool:
    """One row, its words already made plain. Whether Restore was pressed in this run."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap=None, width="stretch"):
            st.markdown(title)
            st.caption(line)
        return st.button("Restore", key=key)
