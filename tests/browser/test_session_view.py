"""The session view in a real browser, under the product's content policy."""

import json
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

LIT = """() => {
  const lit = CSS.highlights.get('verbatim-word');
  return lit ? [...lit].map(String).join() : null;
}"""
FOUND = """() => ['verbatim-found', 'verbatim-found-now'].map(name =>
  [...CSS.highlights.get(name) ?? []].map(String))"""


def opened(page: Page, talk: str, **more: str) -> Page:
    """The session page of a talk of its own. Its lines are there."""
    query = "&".join(f"{key}={value}" for key, value in {"talk": talk, **more}.items())
    page.goto(f"/?{query}")
    page.wait_for_selector(".u, .notice:not([hidden])")
    return page


def line(page: Page, utterance: int) -> Locator:
    return page.locator(f'.u[data-id="{utterance}"]')


def at(page: Page) -> float:
    return float(page.locator("audio").evaluate("audio => audio.currentTime"))


def is_playing(page: Page) -> bool:
    return bool(page.locator("audio").evaluate("audio => !audio.paused"))


def sent(page: Page, talk: str, number: int = 1) -> list[dict[str, Any]]:
    """What Python was asked to do, once it was asked `number` times."""
    for _ in range(100):
        acts = read(page, f"/stage/{talk}/acts")
        if len(acts) >= number:
            return acts
        page.wait_for_timeout(50)
    pytest.fail(f"Python was asked {len(acts)} times, not {number}.")


def read(page: Page, path: str) -> Any:
    base = page.url.split("/?")[0]
    with urllib.request.urlopen(base + path, timeout=5) as answer:
        return json.load(answer)


def spoken(page: Page, talk: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = read(page, f"/stage/{talk}/transcript")["utterances"]
    return said


def choose(page: Page, utterance: int, item: str) -> None:
    line(page, utterance).hover()
    line(page, utterance).locator(".more").click()
    page.locator(".menu button", has_text=item).click()


# --- reading and playing --------------------------------------------------------------------------


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


def test_a_click_on_a_word_plays_from_that_word(page: Page) -> None:
    opened(page, "pair-word")
    word = next(w for w in spoken(page, "pair-word")[10]["words"] if w[0] == "light")
    place = line(page, 10).evaluate(
        """row => { const text = row.querySelector('p').firstChild, range = document.createRange();
        range.setStart(text, text.data.indexOf('light')); range.setEnd(text, text.data.indexOf('light') + 5);
        const box = range.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }"""
    )
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


# --- marks, find ----------------------------------------------------------------------------------


def test_words_the_machine_was_unsure_of_are_marked(page: Page) -> None:
    opened(page, "pair-low")
    low = line(page, 22).locator(".low")
    assert low.all_inner_texts() == ["sertraline,"]
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


# --- corrections ----------------------------------------------------------------------------------


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


# --- what can be missing, what people say ---------------------------------------------------------


def test_markup_in_what_people_say_stays_text(page: Page) -> None:
    opened(page, "markup-said")
    assert line(page, 0).locator("p").inner_text().startswith("<img src=x onerror=")
    line(page, 1).focus()
    page.keyboard.press("e")
    page.locator("textarea").fill('<img src=x onerror="window.__broke=1">')
    page.keyboard.press("Control+Enter")
    page.locator(".voices button").first.click()
    page.get_by_label("New name for Therapist").fill("<img src=x onerror=window.__broke=1>")
    page.keyboard.press("Enter")
    sent(page, "markup-said", 2)
    line(page, 1).locator(".mark").click()
    page.get_by_label("Find words in the transcript").fill("<img")
    expect(page.locator(".hits")).to_have_text("1 of 3")
    line(page, 1).hover()
    line(page, 1).locator(".more").click()
    assert page.locator(".frame img, .menu img").count() == 0
    assert page.evaluate("() => window.__broke") is None


def test_no_speech_is_said_in_words(page: Page) -> None:
    opened(page, "empty-none")
    expect(page.locator(".notice")).to_contain_text("No speech was found in this recording.")
    assert page.locator(".go").is_enabled()


@pytest.mark.parametrize(
    ("talk", "words"),
    [("gone", "does not exist, or it is not one of yours"), ("broken", "It is safe on the server")],
)
def test_a_transcript_that_does_not_come_is_said_in_words(
    page: Page, talk: str, words: str
) -> None:
    page.route(
        "**/stage/**/transcript", lambda route: route.fulfill(status=404 if talk == "gone" else 500)
    )
    opened(page, "pair-absent")
    expect(page.locator(".notice")).to_contain_text(words)
    page.unroute("**/stage/**/transcript")
    if talk == "broken":
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".u")).to_have_count(60)


def test_without_audio_the_transcript_is_there_and_the_player_says_so(page: Page) -> None:
    opened(page, "pair-mute", mute="1")
    assert page.locator(".u").count() == 60
    assert page.locator(".go").is_disabled()
    expect(page.locator(".keys")).to_have_text("There is no audio to play.")


def test_audio_that_cannot_be_played_is_said_in_words(page: Page) -> None:
    page.route("**/stage/audio", lambda route: route.fulfill(status=500))
    opened(page, "pair-broken")
    expect(page.locator(".keys")).to_contain_text("The audio could not be played.")
    assert page.locator(".go").is_disabled()


# --- for everyone ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", [{"theme": "light"}, {"theme": "dark", "width": 820}], indirect=True
)
def test_every_control_has_a_name_and_a_role(page: Page) -> None:
    opened(page, "six-names")
    line(page, 3).focus()
    page.keyboard.press("m")
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = {
        "button",
        "slider",
        "textbox",
        "searchbox",
        "combobox",
        "menuitem",
        "menuitemradio",
        "menu",
    }
    controls = [n for n in nodes if not n["ignored"] and n["role"]["value"] in roles]
    assert len(controls) > 70
    nameless = [
        n["role"]["value"] for n in controls if not n.get("name", {}).get("value", "").strip()
    ]
    assert nameless == []


def test_six_speakers_have_six_colours(page: Page) -> None:
    opened(page, "six-colours")
    colours = page.locator(".voices .dot").evaluate_all(
        "dots => dots.map(dot => getComputedStyle(dot).backgroundColor)"
    )
    assert len(colours) == len(set(colours)) == 6


@pytest.mark.parametrize("page", [{"width": 820, "height": 1180}], indirect=True)
def test_a_tablet_needs_no_sideways_scrolling(page: Page) -> None:
    opened(page, "six-tablet")
    wide, high = page.evaluate(
        """() => { const main = document.querySelector('[data-testid="stMain"]');
        return [main.scrollWidth - main.clientWidth, main.scrollHeight - main.clientHeight]; }"""
    )
    assert wide <= 0
    assert high <= 1  # the player is in sight without scrolling
    expect(page.locator(".play")).to_be_in_viewport(ratio=1)


def test_a_long_session_is_read_at_once(page: Page) -> None:
    """1,500 lines: rows out of sight cost no layout. The figures are printed with -s."""
    opened(page, "long-session")
    expect(page.locator(".u")).to_have_count(1500)
    frames = page.locator(".turns").evaluate(
        """async box => { const times = []; let last = performance.now();
        for (let i = 0; i < 60; i++) { box.scrollTop += 400; await new Promise(requestAnimationFrame);
          const now = performance.now(); times.push(now - last); last = now; }
        return times.sort((a, b) => a - b); }"""
    )
    median = frames[len(frames) // 2]
    print(f"scroll frame: median {median:.1f} ms, worst {frames[-1]:.1f} ms")
    assert median < 60
