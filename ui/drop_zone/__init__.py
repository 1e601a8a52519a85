"""Where files are dropped or chosen: look and behaviour that the uploaders share.

An uploader is a folder with `uploader.html`, in which `<!-- zone -->` stands for the zone, `uploader.css`, and scripts
of which the last extends `DropZone`.
"""

from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
SCRIPTS = HERE.parent / "scripts"


def uploader(name: str, folder: Path, *scripts: str) -> Any:
    """The component `name`: the shared pieces, then the folder's own, in the order of `scripts`."""

    def read(place: Path, file: str) -> str:
        return (place / file).read_text(encoding="utf-8")

    own = [read(folder, f"{script}.js") for script in scripts]
    return st.components.v2.component(
        name,
        html=read(folder, "uploader.html").replace("<!-- zone -->", read(HERE, "zone.html")),
        css=read(HERE, "zone.css") + read(folder, "uploader.css"),
        js="\n".join([read(SCRIPTS, "mounted.js"), read(HERE, "zone.js"), *own]),
    )
