"""The session page on a phone: the note or the transcript, the player always at hand."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session_page import is_playing, line, lit

pytestmark = pytest.mark.browser
PHONES = [{"width": 420, "height": 860}, {"width": 420, "height": 860, "theme": "dark"}]


@pytest.mark.parametrize("page", PHONES, indirect=True)
def test_the_note_is_read_down_and_a_time_leads_to_the_line(page: Page) -> None:
    page.goto("/?talk=written-phone")
    page.locator(".s").first.wait_for()
    expect(page.locator(".said")).to_be_hidden()
    cut = "e => e.scrollHeight - e.clientHeight"
    assert page.locator(".lines").evaluate(cut) <= 1
    assert page.locator(".risk").evaluate(cut) <= 1
    expect(page.locator(".play")).to_be_in_viewport(ratio=0.99)
    last = page.locator(".s").last
    last.scroll_into_view_if_needed()
    expect(page.locator(".play")).to_be_in_viewport(ratio=0.99)

    mark = page.locator(".ev button").last
    mark.scroll_into_view_if_needed()
    scrolled = """() => document.querySelector('[data-testid="stMain"]').scrollTop"""
    read_to = page.evaluate(scrolled)
    mark.click()
    expect(page.locator(".written")).to_be_hidden()
    expect(line(page, int(lit(page)[0]))).to_be_in_viewport()
    assert is_playing(page)
    box = page.locator(".turns").bounding_box()
    assert box
    assert box["height"] > 280

    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.locator(".said")).to_be_hidden()
    assert abs(page.evaluate(scrolled) - read_to) < 2


@pytest.mark.parametrize("page", [{"width": 420, "height": 860}], indirect=True)
def test_it_opens_at_the_line_that_the_address_names(page: Page) -> None:
    page.goto("/?talk=written-phone-at&select=6")
    expect(page.get_by_role("button", name="Transcript", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(line(page, 6)).to_be_in_viewport()
