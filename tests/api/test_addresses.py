"""Addresses that no page can have, opened in a browser."""

import pytest

from api.addresses import NO_PAGE
from tests.api.wire import raw
from tests.servers.app_process import AppProcess

OPENED = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}


@pytest.mark.parametrize(
    "path", ["/foo/bar", "/session/5", "/today/x/", "/f%C3%B6o", "/a%20b", "/a%2Fb", "/%23start", "/x/static/js"]
)  # fmt: skip
def test_a_person_is_led_to_the_sentence(app_process: AppProcess, path: str) -> None:
    headers = app_process.headers(app_process.sign_in("alice"), **OPENED)
    assert raw(app_process, "GET", path, headers) == (303, NO_PAGE)


def test_a_stranger_is_led_to_the_form_first(app_process: AppProcess) -> None:
    led = raw(app_process, "GET", "/foo/bar", app_process.headers(None, **OPENED))
    assert led == (303, "/auth/login?next=%2Ffoo%2Fbar")


def test_pages_and_what_is_no_page_are_left_alone(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    opened = app_process.headers(token, **OPENED)
    for path in ("/", "/today", "/session?id=1", "/foo", NO_PAGE, "/api/v1/docs", "/healthz"):  # fmt: skip
        assert raw(app_process, "GET", path, opened)[0] == 200, path
    assert raw(app_process, "GET", "/foo/", opened) == (301, "/foo")  # Streamlit's own
    assert raw(app_process, "GET", "/api/v1/x/y", opened)[0] == 404
    for dest in ("script", "iframe", "empty"):
        asked = app_process.headers(token, **{"sec-fetch-dest": dest})
        assert raw(app_process, "GET", "/static/js/none.js", asked)[0] != 303, dest
