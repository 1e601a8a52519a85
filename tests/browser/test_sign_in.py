"""Signing in and out as people do it, and what an open page does once its sign-in has ended."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services import sign_in, users
from tests.browser.chromium import PATIENCE
from tests.browser.conftest import Watch
from tests.people import PASSWORD
from tests.servers.app_process import AppProcess

GONE_WITHIN = 3.0  # seconds


@pytest.fixture
def context(chromium: Browser, app_process: AppProcess) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=app_process.address)
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, app_process.address)
    yield context
    context.close()
    assert watch.complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def enter(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Email").fill(f"{name}@clinic.example")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def seconds_until_the_form(page: Page) -> float:
    began = time.monotonic()
    page.get_by_role("button", name="Sign in").wait_for()
    return time.monotonic() - began


def test_without_a_sign_in_there_is_only_the_form(page: Page) -> None:
    page.goto("/sessions")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "/auth/login" in page.url
    assert page.locator("[data-testid=stApp]").count() == 0
    expect(page.get_by_text("Demo")).to_have_count(0)


def test_a_wrong_password_says_so_and_keeps_the_email(page: Page) -> None:
    page.goto("/")
    enter(page, "bob", "not the password at all")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value("bob@clinic.example")
    enter(page, "bob")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_whoever_signs_in_lands_where_they_were_going(page: Page) -> None:
    page.goto("/sessions")
    enter(page, "alice")
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_each_role_sees_its_own_pages(context: BrowserContext) -> None:
    menus = {
        "alice": {
            "Today", "Record", "Sessions", "History", "Documents", "Clients", "Instructions",
        },
        "sam": {"Today", "Sessions", "History", "Documents", "Review", "Instructions"},
        "dora": {"Access log"},
        "adam": {"Administration", "Instructions"},
    }  # fmt: skip
    for name, menu in menus.items():
        context.clear_cookies()
        page = context.new_page()
        page.goto("/")
        enter(page, name)
        page.get_by_role("button", name=name.capitalize()).wait_for()
        links = page.locator("[data-testid=stTopNavLink]")
        assert {text.split("\n")[-1] for text in links.all_inner_texts()} == menu
        page.close()


def test_signing_out_in_one_tab_closes_the_other(context: BrowserContext, page: Page) -> None:
    page.goto("/")
    enter(page, "alice")
    page.get_by_role("heading", name="Today").wait_for()
    other = context.new_page()
    other.goto("/sessions")
    other.get_by_role("heading", name="Sessions").wait_for()
    page.get_by_role("button", name="Alice").click()
    page.get_by_text("Sign out", exact=True).click()
    assert seconds_until_the_form(other) <= GONE_WITHIN
    expect(page.get_by_text("You are signed out. What was saved is safe.")).to_be_visible()
    answer = context.request.get("/api/v1/sessions/1/transcript")
    assert answer.status == 401


def test_a_revoked_page_is_gone_and_its_api_at_once(
    context: BrowserContext, page: Page, app_process: AppProcess
) -> None:
    page.goto("/")
    enter(page, "alice")
    page.get_by_role("heading", name="Today").wait_for()
    people = app_process.people
    users.end_sign_ins(people.adam, people.alice.user_id)
    assert context.request.get("/api/v1/sessions/1/transcript").status == 401
    assert seconds_until_the_form(page) <= GONE_WITHIN


def test_a_disabled_account_is_out_and_stays_out(page: Page, app_process: AppProcess) -> None:
    people = app_process.people
    page.goto("/")
    enter(page, "sam")
    page.get_by_role("heading", name="Today").wait_for()
    users.disable(people.adam, people.sam.user_id)
    try:
        assert seconds_until_the_form(page) <= GONE_WITHIN
        enter(page, "sam")
        expect(page.get_by_role("alert")).to_be_visible()
    finally:
        users.enable(people.adam, people.sam.user_id)


def test_a_handed_over_password_is_replaced_at_the_first_sign_in(
    page: Page, app_process: AppProcess
) -> None:
    people = app_process.people
    handed_over = users.reset_password(people.adam, people.bob.user_id)
    page.goto("/")
    enter(page, "bob", handed_over)
    page.get_by_label("Temporary password", exact=True).fill(handed_over)
    page.get_by_role("textbox", name="New password").fill("a lamp that hums at noon")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in("bob@clinic.example", handed_over, "127.0.0.1")
