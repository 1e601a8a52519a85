"""/docs: for people who are signed in, drawn by the browser from files of ours alone."""

import json

import httpx
import pytest
from playwright.sync_api import Browser

from services import api_tokens
from services.api_tokens import Scope
from tests.servers.app_process import AppProcess


def test_strangers_are_sent_to_the_form(app_process: AppProcess) -> None:
    navigates = {"sec-fetch-mode": "navigate"}
    answer = httpx.get(app_process.address + "/api/v1/docs", headers=navigates)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/login?next=%2Fapi%2Fv1%2Fdocs"
    for path in ("/api/v1/openapi.json", "/api/v1/docs/assets/docs.js"):
        assert httpx.get(app_process.address + path).status_code == 401


def test_there_are_no_other_files(app_process: AppProcess) -> None:
    headers = app_process.headers(app_process.sign_in("alice"))
    with httpx.Client(base_url=app_process.address, headers=headers) as client:
        assert client.get("/api/v1/docs/assets/swagger-ui.css").status_code == 200
        for name in ("redoc.standalone.js", "docs.html", "..%2Fdocs.py", "core.py"):
            assert client.get(f"/api/v1/docs/assets/{name}").status_code in (400, 404)


@pytest.mark.browser
def test_it_is_drawn_and_a_call_can_be_tried(app_process: AppProcess, chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.add_cookies(
        [
            {
                "name": app_process.cookie_name,
                "value": app_process.sign_in("alice"),
                "url": app_process.address,
            }
        ]
    )
    page.goto(app_process.address + "/api/v1/docs")
    page.get_by_text("Verbatim: voice recordings, transcription and documents").wait_for()
    assert all(url.startswith((app_process.address, "data:")) for url in asked)
    secret = api_tokens.create(app_process.people.alice, "docs", Scope.READ, 1).secret
    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_role("textbox", name="auth-bearer-value").fill(secret)
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close", exact=True).first.click()
    row = page.locator("#operations-Recordings-list_recordings")
    row.locator(".opblock-summary").click()
    row.get_by_role("button", name="Try it out").click()
    with page.expect_response("**/api/v1/recordings*") as answered:
        row.get_by_role("button", name="Execute").click()
    assert answered.value.request.headers["authorization"] == f"Bearer {secret}"
    assert (answered.value.status, json.loads(answered.value.text())) == (200, [])
    assert problems == []
    page.context.close()
