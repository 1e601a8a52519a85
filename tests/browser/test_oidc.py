"""Signing in through a real OpenID provider in a real browser: in, refused, out on either side."""

import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from models.database import reading, sessions
from models.user import Role, SignIn, User
from services import one_time_codes
from tests.browser.chromium import PATIENCE
from tests.people import PASSWORD
from tests.servers.oidc_provider import WithProvider


@pytest.fixture
def context(chromium: Browser, with_provider: WithProvider) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=with_provider.app.address)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def through_the_provider(page: Page, name: str, start: str = "/") -> None:
    page.goto(start)
    page.get_by_role("link", name="Sign in with Clinic Nord").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("anything")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()  # consent


def person(email: str) -> User:
    with reading() as session:
        return session.scalars(select(User).where(User.email == email)).one()


def test_somebody_new_comes_in_as_their_group_says(page: Page) -> None:
    through_the_provider(page, "lea.therapist", "/sessions")
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    expect(page.get_by_text("Lea", exact=True)).to_be_visible()
    user = person("lea.therapist@provider.example")
    assert (user.role, user.name, user.password_hash) == (Role.THERAPIST, "Lea", None)
    assert user.oidc_subject
    assert user.oidc_subject.endswith("|lea.therapist")


def test_whoever_is_in_no_group_stays_outside(page: Page) -> None:
    through_the_provider(page, "visitor")
    expect(page.get_by_role("alert")).to_contain_text("in no group that may use Verbatim")
    with reading() as session:
        assert session.scalar(select(User).where(User.name == "Visitor")) is None


def test_signing_out_ends_both_sides(page: Page, with_provider: WithProvider) -> None:
    through_the_provider(page, "mia.supervisor")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.evaluate("location.href = '/auth/logout'")
    page.wait_for_url(with_provider.issuer + "/session/end**")
    page.locator("button[name=logout]").click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    page.goto("/sessions")
    expect(page.get_by_role("link", name="Sign in with Clinic Nord")).to_be_visible()


def test_signing_out_at_the_provider_ends_the_open_page(
    context: BrowserContext, page: Page, with_provider: WithProvider
) -> None:
    """By the back channel: nobody touches our page."""
    through_the_provider(page, "ida.therapist")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    other = context.new_page()
    other.goto(with_provider.issuer + "/session/end")
    other.locator("button[name=logout]").click()
    began = time.monotonic()
    page.get_by_role("link", name="Sign in with Clinic Nord").wait_for()
    assert time.monotonic() - began < PATIENCE / 1000
    with reading() as session:
        user = person("ida.therapist@provider.example")
        row = session.scalars(select(SignIn).where(SignIn.user_id == user.id)).one()
        assert row.revoked_at is not None


def test_passwords_work_beside_it(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Email").fill("bob@clinic.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_a_second_step_that_was_left_ends_with_the_providers_sign_in(page: Page) -> None:
    sam = person("sam@clinic.example")
    with sessions()() as session, session.begin():
        one_time_codes.attach(session, sam.id, one_time_codes.new_secret(), 0)
    page.goto("/")
    page.get_by_label("Email").fill(sam.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Sign in as somebody else").click()
    through_the_provider(page, "eva.therapist", page.url)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    assert "verbatim-step" not in {kept["name"] for kept in page.context.cookies()}


def test_a_callback_that_was_not_begun_here_opens_nothing(with_provider: WithProvider) -> None:
    """Replayed, or begun in another browser: there is no flow of it here."""
    address = with_provider.app.address + "/auth/oidc/callback?code=abc&state=def"
    answer = httpx.get(address, follow_redirects=False, timeout=30)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers or "verbatim=" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c"])
def test_a_logout_token_that_proves_nothing_ends_nothing(
    with_provider: WithProvider, token: str
) -> None:
    answer = httpx.post(
        with_provider.app.address + "/auth/oidc/logout", data={"logout_token": token}, timeout=30
    )
    assert answer.status_code == 400
