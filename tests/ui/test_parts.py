"""What a component is made of: its address, who may keep it, and how little is left to send with every message."""

from dataclasses import replace

from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui import parts
from ui.parts import KEPT, PREFIX, Part
from ui.session_view.source import HERE, SCRIPTS
from ui.session_view.source import PART as SESSION_VIEW

PART = Part(
    "probe", js="export default () => {};", css="p { color: red; }", html='<p class="a">x</p>'
)


def asked(path: str) -> tuple[int, str | None, str, str]:
    answer = TestClient(Starlette(routes=parts.routes(PART))).get(path)
    headers = answer.headers
    return answer.status_code, headers.get("cache-control"), headers["content-type"], answer.text


def test_the_address_changes_with_whatever_stands_there() -> None:
    others = [
        replace(PART, js="export default () => 1;"),
        replace(PART, css=""),
        replace(PART, html=""),
    ]
    addresses = {one.address for one in (PART, *others)}
    assert len(addresses) == 4
    assert replace(PART).address == PART.address
    assert all(one.startswith(f"{PREFIX}probe-") and one.endswith(".js") for one in addresses)


def test_it_is_kept_under_its_address_alone() -> None:
    assert asked(PART.address) == (200, KEPT, "text/javascript; charset=utf-8", PART.body)
    # a page of the version before: it gets what there is now, and keeps it no longer than it stays open
    assert asked(f"{PREFIX}probe-0123456789abcdef.js")[:2] == (200, "no-store")
    assert asked(f"{PREFIX}another-0123456789abcdef.js")[0] == 404


def test_style_and_elements_are_strings_of_the_module() -> None:
    assert PART.body.startswith(PART.js)
    assert '"p { color: red; }"' in PART.body
    assert r'"<p class=\"a\">x</p>"' in PART.body


def test_what_streamlit_sends_each_time_is_the_loader() -> None:
    assert SESSION_VIEW.address in SESSION_VIEW.loader
    assert len(SESSION_VIEW.loader) < 2000 < 100_000 < len(SESSION_VIEW.body)


def test_no_script_of_the_session_view_is_forgotten() -> None:
    own = [script for script in SCRIPTS if "/" not in script]
    assert sorted(own) == sorted(path.stem for path in HERE.glob("*.js"))
