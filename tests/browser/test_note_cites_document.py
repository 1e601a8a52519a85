"""A statement takes a line of a letter as its evidence, by the keyboard; the mark opens the letter at that line, and
says so once the line reads otherwise."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from models.user import Role
from services import clients, documents, notes
from services.access import Actor, Via
from tests.browser.demo_product import demo_product, page_of
from tests.browser.session_page import statement
from tests.product import Product
from tests.services.documents.papers import LETTER, pdf, send_and_read
from tests.services.notes.noted import a_session, write_note

pytestmark = pytest.mark.browser
RUTH = Actor(1, "Ruth Adeyemi", Role.THERAPIST, Via.COMMAND)
DOSE = "Sertraline 50 mg was started on 2 March."


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("cites"), with_worker=False) as product:
        yield product


@pytest.fixture
def page(chromium: Browser, product: Product) -> Iterator[Page]:
    with page_of(chromium, product, "Ruth Adeyemi", size=(1440, 900)) as page:
        yield page


def stored(page: Page, product: Product, note: int) -> dict[str, Any]:
    """The statement, once the server has its new words: the page shows them before that."""
    with product.opened():
        for _ in range(100):
            sections = notes.read(RUTH, note)["sections"]
            found: dict[str, Any]
            [found] = [one for s in sections for one in s["statements"] if one["id"] == "s2"]
            if found["text"] == DOSE:
                return found
            page.wait_for_timeout(100)
    pytest.fail("The change did not reach the server.")


@pytest.mark.timeout(180)
def test_a_line_of_a_letter_is_cited_and_opened(page: Page, product: Product) -> None:
    with product.opened():
        client = clients.create_client(RUTH, "Ida Moen")
        recording = a_session(RUTH, client)
        note = write_note(RUTH, recording)
        letter = send_and_read(RUTH, "letter.pdf", pdf(), client_id=client)
    page.goto(f"/session?id={recording}&note={note}&statement=s2")
    expect(statement(page, "s2")).to_be_focused()

    page.keyboard.press("e")
    field = page.get_by_label("Statement", exact=True)
    field.fill(DOSE)
    page.get_by_role("button", name="Cite a document").press("Enter")
    words = page.get_by_label("Find a line by its words")
    expect(words).to_be_focused()
    expect(page.locator(".papers .found button")).to_have_count(len(LETTER) + 3)
    words.press_sequentially("SERTRALINE mg")
    expect(page.locator(".papers .found button")).to_have_count(1)
    words.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".papers .found button")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")  # out of the panel; the statement stays open
    expect(page.locator(".papers")).to_be_hidden()
    expect(field).to_have_value(DOSE)
    expect(page.locator(".writing .paper")).to_contain_text("letter.pdf, p. 1")
    page.keyboard.press("Control+Enter")

    mark = statement(page, "s2").get_by_role("link")
    expect(mark).to_have_text("p. 1")
    expect(mark).to_have_attribute("title", re.compile(re.escape(LETTER[3])))
    expect(statement(page, "s2").locator(".own, .flag")).to_have_count(0)  # held against the letter
    cited = stored(page, product, note)["evidence"]
    assert [(one["document_id"], one["quote"]) for one in cited[:1]] == [(letter, LETTER[3])]
    assert [one["utterances"] for one in cited[1:]] == [(1,)]

    mark.click()
    expect(page).to_have_url(re.compile(rf"/document\?id={letter}&page=1&line=3$"))
    expect(page.locator('.line[data-line="3"]')).to_be_focused()
    with product.opened():
        documents.correct_line(RUTH, letter, 1, 3, "Sertraline 75 mg was started.")
    page.go_back()
    mark = statement(page, "s2").get_by_role("link")
    expect(mark).to_have_text("p. 1, changed")
    statement(page, "s2").focus()
    page.keyboard.press("e")
    page.get_by_role("button", name="Remove letter.pdf, page 1").click()
    page.get_by_role("button", name="Save").click()
    expect(statement(page, "s2").get_by_role("link")).to_have_count(0)
