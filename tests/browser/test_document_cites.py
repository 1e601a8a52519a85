"""From a document's page into a note: lines chosen with the mouse and by the keyboard, over two pages; the statement
stands in the note, and a draft is made from the letter."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from models.user import Role
from services import clients, notes
from services.access import Actor, Via
from tests.browser.demo_product import demo_product, page_of
from tests.browser.session_page import statement
from tests.product import Product
from tests.services.documents.papers import LETTER, SECOND, pdf, send_and_read
from tests.services.notes.noted import a_session, write_note

pytestmark = pytest.mark.browser
RUTH = Actor(1, "Ruth Adeyemi", Role.THERAPIST, Via.COMMAND)
SHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("paper"), with_worker=False) as product:
        yield product


@pytest.fixture
def page(chromium: Browser, product: Product) -> Iterator[Page]:
    with page_of(chromium, product, "Ruth Adeyemi", size=(1440, 900)) as page:
        yield page


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"document-cites-{name}.png")


def line(page: Page, number: int) -> str:
    return f'.line[data-line="{number}"]'


@pytest.mark.timeout(240)
def test_lines_are_chosen_and_become_a_statement(page: Page, product: Product) -> None:
    with product.opened():
        client = clients.create_client(RUTH, "Ida Moen")
        recording = a_session(RUTH, client)
        note = write_note(RUTH, recording)
        letter = send_and_read(RUTH, "letter.pdf", pdf(), client_id=client)
    page.goto(f"/document?id={letter}")

    # By the keyboard: Space on a line begins, arrows go on, Escape forgets.
    page.locator(line(page, 2)).click()
    expect(page.locator(".tick")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.locator(".citing .many")).to_have_text("1 line chosen")
    expect(page.locator(".boxes i.chosen")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".tick")).to_have_count(0)
    expect(page.get_by_role("button", name="Cite in a note")).to_be_focused()
    page.keyboard.press("Enter")
    choose = page.get_by_role("button", name="Choose the note")
    expect(choose).to_be_disabled()
    expect(page.locator(line(page, 2))).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # edits nothing while lines are chosen
    expect(page.locator(".field")).to_have_count(0)
    expect(page.locator(".citing .many")).to_have_text("1 line chosen")

    # With the mouse, on the picture of the next page, and a line taken back.
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(line(page, 1))).to_contain_text(SECOND[1])
    page.locator('.boxes i[data-key="l1"]').click()
    page.locator(line(page, 0)).click()
    expect(page.locator(".citing .many")).to_have_text("3 lines chosen")
    page.locator(f"{line(page, 0)} .tick").click()
    expect(page.locator(".citing .many")).to_have_text("2 lines chosen")
    expect(page.locator(f"{line(page, 0)} .tick")).not_to_be_checked()
    expect(page.locator(f"{line(page, 1)} .tick")).to_be_checked()
    shoot(page, "chosen")
    choose.click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Statement")).to_have_value(f"Letter: “{LETTER[3]} … {SECOND[1]}”")
    shoot(page, "dialog")
    dialog.get_by_role("button", name="Add to the note").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Added to SOAP note, Subjective.")).to_be_visible()
    expect(page.locator(".tick")).to_have_count(0)
    page.get_by_role("button", name="Open it there").click()
    page.wait_for_url(re.compile(rf"/session\?id={recording}&note={note}&statement=w"))
    made = page.locator(".s").filter(has_text="Sertraline 50 mg")
    expect(made).to_be_focused()
    expect(made.get_by_role("link")).to_have_text(["p. 1", "p. 2"])
    expect(made.locator(".own, .flag")).to_have_count(0)
    shoot(page, "in-the-note")

    # Back at the letter's line, which a statement that is there takes as evidence; on a tablet at night.
    page.set_viewport_size({"width": 820, "height": 1180})
    page.emulate_media(color_scheme="dark")
    made.get_by_role("link", name="p. 2").click()
    page.wait_for_url(f"**/document?id={letter}&page=2&line=1")
    expect(page.locator(line(page, 1))).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".citing .many")).to_have_text("1 line chosen")
    shoot(page, "tablet")
    choose.click()
    dialog.get_by_label("Add as").click()
    page.get_by_role("option", name="Evidence for: The tram was late again.").click()
    expect(dialog.get_by_text("Its words stay as they are.")).to_be_visible()
    expect(dialog.get_by_label("Statement")).to_have_count(0)
    shoot(page, "as-evidence")
    dialog.get_by_role("button", name="Add to the note").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Open it there").click()
    expect(statement(page, "s2")).to_be_focused()
    expect(statement(page, "s2").get_by_role("link")).to_have_text(["p. 2"])


@pytest.mark.timeout(240)
def test_a_note_is_drafted_from_a_letter(page: Page, product: Product) -> None:
    with product.opened():
        client = clients.create_client(RUTH, "Ivo Brandt")
        recording = a_session(RUTH, client)
        note = write_note(RUTH, recording)
        letter = send_and_read(RUTH, "letter.pdf", pdf(), client_id=client)
    page.goto(f"/session?id={recording}&note={note}")
    expect(statement(page, "s2")).to_be_visible()
    page.get_by_test_id("stMenuButtonButton").click()
    page.get_by_text("Draft again", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("letter.pdf · Letter · 2 pages").click()
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    shoot(page, "draft-again")
    dialog.get_by_role("button", name="Draft again").click()
    expect(dialog).to_be_hidden()
    drawn = page.get_by_text("Drafted from the session and letter.pdf.")
    expect(drawn).to_be_visible()
    dose = page.locator(".s").filter(has_text="Sertraline 50 mg")
    expect(dose).to_contain_text(f"Letter: “{LETTER[3]}”")
    expect(dose.locator(".flag")).to_have_count(0)
    shoot(page, "drafted")
    with product.opened():
        assert notes.read(RUTH, note)["documents"][0]["document_id"] == letter
    drawn.get_by_role("link").click()
    page.wait_for_url(f"**/document?id={letter}")


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
    expect(said).to_have_count(1)  # the field of the dialog before stands until the run is through
    expect(said).to_have_value(f"Letter: “{LETTER[3]}”")
