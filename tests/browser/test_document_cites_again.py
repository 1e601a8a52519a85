"""Another choice of lines after a dialog that was closed: its words are those of the lines that are chosen now."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.user import Role
from services import clients
from services.access import Actor, Via
from tests.browser.chromium import PATIENCE
from tests.product import Product
from tests.services.documents.papers import LETTER, pdf, send_and_read
from tests.services.notes.noted import a_session, write_note

pytestmark = pytest.mark.browser
RUTH = Actor(1, "Ruth Adeyemi", Role.THERAPIST, Via.COMMAND)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("again") / "data", VERBATIM_SUPERVISE_WORKER="0")
    product.seed()
    product.start()
    yield product
    product.stop()


@pytest.fixture
def page(chromium: Browser, product: Product) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=product.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    page.get_by_role("heading", name="Today").wait_for()
    yield page
    context.close()


@pytest.mark.timeout(240)
def test_a_dialog_that_was_closed_leaves_no_words_behind(page: Page, product: Product) -> None:
    with product.opened():
        client = clients.create_client(RUTH, "Ida Moen")
        write_note(RUTH, a_session(RUTH, client))
        letter = send_and_read(RUTH, "letter.pdf", pdf(), client_id=client)
    page.goto(f"/document?id={letter}")
    dialog = page.get_by_role("dialog")
    said = dialog.get_by_label("Statement")
    choose = page.get_by_role("button", name="Choose the note")

    page.locator('.line[data-line="2"]').click()
    page.keyboard.press("Space")
    choose.click()
    expect(said).to_have_value(f"Letter: “{LETTER[2]}”")
    said.fill("She sleeps badly, says her doctor.")
    said.press("Tab")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator('.line[data-line="2"]').click()
    page.locator('.line[data-line="3"]').click()
    expect(page.locator(".citing .many")).to_have_text("1 line chosen")
    choose.click()
    expect(said).to_have_value(f"Letter: “{LETTER[3]}”")
