"""The note beside the transcript in a real browser: what it says, and where that comes from."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session_page import (
    HOVER,
    at,
    is_playing,
    line,
    lit,
    sent,
    spoken,
    statement,
    written,
)

pytestmark = pytest.mark.browser


def test_a_statement_shows_where_it_comes_from(page: Page) -> None:
    written(page, "written-marks")
    starts = [spoken(page, "written-marks")[i]["start"] for i in (12, 13, 14)]
    marks = statement(page, "a1").locator(".ev button")
    expect(marks).to_have_text([f"{int(s) // 60}:{int(s) % 60:02}" for s in starts])
    expect(page.locator(".head .title")).to_have_text("SOAP note")
    expect(page.locator(".head .open")).to_have_text("2 to check")
    quote = statement(page, "s2").locator("q")
    assert quote.inner_text().startswith("“That it would be quiet")
    assert "Literata" in quote.evaluate("q => getComputedStyle(q).fontFamily")
    assert "Literata" not in statement(page, "s3").locator("p").evaluate(
        "p => getComputedStyle(p).fontFamily"
    )
    expect(page.locator(".sec", has_text="Objective").locator(".na").last).to_have_text(
        "Not assessed"
    )
    expect(statement(page, "a2").locator(".own")).to_have_text("own words")


def test_hover_lights_its_lines_and_moves_nothing(page: Page) -> None:
    written(page, "written-hover")
    before = page.locator(".turns").evaluate("box => box.scrollTop")
    statement(page, "s4").hover()
    assert lit(page) == ["19", "21"]
    statement(page, "s1").hover()
    assert lit(page) == ["1", "3"]
    page.locator(".play").hover()
    assert lit(page) == []
    assert page.locator(".turns").evaluate("box => box.scrollTop") == before
    assert not is_playing(page)


def test_click_plays_from_its_first_line(page: Page) -> None:
    written(page, "written-click")
    start = spoken(page, "written-click")[19]["start"]
    statement(page, "s4").locator("p").click(position={"x": 20, "y": 8})
    expect(page.locator(".go")).to_have_attribute("aria-label", "Pause")
    assert start <= at(page) < start + 4
    assert lit(page) == ["19", "21"]
    expect(line(page, 19)).to_be_in_viewport()
    page.locator(".play").hover()
    assert lit(page) == ["19", "21"]  # stays with the one that was chosen


def test_a_time_plays_its_own_passage(page: Page) -> None:
    written(page, "written-mark")
    start = spoken(page, "written-mark")[21]["start"]
    statement(page, "s4").locator(".ev button").nth(1).click()
    expect(page.locator(".go")).to_have_attribute("aria-label", "Pause")
    assert start <= at(page) < start + 4


def test_focus_scrolls_to_its_lines(page: Page) -> None:
    written(page, "written-focus")
    statement(page, "s6").focus()
    expect(line(page, 22)).to_be_in_viewport()
    assert lit(page) == ["22", "23"]
    assert not is_playing(page)


def test_a_line_marks_the_statements_that_use_it(page: Page) -> None:
    written(page, "written-cites")
    line(page, 23).locator("time").click()
    cites = page.locator(".s.cites")
    expect(cites).to_have_count(2)
    assert cites.evaluate_all("rows => rows.map(r => r.dataset.id)") == ["s6", "p1"]
    expect(statement(page, "s6")).to_be_in_viewport()
    line(page, 2).locator("time").click()
    expect(cites).to_have_count(0)


def test_keys_walk_the_note_and_play_its_evidence(page: Page) -> None:
    written(page, "written-keys")
    page.keyboard.press("j")
    expect(statement(page, "s1")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(statement(page, "s3")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    expect(statement(page, "s1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".go")).to_have_attribute("aria-label", "Pause")
    assert spoken(page, "written-keys")[1]["start"] <= at(page)
    page.keyboard.press("Space")
    expect(page.locator(".go")).to_have_attribute("aria-label", "Play")
    page.keyboard.press("End")
    expect(statement(page, "p1")).to_be_focused()
    assert page.locator('.s[tabindex="0"]').count() == 1
    page.keyboard.press("Tab")
    expect(statement(page, "p1").locator(".ev button")).to_be_focused()


def test_risk_stands_above_everything_and_plays(page: Page) -> None:
    written(page, "written-risk")
    band = page.locator(".risk")
    expect(band).to_contain_text("Risk was mentioned")
    expect(band.locator(".apart")).to_have_text(
        [re.compile("May hint at risk"), re.compile("asked")]
    )
    assert "no risk" not in band.inner_text().lower()
    denied = band.get_by_role("button", name=", denied, play from there")
    expect(denied).to_have_count(1)
    expect(denied).to_contain_text("every morning")
    top = band.evaluate("b => b.getBoundingClientRect().bottom")
    assert top <= page.locator(".bar").evaluate("b => b.getBoundingClientRect().top") + 1
    start = spoken(page, "written-risk")[26]["start"]
    band.locator("button").first.click()
    expect(page.locator(".go")).to_have_attribute("aria-label", "Pause")
    assert start <= at(page) < start + 4
    expect(line(page, 26)).to_be_in_viewport()


def test_a_reader_sees_flags_and_no_way_to_answer(page: Page) -> None:
    written(page, "written-locked", locked="1")
    expect(statement(page, "s5").locator(".flag")).to_contain_text("“seven hours” is not in")
    assert page.locator(".flag button, .s .tools, .add:visible").count() == 0
    statement(page, "s5").focus()
    page.keyboard.press("e")
    page.keyboard.press("m")
    assert page.locator("textarea, .menu:popover-open").count() == 0


def test_it_opens_at_the_statement_that_the_address_names(page: Page) -> None:
    written(page, "written-link", statement="p1")
    expect(statement(page, "p1")).to_be_focused()
    expect(statement(page, "p1")).to_be_in_viewport()
    expect(line(page, 23)).to_be_in_viewport()
    assert not is_playing(page)


def test_markup_in_a_note_stays_text(page: Page) -> None:
    written(page, "writtenmarkup-text")
    expect(statement(page, "m1").locator("p")).to_contain_text("<img src=x onerror=")
    expect(statement(page, "s1").locator(".remark")).to_contain_text("<img src=x onerror=")
    statement(page, "m1").focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("<b onclick=x>“<img src=x>”</b>")
    page.keyboard.press("Control+Enter")
    sent(page, "writtenmarkup-text")
    assert page.locator(".frame img, .frame b[onclick]").count() == 0
    assert page.evaluate("() => window.__broke ?? null") is None


@pytest.mark.parametrize(
    ("status", "words"), [(404, "not one of yours"), (500, "It is safe on the server")]
)
def test_a_note_that_does_not_come_is_said_in_words(page: Page, status: int, words: str) -> None:
    page.route("**/stage/**/note", lambda route: route.fulfill(status=status))
    page.goto(f"/?talk=written-absent{status}")
    expect(page.locator(".unwritten")).to_contain_text(words)
    expect(page.locator(".u")).to_have_count(60)  # the transcript is there all the same
    if status == 500:
        page.unroute("**/stage/**/note")
        page.get_by_role("button", name="Try again").click()
        page.wait_for_selector(".s")


@pytest.mark.parametrize("page", [{"width": 820, "height": 1180}], indirect=True)
def test_on_a_tablet_the_note_stands_above_the_transcript(page: Page) -> None:
    written(page, "written-tablet")
    place = "e => { const r = e.getBoundingClientRect(); return [r.top, r.bottom]; }"
    note_at = page.locator(".written").evaluate(place)
    said_at = page.locator(".said").evaluate(place)
    player = page.locator(".play").evaluate(place)
    assert note_at[1] <= said_at[0] + 1
    assert said_at[1] <= player[0] + 1
    expect(page.locator(".play")).to_be_in_viewport(ratio=1)
    wide = page.evaluate(
        """() => { const main = document.querySelector('[data-testid="stMain"]');
        return main.scrollWidth - main.clientWidth; }"""
    )
    assert wide <= 0


def test_hover_is_quick_beside_a_long_transcript(page: Page) -> None:
    written(page, "writtenlong-hover")
    expect(page.locator(".u")).to_have_count(1500)
    median = page.evaluate(HOVER)
    print(f"hover to lit, 1,500 lines: median {median:.2f} ms")
    assert median < 25  # 5 on a quiet machine
