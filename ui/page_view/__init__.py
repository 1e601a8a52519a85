"""A page of a document beside what was read of it: hover, focus or click either side to see the other.

No build step: the parts of the script are laid one after the other and sent as one module. Text and pictures
come from the API with the sign-in's cookie, so a rerun carries only numbers, a revision and the words searched for.
"""

from pathlib import Path

import streamlit as st

from ui import wishes
from ui.wishes import Wish

HERE = Path(__file__).parent
PARTS = (
    "../scripts/elements",
    "../scripts/mounted",
    "../scripts/outbox",
    "dom",
    "sheet",
    "lines",
    "extras",
    "choosing",
    "view",
)  # each may use what stands before it
MAX_TEXT = 2000  # characters of a line, as services.documents takes them
MAX_LINES = 20  # of one statement, as services.notes takes them


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
    citable: bool = False,
    cited: int = 0,
) -> None:
    """Show a document. What the reader asks for is taken with `take_wish`, before anything is drawn.

    `url` is the document's address in the API, `page` and `line` are where to open it. Text is fetched again when
    `revision` changes. `hits` are ids of lines by page that hold the `words` searched for. Lines can be cited where
    `citable`; the view forgets the lines chosen when `cited` changes.
    """
    data = {
        "url": url,
        "pages": pages,
        "revision": revision,
        "editable": editable,
        "page": page,
        "line": line,
        "words": words,
        "hits": {str(number): lines for number, lines in (hits or {}).items()},
        "citable": citable,
        "cited": cited,
        "answered": wishes.answered(key),
    }
    _view(key=key, data=data, on_act_change=wishes.unheard)


def take_wish(key: str) -> Wish | None:
    """What the reader of the view `key` asked for and nobody has taken yet; None when there is nothing.

    Asked for is `{"act": "correct", "page", "line", "text"}`, `{"act": "restore", "page", "line"}` or
    `{"act": "cite", "lines": [(page, line)]}`. The page does it or says why not, then draws the view; the view has
    shown a correction already, sends its next wish only then, and reads again what is stored.
    """
    return wishes.take(key, read_act)


def read_act(sent: object) -> tuple[int, Wish | None]:
    """What the browser sent, checked: its number and the wish, None where it is no wish at all."""
    if not isinstance(sent, dict) or type(sent.get("n")) is not int:
        return 0, None
    number, act, page, line = sent["n"], sent.get("act"), sent.get("page"), sent.get("line")
    if act == "cite":
        lines = _lines(sent.get("lines"))
        return number, {"act": act, "lines": lines} if lines else None
    if type(page) is not int or type(line) is not int:
        return number, None
    if act == "restore":
        return number, {"act": act, "page": page, "line": line}
    text = sent.get("text")
    if act != "correct" or not isinstance(text, str) or len(text) > MAX_TEXT:
        return number, None
    words = " ".join(text.split())
    return number, {"act": act, "page": page, "line": line, "text": words} if words else None


def _lines(sent: object) -> list[tuple[int, int]] | None:
    """Places of lines as (page, line); None for what is no such list."""
    if not isinstance(sent, list) or not 0 < len(sent) <= MAX_LINES:
        return None
    places = [(one.get("page"), one.get("line")) for one in sent if isinstance(one, dict)]
    if len(places) != len(sent):
        return None
    return places if all(type(at) is int for place in places for at in place) else None
