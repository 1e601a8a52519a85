"""The product's own script with somebody signed in, run without a browser: what they see, what their clicks do."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from services.access import Actor

SHELL = Path(__file__).parents[2] / "ui" / "shell.py"
SECONDS = 30  # a run takes a tenth of one; the machine may be busy
ESCAPE = re.compile(r"\\(.)")
HERE: dict[str, str | int | bool | None] = {"timezone": "Europe/Oslo", "theme": "light"}


def open_page(
    actor: Actor | None, path: str = "", *, at_url: str | None = None, **query: str
) -> AppTest:
    """The page at /`path` as the guard hands it on: with the sign-in of `actor`, or with none. `at_url` is what the
    browser has for its address, where that matters."""
    at = AppTest.from_file(str(SHELL), default_timeout=SECONDS)
    if actor is not None:
        at.user["sign_in"] = str(actor.sign_in_id)
    at.context.update(HERE if at_url is None else HERE | {"url": at_url})
    for name, value in query.items():
        at.query_params[name] = value
    # AppTest.switch_page knows pages that are files; ours are functions, known by their address.
    at._page_hash = calc_hash(path) if path else ""
    return at.run()


def open_part(part: Callable[..., None], *args: Any) -> AppTest:
    """A page's function or a dialog by itself, open in every run. AppTest runs a whole page on a click
    within a dialog, where the browser runs the dialog alone."""
    at = AppTest.from_function(_part, args=(part, args), default_timeout=SECONDS)
    at.context.update(HERE)
    return at.run()


def _part(part, args):  # type: ignore[no-untyped-def]  # its source alone is the script
    part(*args)


def click(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def buttons(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def text(at: AppTest) -> str:
    """Every sentence of the page, a line each, as it reads once the marks of Markdown are gone."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.error, at.warning, at.success)
    said = "\n".join(str(element.value) for kind in kinds for element in kind)
    return ESCAPE.sub(r"\1", said).replace("\N{WORD JOINER}", "")


def refusals(at: AppTest) -> list[str]:
    """Names of the errors that the product's renderer would have put into words."""
    return [element.proto.type.rpartition(".")[2] for element in at.exception]


def dialogs(at: AppTest) -> list[str]:
    return [dialog.proto.dialog.title for dialog in at.get("dialog")]


def tables(at: AppTest) -> list[dict[str, Any]]:
    """What each list is given (ui/table)."""
    given = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    return [one for one in given if "columns" in one]


def table(at: AppTest, column: str = "") -> list[dict[str, Any]]:
    """The rows of the only table, or of the only one that has this column; of a mark the words."""
    named = [{one["name"]: one["cells"] for one in each["columns"]} for each in tables(at)]
    (found,) = [each for each in named if not column or column in each]
    rows = [dict(zip(found, cells, strict=True)) for cells in zip(*found.values(), strict=True)]
    return [{name: _words(cell) for name, cell in row.items()} for row in rows]


def tick(at: AppTest, row: int) -> AppTest:
    """A click on a row of the only table."""
    (given,) = tables(at)
    (key,) = [
        element.proto.id.split("-", 2)[-1]
        for element in at.get("bidi_component")
        if "columns" in json.loads(element.proto.json)
    ]
    said = {"tick": "ticked", "open": "opened"}[given["act"]]
    at.session_state[key] = {said: given["ids"][row]}
    return at.run()


def _words(cell: Any) -> Any:
    return cell["text"] if isinstance(cell, dict) else cell
