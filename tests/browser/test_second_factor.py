"""Setting up a second factor as people do it, signing in with it, and getting in when the phone is lost."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from services import second_factor
from tests.browser.chromium import PATIENCE
from tests.browser.conftest import Watch
from tests.people import PASSWORD
from tests.second_factors import Phone, as_if_a_minute_later, equip
from tests.servers.app_process import AppProcess, running

CODE = "Code from your app"


@pytest.fixture
def context(chromium: Browser, app_process: AppProcess) -> Iterator[BrowserContext]:
    with watched(chromium, app_process) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@contextmanager
def watched(chromium: Browser, app: AppProcess, **options: bool) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=app.address, java_script_enabled=options.get("js", True)
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, app.address)
    yield context
    context.close()
    assert watch.complaints == []


def enter(page: Page, name: str) -> None:
    page.get_by_label("Email").fill(f"{name}@clinic.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def enter_code(page: Page, code: str) -> None:
    page.get_by_label(CODE).fill(code)
    page.get_by_role("button", name="Sign in").click()


def listed(text: str) -> list[str]:
    return re.findall(r"[a-z2-9]{5}-[a-z2-9]{5}", text)


def test_set_up_signed_out_signed_in(page: Page, app_process: AppProcess) -> None:
    page.goto("/account")
    enter(page, "alice")
    page.get_by_role("button", name="Set it up").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img").first).to_be_visible()
    phone = Phone(dialog.get_by_test_id("stCode").inner_text().replace(" ", "").strip(), [])
    dialog.get_by_label(CODE).fill(phone.code())
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_text("Save your recovery codes")).to_be_visible()
    expect(dialog.get_by_label(CODE)).to_have_count(0)
    phone.recovery_codes = listed(dialog.get_by_test_id("stCode").inner_text())
    assert len(phone.recovery_codes) == 10
    dialog.get_by_role("button", name="I have saved them").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("On since")).to_be_visible()

    page.get_by_role("button", name="Alice").click()
    page.get_by_text("Sign out", exact=True).click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    as_if_a_minute_later(app_process.people.alice)
    page.goto("/sessions")
    enter(page, "alice")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    enter_code(page, phone.wrong_code())
    expect(page.get_by_role("alert")).to_contain_text("not right")
    enter_code(page, phone.code())
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()

    page.context.clear_cookies()  # another day, without the phone
    page.goto("/account")
    enter(page, "alice")
    page.get_by_text("No phone at hand?").click()
    page.get_by_label("Recovery code").fill(phone.recovery_codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_label(CODE).fill(phone.recovery_codes[1])
    dialog.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("button", name="Set it up")).to_be_visible()


def test_half_way_no_page_opens(page: Page, app_process: AppProcess) -> None:
    people = app_process.people
    phone = equip(people.bob)
    page.goto("/sessions")
    enter(page, "bob")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    page.goto("/sessions")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    assert page.get_by_test_id("stApp").count() == 0
    assert page.context.request.get("/api/v1/me").status == 401
    page.reload()  # sends nothing again
    enter_code(page, phone.code())
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    second_factor.reset(people.adam, people.bob.user_id)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def slowly(route: Route) -> None:
    """The answer is on its way while the second click comes."""
    answer = route.fetch(max_redirects=0)
    time.sleep(0.5)
    route.fulfill(response=answer)


def test_a_double_click_and_a_reload_lose_no_recovery_codes(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> None:
    folder = tmp_path_factory.mktemp("strict")
    with running(folder, sqlite_template, VERBATIM_SECOND_FACTOR="required") as app:
        with watched(chromium, app) as context:
            page = context.new_page()
            page.goto("/account")
            enter(page, "alice")
            phone = Phone(page.locator(".key").inner_text().replace(" ", ""), [])
            page.get_by_label(CODE).fill(phone.code())
            page.route("**/auth/login", slowly)
            page.get_by_role("button", name="Confirm").evaluate(
                "button => { button.click(); setTimeout(() => button.click(), 100); }"
            )
            expect(page.get_by_role("heading", name="Save your recovery codes")).to_be_visible()
            with page.expect_download() as download:
                page.get_by_role("link", name="Download").click()
            saved = download.value.path().read_text(encoding="utf-8")
            assert listed(saved) == listed(page.locator(".codes").inner_text())
            assert len(listed(saved)) == 10
            page.unroute("**/auth/login")
            page.reload()  # sends the form again
            expect(page.get_by_text("10 recovery codes left")).to_be_visible()


def test_where_it_is_required_it_works_without_javascript(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> None:
    folder = tmp_path_factory.mktemp("strict")
    with running(folder, sqlite_template, VERBATIM_SECOND_FACTOR="required") as app:
        with watched(chromium, app, js=False) as context:
            page = context.new_page()
            page.goto("/account")
            enter(page, "alice")
            expect(page.get_by_role("heading", name="Set up the second factor")).to_be_visible()
            expect(page.locator(".qr svg")).to_be_visible()
            phone = Phone(page.locator(".key").inner_text().replace(" ", ""), [])
            page.get_by_label(CODE).fill(phone.code())
            page.get_by_role("button", name="Confirm").click()
            expect(page.get_by_role("heading", name="Save your recovery codes")).to_be_visible()
            phone.recovery_codes = listed(page.locator(".codes").inner_text())
            assert page.get_by_role("link", name="go on").get_attribute("href") == "/account"
            assert context.request.get("/api/v1/me").status == 200
            context.clear_cookies()
            page.goto("/")
            enter(page, "alice")
            page.get_by_text("No phone at hand?").click()
            page.get_by_label("Recovery code").fill(phone.recovery_codes[0])
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("heading", name="Enter your code")).to_have_count(0)
            assert context.request.get("/api/v1/me").status == 200
