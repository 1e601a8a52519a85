"""The live way of recording in a real browser: what is said is on the server, and without a way there is another."""

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, TimeoutError, expect

from tests.browser.demo_product import demo_product
from tests.browser.microphone import listening, played, visitor
from tests.product import ROOT, Product

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).parent / "screenshots"
# As behind a firewall: only relayed connections, and no relay is set.
BLOCKED = """window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(options) { super({ ...options, iceTransportPolicy: 'relay' }); }
};"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("live")) as product:
        yield product


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("played"))


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    page.get_by_role("heading", name="Today").wait_for()


def ready(page: Page) -> FrameLocator:
    """The client chosen, the live way chosen."""
    page.goto("/record")
    box = page.get_by_role("combobox", name="Client")
    box.click()
    box.fill("Mira")
    page.get_by_role("option", name="Mira Osei").click()
    page.get_by_text("Live on the server").click()
    return page.frame_locator("iframe")


def connected(page: Page) -> FrameLocator:
    """Recording. A server's very first connection sometimes does not stand (seen once in 16, also with the
    component alone): the page says so, and whoever starts again is connected."""
    for tries_left in (1, 0):
        component = ready(page)
        component.get_by_role("button", name="Start live").click()
        try:
            page.get_by_text("This session").wait_for(timeout=30_000)
        except TimeoutError:
            if not tries_left:
                raise
        else:
            break
    return component


@pytest.mark.timeout(600)
def test_what_is_said_is_stored_while_it_is_spoken(
    chromium: Browser, sound: Path, product: Product
) -> None:
    with listening(chromium, sound) as browser, visitor(browser, product.url) as context:
        page = context.new_page()
        sign_in(page)
        component = connected(page)
        page.get_by_text(re.compile(r"Safe on the server up to 0:[2-5]\d")).wait_for(timeout=90_000)
        captions = page.locator(".lines")
        expect(captions).to_contain_text(re.compile(r"(\S+\s+){10}"), timeout=90_000)
        shown = _plain(captions.inner_text().split())
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / "record-live.png")
        component.get_by_role("button", name="Finish session").click()
        page.get_by_text("is transcribed.").wait_for(timeout=120_000)
        page.get_by_role("button", name="Open the session").click()
        page.locator("[role=listitem]").first.wait_for()
        said = page.evaluate(
            """async () => {
                const id = new URL(location.href).searchParams.get('id');
                return (await fetch(`/api/v1/sessions/${id}/transcript`)).json();
            }"""
        )
    assert said["duration"] >= 20
    assert len(said["speakers"]) == 2
    heard = [word[0] for line in said["utterances"] for word in line["words"]]
    assert _share_of_the_reference(heard) >= 0.9
    alike = difflib.SequenceMatcher(None, shown, _plain(heard), autojunk=False)
    assert sum(block.size for block in alike.get_matching_blocks()) >= 0.8 * len(shown)


def _share_of_the_reference(heard: list[str]) -> float:
    """Of the words from the first to the last one heard, how many are there: the microphone plays before
    the connection stands, and the page says "Recording" only then."""
    lines = json.loads((ROOT / "demo" / "dialogues.json").read_text())["evenings"]
    reference = _plain(" ".join(words for _, words in lines).split())
    matcher = difflib.SequenceMatcher(None, reference, _plain(heard), autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    return sum(block.size for block in blocks) / (blocks[-1].a + blocks[-1].size - blocks[0].a)


def _plain(words: list[str]) -> list[str]:
    return [re.sub(r"\W", "", word.lower()) for word in words]


def test_without_a_way_the_page_says_so_and_offers_the_other(
    chromium: Browser, sound: Path, product: Product
) -> None:
    with listening(chromium, sound) as browser, visitor(browser, product.url) as context:
        context.add_init_script(BLOCKED)
        page = context.new_page()
        sign_in(page)
        ready(page).get_by_role("button", name="Start live").click()
        page.get_by_text("No sound has come from this browser.").wait_for(timeout=40_000)
        page.get_by_role("button", name="Record in this browser").click()
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        expect(page.get_by_role("combobox", name="Client")).to_have_value("Mira Osei")
