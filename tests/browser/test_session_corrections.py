"""Corrections in the session view: seen at once, asked of Python once, shown as they are stored."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session_page import at, choose, is_playing, line, opened, read, sent, spoken

pytestmark = pytest.mark.browser


def test_rename_a_speaker_everywhere(page: Page) -> None:
    opened(page, "pair-rename")
    line(page, 1).locator(".who").click()
    field = page.get_by_label("New name for Nora")
    field.fill("Nora F.")
    field.press("Enter")
    expect(line(page, 1).locator(".who")).to_have_text("Nora F.")
    assert sent(page, "pair-rename") == [{"act": "rename", "speaker": "S2", "name": "Nora F."}]
    names = set(page.locator(".who").all_text_contents())  # rows out of sight too
    assert names == {"Therapist", "Nora F."}
    assert "Nora F." in page.locator(".voices").inner_text()


def test_rename_can_be_given_up(page: Page) -> None:
    opened(page, "pair-giveup")
    page.locator(".voices button", has_text="Nora").click()
    page.get_by_label("New name for Nora").fill("Someone")
    page.keyboard.press("Escape")
    expect(page.locator(".voices button", has_text="Nora")).to_be_focused()
    page.wait_for_timeout(300)
    assert read(page, "/stage/pair-giveup/acts") == []


def test_the_name_of_another_speaker_makes_both_one(page: Page) -> None:
    opened(page, "six-join")
    page.locator(".voices button", has_text="Speaker 6").click()
    field = page.get_by_label("New name for Speaker 6")
    field.fill("paul")
    expect(page.locator(".hint")).to_have_text("This name is taken: Enter makes both one speaker.")
    field.press("Enter")
    [act] = sent(page, "six-join")
    assert (act["act"], act["speaker"], len(act["ids"])) == ("reassign", "S3", 8)
    expect(page.locator(".voices")).not_to_contain_text("Speaker 6")


def test_give_a_line_to_another_speaker(page: Page) -> None:
    opened(page, "pair-move")
    choose(page, 4, "Therapist")
    expect(line(page, 4).locator(".who")).to_have_text("Therapist")
    assert sent(page, "pair-move") == [{"act": "reassign", "ids": [4], "speaker": "S1"}]


def test_give_a_whole_turn_to_someone_new(page: Page) -> None:
    opened(page, "pair-turn")
    line(page, 4).hover()
    line(page, 4).locator(".more").click()
    page.get_by_role("menuitemcheckbox", name="All 2 lines of this turn").click()
    page.get_by_role("menuitem", name="Someone else").click()
    assert sent(page, "pair-turn") == [{"act": "reassign", "ids": [3, 4], "speaker": "new"}]
    expect(line(page, 3).locator(".who")).to_have_text("Speaker 3")
    expect(page.locator(".voices li")).to_have_count(3)


def test_join_a_line_to_the_one_before(page: Page) -> None:
    opened(page, "pair-merge")
    first, second = (spoken(page, "pair-merge")[i]["text"] for i in (3, 4))
    choose(page, 4, "Join to the line before")
    expect(line(page, 4)).to_have_count(0)
    expect(line(page, 3).locator("p")).to_have_text(f"{first} {second}")
    assert sent(page, "pair-merge") == [{"act": "merge", "id": 4}]
    assert page.locator(".u").count() == 59


def test_correct_words_and_read_what_the_machine_heard(page: Page) -> None:
    opened(page, "pair-correct")
    line(page, 17).focus()
    page.keyboard.press("e")
    field = page.locator("textarea")
    expect(field).to_be_focused()
    assert field.input_value() == "Getting in the door."
    field.fill("Getting through the door.")
    field.press("Control+Enter")
    expect(line(page, 17).locator("p")).to_have_text("Getting through the door.")
    expect(line(page, 17)).to_be_focused()
    act = {"act": "correct", "id": 17, "text": "Getting through the door."}
    assert sent(page, "pair-correct") == [act]
    mark = line(page, 17).locator(".mark")
    expect(mark).to_have_text("corrected")
    mark.click()
    expect(line(page, 17).locator(".heard q")).to_have_text("Getting in the door.")
    line(page, 17).get_by_role("button", name="Put back").click()
    expect(line(page, 17).locator("p")).to_have_text("Getting in the door.")
    assert sent(page, "pair-correct", 2)[1] == {"act": "restore", "id": 17}
    expect(line(page, 17).locator(".mark")).to_have_count(0)


def test_escape_keeps_the_words(page: Page) -> None:
    opened(page, "pair-escape")
    line(page, 2).focus()
    page.keyboard.press("e")
    page.locator("textarea").fill("Something else")
    page.keyboard.press("Escape")
    expect(line(page, 2).locator("p")).to_have_text("Tell me about one of them.")
    page.wait_for_timeout(300)
    assert read(page, "/stage/pair-escape/acts") == []


def test_a_line_can_be_heard_again_while_it_is_corrected(page: Page) -> None:
    opened(page, "pair-listen")
    said = spoken(page, "pair-listen")[2]
    line(page, 2).focus()
    page.keyboard.press("e")
    page.get_by_role("button", name="Listen").click()
    page.wait_for_timeout(200)
    assert is_playing(page)
    expect(page.locator(".go")).to_have_attribute("aria-label", "Play", timeout=5000)
    assert at(page) == pytest.approx(said["end"], abs=0.4)
    assert page.locator("textarea").count() == 1


def test_quick_corrections_all_arrive_in_order(page: Page) -> None:
    """The second is wished before the first is answered; none takes the place of another."""
    opened(page, "pair-quick")
    for utterance in (0, 2, 5, 7):
        line(page, utterance).focus()
        page.keyboard.press("e")
        page.locator("textarea").fill(f"Line {utterance}.")
        page.keyboard.press("Control+Enter")
    acts = sent(page, "pair-quick", 4)
    assert [act["id"] for act in acts] == [0, 2, 5, 7]
    page.wait_for_timeout(500)
    for utterance in (0, 2, 5, 7):
        expect(line(page, utterance).locator("p")).to_have_text(f"Line {utterance}.")


def test_a_refused_correction_is_taken_back(page: Page) -> None:
    """The page says why; after a while the view shows what is stored, not what was wished."""
    opened(page, "pair-refused")
    line(page, 2).focus()
    page.keyboard.press("e")
    page.locator("textarea").fill("refuse this")
    page.keyboard.press("Control+Enter")
    expect(line(page, 2).locator("p")).to_have_text("refuse this")
    expect(page.get_by_text("This line cannot be changed.")).to_be_visible()
    expect(line(page, 2).locator("p")).to_have_text("Tell me about one of them.", timeout=12_000)
    choose(page, 4, "Therapist")  # and the next wish is heard as ever
    assert sent(page, "pair-refused", 2)[1]["act"] == "reassign"


def test_the_menu_by_keys(page: Page) -> None:
    opened(page, "pair-menu")
    line(page, 6).focus()
    page.keyboard.press("m")
    expect(page.get_by_role("menu")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Play from here")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Correct the words")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Someone else")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Play from here")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(line(page, 6)).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()


def test_a_reader_who_may_not_correct_sees_no_way_to(page: Page) -> None:
    opened(page, "pair-locked", locked="1")
    assert page.locator(".more, button.who, button.voice").count() == 0
    line(page, 2).focus()
    page.keyboard.press("e")
    page.keyboard.press("m")
    assert page.locator("textarea, .menu:popover-open").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_timeout(150)
    assert is_playing(page)
