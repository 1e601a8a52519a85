"""A page of a document beside what was read of it: hover, focus or click either side to see the other.

No build step: the parts of the script are laid one after the other and sent as one module. Text and pictures
come from the API with the sign-in's cookie, so a rerun carries only numbers, a revision and the words searched for.
"""

from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
PARTS = ("dom", "outbox", "sheet", "lines", "extras", "view")  # each may use what stands before it
MAX_TEXT = 2000  # characters of a line, as services.documents takes them


def _source(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


_view = st.components.v2.component(
    "verbatim_page",
    html=_source("view.html"),
    css=_source("view.css"),
    js="\n".join(_source(f"{part}.js") for part in PARTS),
)


def page_view(
    *,
    key: str,
    url: str,
    pages: int,
    revision: str,
    editable: bool,
    page: int = 1,
    line: int | None = None,
    words: str = "",
    hits: dict[int, list[int]] | None = None,
) -> dict[str, Any] | None:
    """Show a document; return the correction that the reader asked for in this run, once, or None.

    `url` is the document's address in the API, `pages` how many it has, `page` and `line` where to open it. Text is
    fetched again when `revision` changes. `hits` are ids of lines by page that hold the `words` searched for. Asked
    for is `{"act": "correct", "page", "line", "text"}` or `{"act": "restore", "page", "line"}`. The caller does it and
    reruns with the new revision; the view has shown it already, and sends its next wish only then.
    """
    memory = f"{key}:answered"
    answered = int(st.session_state.get(memory, 0))
    result = _view(
        key=key,
        data={
            "url": url,
            "pages": pages,
            "revision": revision,
            "editable": editable,
            "page": page,
            "line": line,
            "words": words,
            "hits": {str(number): lines for number, lines in (hits or {}).items()},
            "answered": answered,
        },
        on_act_change=lambda: None,
    )
    number, wish = read_act(result.act)
    if wish is None or number <= answered or not editable:
        return None
    st.session_state[memory] = number
    return wish


def read_act(sent: object) -> tuple[int, dict[str, Any] | None]:
    """What the browser sent, checked: its number and the wish, None where it is no wish at all."""
    if not isinstance(sent, dict) or type(sent.get("n")) is not int:
        return 0, None
    number, act, page, line = sent["n"], sent.get("act"), sent.get("page"), sent.get("line")
    if type(page) is not int or type(line) is not int:
        return number, None
    if act == "restore":
        return number, {"act": act, "page": page, "line": line}
    text = sent.get("text")
    if act != "correct" or not isinstance(text, str) or len(text) > MAX_TEXT:
        return number, None
    words = " ".join(text.split())
    return number, {"act": act, "page": page, "line": line, "text": words} if words else None
