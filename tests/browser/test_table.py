"""Lists in a real browser: rows to tick and rows to open, by hand and by the keyboard, on a screen and on a phone."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def opened(page: Page, **more: object) -> Page:
    page.goto("/lists?" + "&".join(f"{key}={value}" for key, value in more.items()))
    page.get_by_role("table", name="Papers").wait_for()
    return page


def people(page: Page) -> Locator:
    return page.get_by_role("table", name="People")


def told(page: Page, words: str) -> None:
    expect(page.get_by_text(words)).to_be_visible()


def test_a_click_anywhere_in_a_row_ticks_it_and_another_unticks_it(page: Page) -> None:
    opened(page)
    row = people(page).get_by_role("row").nth(2)
    row.get_by_text("Person 2").click()
    told(page, "ticked 2")
    expect(people(page).get_by_role("radio", name="Person 2")).to_be_checked()
    people(page).get_by_role("radio", name="Person 4").click()
    told(page, "ticked 4")
    expect(people(page).locator("tr.on")).to_have_count(1)
    people(page).get_by_text("Person 4").click()
    told(page, "ticked None")
    expect(people(page).locator("tr.on, :checked")).to_have_count(0)


def test_the_arrow_keys_tick_and_the_focus_stays(page: Page) -> None:
    opened(page)
    first = people(page).get_by_role("radio", name="Person 1")
    first.focus()
    page.keyboard.press("Space")
    told(page, "ticked 1")
    page.keyboard.press("ArrowDown")
    told(page, "ticked 2")
    page.keyboard.press("ArrowDown")
    told(page, "ticked 3")
    expect(people(page).get_by_role("radio", name="Person 3")).to_be_focused()


def test_a_tick_stays_with_its_row_when_another_comes_in(page: Page) -> None:
    opened(page)
    people(page).get_by_text("Person 2").click()
    told(page, "ticked 2")
    page.get_by_text("One more").click()
    people(page).get_by_text("Person 9").wait_for()
    told(page, "ticked 2")
    expect(people(page).get_by_role("radio", name="Person 2")).to_be_checked()
    people(page).get_by_text("Person 9").click()
    told(page, "ticked 9")
    page.get_by_text("One more").click()  # its row is gone, and the tick with it
    told(page, "ticked None")
    expect(people(page).locator(":checked")).to_have_count(0)


def test_a_row_is_opened_once_by_hand_or_by_its_link(page: Page) -> None:
    opened(page)
    papers = page.get_by_role("table", name="Papers")
    impatient = "cell => { cell.click(); cell.click(); }"  # at once, however busy the machine is
    papers.get_by_text("Failed").evaluate(impatient)
    told(page, "opened 80, run 2")
    page.wait_for_timeout(1000)
    told(page, "opened 80, run 2")
    link = papers.get_by_role("link", name="Letter")
    link.focus()
    page.keyboard.press("Enter")
    told(page, "opened 70, run 3")
    with page.context.expect_page() as another:
        papers.get_by_text("Read").click(modifiers=["ControlOrMeta"])
    assert another.value.url.endswith("/other?paper=70")
    told(page, "opened 70, run 3")


def test_words_stay_words_and_are_found_by_the_browser(page: Page) -> None:
    opened(page)
    expect(people(page).get_by_text("<img src=x onerror=window.__broke=1>").first).to_be_visible()
    assert page.evaluate("window.__broke") is None
    assert page.evaluate("window.find('Person 4')")


def test_text_that_is_marked_to_be_copied_ticks_nothing(page: Page) -> None:
    opened(page)
    box = people(page).get_by_text("Person 3").bounding_box()
    assert box
    page.mouse.move(box["x"] + 14, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)
    expect(people(page).locator(":checked")).to_have_count(0)
    told(page, "run 1")


def test_a_long_list_scrolls_under_its_head_by_the_keyboard_too(page: Page) -> None:
    opened(page)
    region = page.get_by_role("region", name="Entries")
    region.focus()
    page.keyboard.press("End")
    expect(region.get_by_role("row").last).to_be_in_viewport()
    expect(region.get_by_role("columnheader", name="When")).to_be_in_viewport()


def test_on_a_phone_a_row_is_a_card(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page)
    cell = people(page).get_by_role("cell", name="Person 2", exact=True)
    expect(cell).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = people(page).bounding_box()
    box = cell.bounding_box()
    assert frame
    assert box
    assert frame["width"] <= 390
    assert box["width"] > 250
    people(page).get_by_text("Person 2").click()
    told(page, "ticked 2")
