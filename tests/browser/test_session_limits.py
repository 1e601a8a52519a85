"""The session view with something missing, with hostile words, for every reader and every screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session_page import line, opened, sent

pytestmark = pytest.mark.browser


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
    expect(page.locator(".play")).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_a_long_session_is_laid_out_where_it_is_seen(page: Page, width: int) -> None:
    """1,500 lines: those out of sight cost no layout, and reading to the end shows the last."""
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, f"long-session-{width}")
    expect(page.locator(".u")).to_have_count(1500)
    skipped = """lines => lines.filter(
        line => !line.checkVisibility({ contentVisibilityAuto: true })).length"""
    assert page.locator(".u p").evaluate_all(skipped) > 1400
    page.locator(".turns").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(page.locator(".u").last).to_be_in_viewport(ratio=0.99)
    page.wait_for_timeout(300)  # the heights of what has come into sight are known now
    left = "box => box.scrollHeight - box.scrollTop - box.clientHeight"
    assert page.locator(".turns").evaluate(left) < 2
