"""The session view in a real browser, under the product's content policy: reading, playing, finding."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session_page import FOUND, LIT, at, is_playing, line, opened, spoken

pytestmark = pytest.mark.browser


def test_lines_are_grouped_by_speaker_with_their_times(page: Page) -> None:
    opened(page, "pair-read")
    assert page.locator(".u").count() == 60
    assert line(page, 0).locator(".who").inner_text() == "Therapist"
    assert line(page, 0).locator("time").inner_text() == "0:01"
    assert line(page, 4).locator(".who").count() == 0  # the same speaker goes on
    assert page.locator(".gap").inner_text() == "5 s missing here"
    assert page.locator(".voices li").all_inner_texts()[0].split()[0] == "Therapist"


def test_a_click_on_a_line_plays_from_there(page: Page) -> None:
    opened(page, "pair-click")
    start = spoken(page, "pair-click")[7]["start"]
    line(page, 7).locator("time").click()
    expect(line(page, 7)).to_have_class("u c0 first now")
    page.wait_for_timeout(400)
    assert is_playing(page)
    assert start <= at(page) < start + 3
    assert page.locator(".go").get_attribute("aria-label") == "Pause"


# The middle of a word, once the lines above it have their real heights and it stands still.
WHERE = """async (row, word) => {
    const text = row.querySelector('p').firstChild, range = document.createRange();
    range.setStart(text, text.data.indexOf(word));
    range.setEnd(text, text.data.indexOf(word) + word.length);
    row.scrollIntoView({ block: 'center' });
    let before, box;
    do {
        before = box?.y;
        for (let i = 0; i < 6; i++) await new Promise(requestAnimationFrame);
        box = range.getBoundingClientRect();
    } while (box.y !== before);
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def test_a_click_on_a_word_plays_from_that_word(page: Page) -> None:
    opened(page, "pair-word")
    word = next(w for w in spoken(page, "pair-word")[10]["words"] if w[0] == "light")
    place = line(page, 10).evaluate(WHERE, "light")
    page.mouse.click(*place)
    page.wait_for_timeout(150)
    assert word[1] - 0.05 <= at(page) < word[1] + 1


def test_the_word_that_is_heard_is_lit(page: Page) -> None:
    opened(page, "pair-lit")
    words = spoken(page, "pair-lit")[3]["words"]
    line(page, 3).locator("time").click()
    seen: list[tuple[float, str]] = []
    for _ in range(40):
        page.wait_for_timeout(50)
        lit = page.evaluate(LIT)
        if lit:
            seen.append((at(page), lit))
    assert len({word for _, word in seen}) >= 4
    close = [
        any(w[0] == lit and w[1] - 0.2 <= now <= w[2] + 0.6 for w in words) for now, lit in seen
    ]
    assert sum(close) >= 0.9 * len(close)


def test_nothing_is_lit_in_other_lines_when_the_playhead_jumps(page: Page) -> None:
    opened(page, "pair-jump")
    line(page, 3).locator("time").click()
    page.wait_for_timeout(300)
    line(page, 9).locator("time").click()
    expect(page.locator(".u.now")).to_have_count(1)
    expect(page.locator(".u[aria-current]")).to_have_attribute("data-id", "9")


def test_keys_play_seek_and_walk(page: Page) -> None:
    opened(page, "pair-keys")
    page.keyboard.press("Space")  # nothing has the focus: the page itself
    expect(page.locator(".go")).to_have_attribute("aria-label", "Pause")
    page.keyboard.press("Space")
    expect(page.locator(".go")).to_have_attribute("aria-label", "Play")
    before = at(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert at(page) == pytest.approx(before + 10, abs=0.3)
    page.keyboard.press("ArrowLeft")
    assert at(page) == pytest.approx(before + 5, abs=0.3)
    line(page, 0).focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(line(page, 3)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert is_playing(page)
    assert at(page) == pytest.approx(spoken(page, "pair-keys")[2]["start"], abs=1)
    page.keyboard.press("End")
    expect(line(page, 59)).to_be_focused()


def test_the_list_is_one_stop_on_the_way_through_the_page(page: Page) -> None:
    opened(page, "pair-tab")
    assert page.locator('.u[tabindex="0"]').count() == 1
    line(page, 5).focus()
    assert page.locator('.u[tabindex="0"]').get_attribute("data-id") == "5"
    page.keyboard.press("Tab")
    expect(line(page, 5).locator(".who")).to_be_focused()
    page.keyboard.press("Tab")
    expect(line(page, 5).locator(".more")).to_be_focused()


def test_speed_and_position(page: Page) -> None:
    opened(page, "pair-speed")
    page.get_by_label("Speed").select_option("1.5")
    assert page.locator("audio").evaluate("audio => audio.playbackRate") == 1.5
    page.get_by_label("Position in the recording").fill("100")
    assert at(page) == pytest.approx(100, abs=0.2)
    assert page.locator(".at").inner_text().startswith("1:40 / ")
    said = page.get_by_label("Position in the recording").get_attribute("aria-valuetext")
    assert said is not None
    assert said.startswith("1:40 of ")


def test_the_list_follows_until_the_reader_scrolls_away(page: Page) -> None:
    opened(page, "pair-follow")
    line(page, 2).locator("time").click()
    page.locator(".turns").hover()
    page.mouse.wheel(0, 1500)
    expect(page.locator(".follow")).to_be_visible()
    page.locator(".follow").click()
    expect(page.locator(".follow")).to_be_hidden()
    expect(page.locator(".u.now")).to_be_in_viewport()


def test_it_opens_at_the_line_that_the_address_names(page: Page) -> None:
    opened(page, "pair-select", select="40")
    expect(line(page, 40)).to_be_focused()
    expect(line(page, 40)).to_be_in_viewport()
    assert not is_playing(page)


def test_a_rerun_leaves_rows_and_sound_alone(page: Page) -> None:
    opened(page, "pair-rerun", runs="1")
    line(page, 5).locator("time").click()
    page.locator(".u").nth(5).evaluate("row => { window.__row = row; }")
    for _ in range(3):
        before = page.get_by_text("run ", exact=False).last.inner_text()
        page.get_by_role("button", name="Run again").click()
        expect(page.get_by_text(before, exact=True)).to_have_count(0)
    assert page.locator(".u").nth(5).evaluate("row => row === window.__row")
    assert is_playing(page)


def test_words_the_machine_was_unsure_of_are_marked(page: Page) -> None:
    opened(page, "pair-low")
    low = line(page, 22).locator(".low")
    expect(low).to_have_text(["sertraline,"])
    assert low.get_attribute("title") == "Not clear in the audio, 31 % sure"
    assert page.locator(".unclear").inner_text() == "6 unclear words"
    page.locator(".unclear").click()
    expect(line(page, 10)).to_be_focused()
    page.locator(".unclear").click()
    expect(line(page, 22)).to_be_focused()


def test_find_marks_all_places_and_walks_them(page: Page) -> None:
    opened(page, "pair-find")
    field = page.get_by_label("Find words in the transcript")
    field.fill("CAR")
    expect(page.locator(".hits")).to_have_text("1 of 10")
    others, now = page.evaluate(FOUND)
    assert (len(others), now) == (9, ["car"])
    field.press("Enter")
    field.press("Enter")
    expect(page.locator(".hits")).to_have_text("3 of 10")
    field.press("Shift+Enter")
    expect(page.locator(".hits")).to_have_text("2 of 10")
    page.get_by_label("Next place").click()
    expect(page.locator(".hits")).to_have_text("3 of 10")
    field.press("Escape")
    assert field.input_value() == ""
    assert page.evaluate(FOUND) == [[], []]
    field.fill("zebra")
    expect(page.locator(".hits")).to_have_text("Not found")


def test_letters_in_a_field_stay_in_the_field(page: Page) -> None:
    """R reruns a Streamlit page and C offers to clear its cache, from anywhere but a field it knows."""
    opened(page, "pair-letters", runs="1")
    runs = page.get_by_text("run ", exact=False).last.inner_text()
    page.get_by_label("Find words in the transcript").press_sequentially("rc e m")
    page.wait_for_timeout(400)
    assert page.get_by_text("run ", exact=False).last.inner_text() == runs
    assert page.get_by_role("dialog").count() == 0
    assert page.locator(".menu:popover-open, textarea").count() == 0
    line(page, 2).focus()
    page.keyboard.press("r")
    page.keyboard.press("c")
    page.wait_for_timeout(400)
    assert page.get_by_text("run ", exact=False).last.inner_text() == runs
    assert page.get_by_role("dialog").count() == 0


AROUND = """row => [row.previousElementSibling, row.nextElementSibling].map(
  other => other?.dataset.id ?? other?.className ?? null)"""


def test_what_the_recorder_noted_stands_at_its_place(page: Page) -> None:
    opened(page, "noted-read")
    notes = page.locator(".note")
    words = [" ".join(text.split()) for text in notes.all_inner_texts()]
    said = spoken(page, "noted-read")[3]
    time, _, word = words[1].partition(" ")
    assert time == f"0:{int((said['start'] + said['end']) / 2):02}"
    assert word == '<img src=x onerror="window.__broke=1"> she said'  # stayed text
    assert page.evaluate("window.__broke ?? null") is None
    assert [words[0], words[2], words[4]] == [
        "Paused here",
        "The computer slept here, and nothing was recorded (3 min)",
        "The connection was away here; nothing is missing (8 s)",
    ]
    assert words[3].endswith("Marked as important")
    assert notes.nth(0).evaluate(AROUND) == [None, "0"]
    assert notes.nth(1).evaluate(AROUND) == ["3", "4"]  # after the line in which it was set
    assert notes.nth(2).evaluate(AROUND) == ["9", "note marked"]
    assert notes.nth(4).evaluate(AROUND) == ["29", None]
    assert line(page, 4).locator(".who").count() == 1  # who goes on is named again


def test_a_marker_plays_from_its_second(page: Page) -> None:
    opened(page, "noted-play")
    said = spoken(page, "noted-play")[3]
    page.locator(".note.marked button").first.click()
    page.wait_for_timeout(300)
    assert is_playing(page)
    assert (said["start"] + said["end"]) / 2 - 0.1 <= at(page) < said["end"] + 1
