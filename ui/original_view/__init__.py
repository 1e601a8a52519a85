"""A document as it was sent, in the page: the browser's own viewer for PDF, a picture for pictures.

A component of its own, because Streamlit's frames are sandboxed and a browser starts no PDF viewer in a sandbox.
What is shown comes from the API, which says by its headers that nothing in it may run.
"""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
SHOWN = ("application/pdf", "image/png", "image/jpeg", "image/bmp")  # browsers show no TIFF

_view = st.components.v2.component(
    "verbatim_original",
    html=(HERE / "view.html").read_text(encoding="utf-8"),
    css=(HERE / "view.css").read_text(encoding="utf-8"),
    js=(HERE / "view.js").read_text(encoding="utf-8"),
)


def original_view(*, key: str, url: str, content_type: str) -> None:
    """Show the file at `url`, an address of our API; a link where the browser cannot show this type."""
    kind = content_type if content_type in SHOWN else ""
    _view(key=key, data={"url": url, "kind": kind.partition("/")[0]})
