"""Every page of the product in a window of 420 px: nothing beside it, names that can be read, each with its title."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE
from tests.browser.demo_product import demo_product
from tests.product import Product

pytestmark = pytest.mark.browser
NAME = 120  # px: a name that is narrower breaks letter by letter
PAGES = {
    "Ruth Adeyemi": {
        "": "Today",
        "record": "Record",
        "sessions": "Sessions",
        "history?client=1": "History",
        "documents": "Documents",
        "document?id=1": "Document",
        "clients": "Clients",
        "treatment?client=1": "Treatment plan",
        "process-notes?client=1": "Process notes",
        "instructions": "Instructions",
        "account": "My account",
        "session?id=abc": "Session",
        "administration": "Administration",
    },
    "Helen Marsh": {
        "": "Today",
        "today": "Today",
        "review": "Review",
        "treatment?client=99": "Treatment plan",
    },
    "Wendy Cole": {
        "administration": "Administration",
        "administration?section=Health": "Administration",
    },
    "Idris Kaya": {"": "Access log"},
}
BESIDE = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const out = [...main.querySelectorAll('button, p, h1, h2, input')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1);
  });
  return [main.scrollWidth - main.clientWidth, out.map(e => e.dataset.testid || e.tagName)];
}"""
WIDTHS = """() => [...document.querySelectorAll('[data-testid="stMain"] p strong')]
  .map(e => e.closest('[data-testid="stMarkdown"]').getBoundingClientRect().width)
  .filter(Boolean)"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("phones"), with_worker=False) as product:
        yield product


@pytest.fixture
def page(chromium: Browser, product: Product) -> Iterator[Page]:
    """Not watched: pages that are left while they load complain of what they did not get."""
    context = chromium.new_context(viewport={"width": 420, "height": 860}, base_url=product.url)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def signed_in(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile(name)).click()
    page.get_by_role("heading", level=1).wait_for()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits(page: Page, name: str) -> None:
    signed_in(page, name)
    for address, title in PAGES[name].items():
        page.goto(f"/{address}")
        expect(page).to_have_title(f"{title} · Verbatim")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.locator('[data-testid="stSkeleton"], [data-stale="true"]')).to_have_count(0)
        assert page.evaluate(BESIDE) == [0, []], address
        if title == "Today":
            expect(page.locator('[data-testid="stMain"] p strong').first).to_be_visible()
            assert min(page.evaluate(WIDTHS)) >= NAME


def test_what_is_to_be_filled_in_stands_before_the_recorder(page: Page) -> None:
    signed_in(page, "Ruth Adeyemi")
    page.goto("/record")
    button = page.get_by_role("button", name="Start recording").bounding_box()
    client = page.get_by_role("combobox", name=re.compile("Client")).first.bounding_box()
    assert button
    assert client
    assert client["y"] < button["y"]


def test_an_address_that_leads_nowhere_leads_on(page: Page) -> None:
    signed_in(page, "Helen Marsh")
    page.goto("/record")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not for your role")
    page.goto("/treatment?client=99")
    expect(page.get_by_role("heading", level=1)).to_have_text("Treatment plan not found")
    page.get_by_role("link", name="Go to History").click()
    expect(page).to_have_title("History · Verbatim")


@pytest.mark.parametrize(
    "address", ["/foo", "/foo/", "/Today?client=1", "/start", "/session/5", "/f%C3%B6o", "/a%20b"]
)
def test_an_address_of_no_page_says_so_and_links_to_the_start(page: Page, address: str) -> None:
    """Also where Streamlit would show the start and a dialog over it, or a page that stays empty."""
    signed_in(page, "Helen Marsh")
    page.goto(address)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("There is no page at this address")
    expect(page).to_have_title("No such page · Verbatim")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Go to Today").click()
    expect(heading).to_have_text("Today")
    page.go_back()  # Streamlit leads an address that it does not know to the start
    expect(heading).to_have_text(re.compile("Today|There is no page at this address"))
    expect(page.get_by_role("dialog")).to_have_count(0)
