"""The note changed by hand in a real browser: statement by statement, seen at once, asked of Python once."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PATIENCE
from tests.browser.session_page import (
    all_stored,
    is_playing,
    line,
    lit,
    read,
    sent,
    spoken,
    statement,
    written,
)

pytestmark = pytest.mark.browser
LEAVES = "dispatchEvent(new Event('beforeunload', { cancelable: true }))"
AWAY = "document.body.append(Object.assign(document.createElement('a'), { href: '#away', id: 'away' }))"
ENERGY = "Reports more energy since Tuesday."


def note(page: Page, talk: str) -> dict[str, str]:
    """Words of every statement as they are stored."""
    sections = read(page, f"/stage/{talk}/note")["sections"]
    return {one["id"]: one["text"] for section in sections for one in section["statements"]}


def watch_unsent(page: Page) -> Callable[[], list[str]]:
    """What the line about unsent changes says from now on, one after the other."""
    page.locator(".unsent").evaluate("""line => {
      window.__said = [];
      new MutationObserver(() => __said.push(line.textContent)).observe(line, { childList: true });
    }""")
    return lambda: list(page.evaluate("__said"))


def test_edit_in_place(page: Page) -> None:
    written(page, "written-edit")
    statement(page, "s5").locator(".flag button", has_text="Edit").click()
    field = page.get_by_label("Statement", exact=True)
    expect(field).to_be_focused()
    assert field.input_value() == "Sleeps seven hours on most nights."
    field.fill("Falls asleep before midnight\non most nights.")
    field.press("Control+Enter")
    expect(statement(page, "s5").locator("p")).to_contain_text(
        "Falls asleep before midnight on most nights."
    )
    [act] = sent(page, "written-edit")
    assert act == {
        "act": "note-edit", "note": 7, "rev": 1, "statement": "s5",
        "text": "Falls asleep before midnight on most nights.",
    }  # fmt: skip
    expect(page.locator(".head .open")).to_have_text("1 to check")
    expect(statement(page, "s5")).to_be_focused()


def test_leaving_the_field_saves_and_escape_does_not(page: Page) -> None:
    written(page, "written-leave")
    statement(page, "s3").focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("Thrown away.")
    page.keyboard.press("Escape")
    expect(statement(page, "s3").locator("p")).to_contain_text("Chest tightness")
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("Tightness in the chest.")
    page.get_by_role("heading", name="Nora Feldt").click()
    expect(statement(page, "s3").locator("p")).to_contain_text("Tightness in the chest.")
    assert [act["text"] for act in sent(page, "written-leave")] == ["Tightness in the chest."]


def test_keep_and_remove_and_put_back(page: Page) -> None:
    written(page, "written-answer")
    statement(page, "s5").locator(".flag button", has_text="Keep as my own").click()
    expect(statement(page, "s5").locator(".flag")).to_have_count(0)
    expect(statement(page, "s5").locator(".own")).to_have_text("own words")
    statement(page, "s6").locator(".flag button", has_text="Remove").click()
    expect(statement(page, "s6")).to_have_count(0)
    expect(page.locator(".head .open")).to_have_text("No flags. Read it before you sign.")
    acts = sent(page, "written-answer", 2)
    assert [(act["act"], act["statement"], act["rev"]) for act in acts] == [
        ("note-keep", "s5", 1),
        ("note-remove", "s6", 2),
    ]
    page.get_by_role("button", name="Put back").click()
    expect(statement(page, "s6")).to_have_count(1)
    assert sent(page, "written-answer", 3)[2]["act"] == "note-restore"


def test_add_a_statement_with_its_passages(page: Page) -> None:
    written(page, "written-add")
    page.get_by_role("button", name="Add a statement to Objective").click()
    page.get_by_label("Statement", exact=True).fill(ENERGY)
    line(page, 3).locator("p").click()
    line(page, 2).locator("p").click()
    line(page, 2).locator("p").click()  # and taken away again
    assert lit(page) == ["3"]
    assert not is_playing(page)
    page.get_by_role("button", name="Save").click()
    [act] = sent(page, "written-add")
    assert (act["section"], act["after"], act["text"], act["utterances"]) == (
        "objective", None, ENERGY, [3],
    )  # fmt: skip
    expect(page.locator(".s", has_text=ENERGY)).to_have_count(1)
    expect(page.locator('.s[data-id^="new"]')).to_have_count(0)  # it has its name from the server
    assert ENERGY in note(page, "written-add").values()


def test_an_empty_addition_leaves_nothing(page: Page) -> None:
    written(page, "written-empty")
    before = page.locator(".s").count()
    page.get_by_role("button", name="Add a statement to Plan").click()
    expect(page.locator(".s")).to_have_count(before + 1)
    page.keyboard.press("Escape")
    expect(page.locator(".s")).to_have_count(before)
    page.wait_for_timeout(300)
    assert read(page, "/stage/written-empty/acts") == []


def test_move_evidence_while_editing(page: Page) -> None:
    written(page, "written-evidence")
    statement(page, "s5").focus()
    page.keyboard.press("e")
    assert lit(page) == ["19"]
    line(page, 19).locator("p").click()
    line(page, 21).locator("p").click()
    page.get_by_role("button", name="Save").click()
    [act] = sent(page, "written-evidence")
    assert (act["act"], act["utterances"]) == ("note-evidence", [21])
    start = spoken(page, "written-evidence")[21]["start"]
    expect(statement(page, "s5").locator(".ev button")).to_have_text(
        [f"{int(start) // 60}:{int(start) % 60:02}"]
    )


def test_what_cites_is_not_shown_as_own_words(page: Page) -> None:
    """Until its last passage is taken away, which the field says before it is saved."""
    written(page, "written-level")
    statement(page, "s3").focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("Tightness in the chest.")
    page.keyboard.press("Control+Enter")
    expect(statement(page, "s3").locator("p")).to_contain_text("Tightness in the chest.")
    expect(statement(page, "s3").locator(".own")).to_have_count(0)
    statement(page, "s5").focus()
    page.keyboard.press("e")
    hint = page.get_by_text("Without a passage it is your own words.")
    expect(hint).to_have_count(0)
    line(page, 19).locator("p").click()
    expect(hint).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(statement(page, "s5").locator(".own")).to_have_text("own words")
    assert [act["act"] for act in sent(page, "written-level", 2)] == ["note-edit", "note-evidence"]


def test_move_a_statement_by_keys_and_menu(page: Page) -> None:
    written(page, "written-move")
    order = "rows => rows.map(r => r.dataset.id)"
    statement(page, "s2").focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(statement(page, "s2")).to_be_focused()
    assert page.locator(".s").evaluate_all(order)[:2] == ["s2", "s1"]
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Move down").click()
    assert page.locator(".s").evaluate_all(order)[:2] == ["s1", "s2"]
    acts = sent(page, "written-move", 2)
    assert [(act["act"], act["position"], act["rev"]) for act in acts] == [
        ("note-move", 0, 1),
        ("note-move", 1, 2),
    ]


def test_move_a_statement_to_another_section_by_keys(page: Page) -> None:
    written(page, "written-section")
    statement(page, "s3").focus()
    page.keyboard.press("m")
    page.keyboard.press("End")  # Remove
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Move to another section")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu", name="Move to another section")).to_be_visible()
    assert page.get_by_role("menuitem").all_inner_texts() == ["Objective", "Assessment", "Plan"]
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    plan = page.get_by_role("region", name="Plan")
    expect(plan.locator(".s")).to_have_count(2)
    expect(plan.locator(".s").last).to_have_attribute("data-id", "s3")
    expect(statement(page, "s3")).to_be_focused()
    [act] = sent(page, "written-section")
    assert (act["act"], act["statement"]) == ("note-move", "s3")
    assert (act["section"], act["position"]) == ("plan", 1)
    statement(page, "p1").focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Move to another section").click()
    page.keyboard.press("Escape")
    expect(statement(page, "p1")).to_be_focused()
    expect(plan.locator(".s")).to_have_count(2)  # as it is stored, too


def test_a_refused_change_is_taken_back(page: Page) -> None:
    written(page, "written-refused")
    statement(page, "s3").focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("refuse this")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("This line cannot be changed.")).to_be_visible()
    expect(statement(page, "s3").locator("p")).to_contain_text("Chest tightness", timeout=15_000)


def test_an_open_field_survives_a_rerun_and_changes_around_it(page: Page) -> None:
    written(page, "written-rerun", runs="1")
    statement(page, "s3").focus()
    page.keyboard.press("e")
    field = page.get_by_label("Statement", exact=True)
    field.fill("Half of a sen")
    field.evaluate("field => { window.__field = field; field.setSelectionRange(4, 4); }")
    line(page, 5).hover()
    line(page, 5).locator(".more").click()  # a correction of the transcript meanwhile
    page.get_by_role("menuitemradio", name="Nora").click()
    sent(page, "written-rerun")
    expect(line(page, 5).locator(".who")).to_have_count(0)
    assert field.evaluate("field => field === window.__field && field.selectionStart") == 4
    assert field.input_value() == "Half of a sen"


def test_who_speaks_gets_a_role(page: Page) -> None:
    written(page, "written-role")
    page.get_by_role("button", name="Who Nora is").click()
    expect(page.get_by_role("menuitemradio", name="Client")).to_have_attribute(
        "aria-checked", "true"
    )
    page.get_by_role("menuitemradio", name="Someone else").click()
    assert sent(page, "written-role") == [{"act": "role", "speaker": "S2", "role": "other"}]


def test_a_click_right_after_a_change_does_not_lose_it(page: Page) -> None:
    """The click runs the page anew while the run that the change began has not come to the view."""
    written(page, "written-interrupted", runs="1")
    said = watch_unsent(page)
    for ident in ("s1", "s2", "s3", "s4"):
        statement(page, ident).focus()
        page.keyboard.press("e")
        page.get_by_label("Statement", exact=True).fill(f"Changed {ident}.")
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Run again").click()
    acts = sent(page, "written-interrupted", 4)
    assert [act["text"] for act in acts] == [f"Changed {i}." for i in ("s1", "s2", "s3", "s4")]
    assert list(note(page, "written-interrupted").values())[:4] == [act["text"] for act in acts]
    assert said() == []  # and none had to be sent again


def test_a_change_that_got_lost_on_its_way_is_sent_again_and_the_page_says_so(page: Page) -> None:
    written(page, "written-deaf", deaf="1")
    said = watch_unsent(page)
    for ident in ("s1", "s2"):
        statement(page, ident).focus()
        page.keyboard.press("e")
        page.get_by_label("Statement", exact=True).fill(f"Changed {ident}.")
        page.keyboard.press("Control+Enter")
    assert page.evaluate(LEAVES) is False  # the browser asks first
    page.wait_for_timeout(3000)  # before it is patient no longer
    acts = sent(page, "written-deaf", 2)
    assert [act["text"] for act in acts] == ["Changed s1.", "Changed s2."]
    page.wait_for_function("__said.length > 1")
    assert said() == ["Not saved yet. Trying again.", ""]
    all_stored(page)
    assert page.evaluate(LEAVES) is True


def test_a_link_clicked_meanwhile_waits_says_so_and_is_followed(page: Page) -> None:
    written(page, "written-link", deaf="1")
    page.evaluate(AWAY)
    statement(page, "s1").focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("Changed s1.")
    page.keyboard.press("Control+Enter")
    page.evaluate("document.querySelector('#away').click()")
    expect(page.locator(".unsent")).to_have_text("Saving before you leave.")
    assert page.evaluate("location.hash") == ""
    page.wait_for_function("() => location.hash === '#away'")
    assert [act["text"] for act in sent(page, "written-link")] == ["Changed s1."]
    expect(page.locator(".unsent")).to_be_hidden()


def test_runs_on_each_others_heels_leave_the_view_as_it_is(page: Page) -> None:
    """A slow browser cleans one run's component up before the next has come: what is open must stay open."""
    written(page, "written-heels", runs="1")
    statement(page, "s3").focus()
    page.keyboard.press("e")
    field = page.get_by_label("Statement", exact=True)
    field.fill("Half of a sen")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    again = page.get_by_role("button", name="Run again")
    tenth = page.get_by_text(re.compile(r"^run \d{2}"))
    deadline = time.monotonic() + PATIENCE / 1000
    while not tenth.is_visible() and time.monotonic() < deadline:  # a busy server joins clicks
        again.evaluate("button => button.click()")
    expect(tenth).to_be_visible()
    assert field.input_value() == "Half of a sen"
