"""Captions of a live recording, as the recorder in the browser shows its own: the page asks for them by itself,
more often than a rerun could."""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
RECORDER = HERE.parent / "recorder"
# In this order: each part may use what stands before it.
PARTS = (
    HERE.parent / "scripts" / "mounted.js",
    RECORDER / "clocks.js",
    RECORDER / "ask.js",
    RECORDER / "captions.js",
    HERE / "view.js",
)


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


_captions = st.components.v2.component(
    "verbatim_live_captions",
    html=_source(HERE / "view.html"),
    css=_source(RECORDER / "captions.css"),
    js="\n".join(_source(part) for part in PARTS),
)


def live_captions(recording_id: int, *, key: str, api: str = "/api/v1") -> None:
    """What is said in a recording that goes on, about two seconds later."""
    _captions(key=key, data={"path": f"{api}/recordings/{recording_id}"})
