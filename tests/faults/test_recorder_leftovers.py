"""What a crash left on the computer is sent from Today, before anybody thinks of opening Record."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo_product import demo_product
from tests.browser.microphone import kill, profile
from tests.browser.product_recorder import arrived, recording
from tests.browser.recorder_page import SLICE, position, seconds
from tests.product import Product

pytestmark = pytest.mark.browser
LATE = 0.6  # seconds that the last piece may still be on its way to the disk
EMPTY = """() => {
  const host = document.querySelector('[class*="st-key-leftovers"]');
  return host ? host.getBoundingClientRect().height : null;
}"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("leftovers"), with_worker=False) as product:
        yield product


@pytest.mark.timeout(300)
def test_today_sends_what_a_killed_browser_left(
    chromium: Browser, sound: Path, product: Product, tmp_path: Path
) -> None:
    context = profile(chromium, sound, tmp_path / "profile", product.url)
    page = recording(context)
    page.wait_for_timeout(6500)
    context.set_offline(True)
    page.wait_for_timeout(6500)
    had = position(page)
    ident = int(page.evaluate("window.__verbatimRecorder.tape.id"))
    before = seconds(arrived(product, ident))
    kill(tmp_path / "profile")

    context = profile(chromium, sound, tmp_path / "profile", product.url)
    page = context.new_page()
    page.goto("/")
    ruth = page.get_by_role("button", name=re.compile("Ruth Adeyemi"))
    today = page.get_by_role("heading", name="Today")
    ruth.or_(today).first.wait_for()
    if ruth.is_visible():
        ruth.click()
    today.wait_for()
    sign = page.locator("[data-verbatim=recorder]")
    expect(sign).to_contain_text("An interrupted recording waits for you", timeout=60_000)
    after = seconds(arrived(product, ident))
    print(f"{had:.2f} s recorded; {before:.2f} s had arrived, {after:.2f} s after Today was opened")
    assert after > before
    assert had - after <= SLICE + LATE
    assert page.evaluate(EMPTY) in (None, 0)
    sign.get_by_role("button", name="Go to it").click()
    expect(page.locator(".rec")).to_have_attribute("data-state", "recovered")
    context.close()
