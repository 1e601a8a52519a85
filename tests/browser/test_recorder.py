"""The recorder in a real browser whose microphone plays a file: nothing of it may be lost.

What needs minutes is in tests/faults/test_recorder_faults.py.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.microphone import decoded, listening, played, skipped, visitor
from tests.browser.recorder_page import (
    arrived,
    behave,
    finish,
    is_emptied,
    kept,
    opened,
    position,
    press,
    seconds,
    shelf,
    start,
    state,
    told,
    until,
)  # fmt: skip

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("played"))


@pytest.fixture(scope="module")
def source(sound: Path) -> np.ndarray:
    return decoded(sound.read_bytes())


@pytest.fixture(scope="module")
def browser(chromium: Browser, sound: Path) -> Iterator[Browser]:
    with listening(chromium, sound) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, stage: str) -> Iterator[BrowserContext]:
    with visitor(browser, stage) as context:
        yield context


def test_what_is_said_arrives_whole_a_pause_captures_nothing_and_nothing_stays_here(
    context: BrowserContext, source: np.ndarray
) -> None:
    page = opened(context, client=20)
    start(page)
    told(page, "recording")
    until(page, 20, lambda it: len(it["log"]) == 1)
    assert position(page) > 4
    press(page, "Pause")
    told(page, "paused")
    expect(page.locator(".safe")).to_contain_text("Safe to close.")
    at = position(page)
    page.wait_for_timeout(2000)
    assert position(page) == at
    press(page, "Resume recording")
    page.wait_for_timeout(2000)
    finish(page)
    told(page, f"done {kept(page, 20)['id']}")
    sound, recording = arrived(page, 20), kept(page, 20)
    later = skipped(sound, source)
    [pause] = recording["events"]
    lost = position(page) - seconds(sound)
    print(f"{seconds(sound):.2f} s arrived, {lost:.2f} s lost, pause {later[-1] - later[0]:.2f} s")
    assert abs(lost) < 0.05
    assert max(later[:4]) - min(later[:4]) < 0.05
    assert later[-1] - later[0] == pytest.approx(pause["seconds"], abs=0.4)
    assert (pause["kind"], pause["at"]) == ("pause", pytest.approx(at, abs=0.01))
    last = recording["last"]
    assert [one["name"] for one in recording["log"]] == [
        f"chunk-000{n}.webm" for n in range(last + 1)
    ]
    assert recording["state"] == "processing"
    assert is_emptied(page)


def test_it_goes_on_through_reruns_and_other_pages_and_takes_markers(
    context: BrowserContext, source: np.ndarray
) -> None:
    page = opened(context, client=21)
    start(page)
    page.wait_for_timeout(1200)
    page.keyboard.press("m")
    expect(page.locator(".marked")).to_have_text(re.compile("Marked 0:0[1-5]"))
    for _ in range(3):
        press(page, "Run again")
        page.wait_for_timeout(300)
    press(page, "Mark this moment")
    expect(page.locator(".word")).to_be_focused()
    page.keyboard.type("<b>sleep</b> more")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    expect(page.locator("[data-verbatim=recorder]")).to_contain_text("Recording")
    until(page, 21, lambda it: len(it["log"]) == 1)
    page.get_by_role("button", name="Go to it").click()
    state(page, "recording")
    told(page, "recording")
    expect(page.locator("[data-verbatim=recorder]")).to_have_count(0)
    finish(page)
    state(page, "done")
    later = skipped(arrived(page, 21), source)
    lost = max(later) - min(later)
    print(f"{lost:.2f} s lost over 3 reruns and 2 changes of page")
    assert lost < 0.05
    first, second = sorted(kept(page, 21)["events"], key=lambda event: event["at"])
    assert [first["word"], second["word"]] == [None, "<b>sleep</b> more"]
    assert 1.1 < first["at"] < second["at"] - 0.5


def test_a_lost_microphone_is_said_and_another_one_goes_on_in_the_same_session(
    context: BrowserContext, source: np.ndarray
) -> None:
    page = opened(context, client=23)
    start(page)
    page.wait_for_timeout(3000)
    # The device cannot be unplugged here. What the browser does then is this: the track ends, and says so.
    page.evaluate(
        """() => {
          const [track] = window.__verbatimRecorder.mic.own.getAudioTracks();
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }"""
    )
    state(page, "lost")
    expect(page.get_by_role("alert")).to_contain_text("The microphone is gone.")
    told(page, "paused")
    expect(page.locator(".safe")).to_contain_text("is safe on the server")
    before = seconds(arrived(page, 23))
    page.locator(".mic select").select_option(label="Fake Audio Input 1")
    state(page, "recording")
    expect(page.get_by_role("alert")).to_be_empty()
    page.wait_for_timeout(3000)
    finish(page)
    state(page, "done")
    sound = arrived(page, 23)
    print(
        f"{position(page) - seconds(sound):.2f} s lost, {before:.2f} s before the microphone went"
    )
    assert before > 2.6
    assert seconds(sound) == pytest.approx(position(page), abs=0.05)
    assert seconds(sound) > before + 2.5
    [event] = kept(page, 23)["events"]
    assert (event["kind"], event["at"]) == ("microphone", pytest.approx(before, abs=0.05))


def test_signed_out_elsewhere_it_records_on_and_sends_later(context: BrowserContext) -> None:
    page = opened(context, client=24)
    start(page)
    behave(page, 24, answers={"*": 401})
    cover = page.locator("[data-verbatim=recorder]")
    expect(cover).to_contain_text("You are signed out", timeout=10_000)
    expect(cover).to_contain_text("wait here until you have signed in again.")
    assert shelf(page)["chunks"] == 1
    cover.get_by_role("button", name="Finish session").click()
    told(page, "finishing")
    assert kept(page, 24)["log"] == []
    behave(page, 24, answers={})
    state(page, "done")
    expect(cover).to_have_count(0)
    lost = position(page) - seconds(arrived(page, 24))
    print(f"{lost:.2f} s lost while signed out")
    assert abs(lost) < 0.05
    assert is_emptied(page)


def test_one_tab_records_the_other_says_where_and_leaving_is_warned_of(
    context: BrowserContext,
) -> None:
    page = opened(context, client=25)
    start(page)
    other = opened(context, client=25)
    state(other, "elsewhere")
    expect(other.locator(".safe")).to_contain_text("Another tab or window of this browser is")
    assert other.get_by_role("button", name="Start recording").is_disabled()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    state(page, "recording")
    finish(page)
    state(page, "done")
    state(other, "idle")
    start(other)  # a second recording of the same client
    state(page, "elsewhere")
    finish(other)
    state(other, "done")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_without_consent_client_or_permission_nothing_starts(chromium: Browser, stage: str) -> None:
    with visitor(chromium, stage) as context:  # a machine without a microphone
        page = opened(context, client=26, shut=1)
        expect(page.locator(".safe")).to_have_text("Waiting for the client's consent.")
        assert page.get_by_role("button", name="Start recording").is_disabled()
        page = opened(context, client=26)
        context.grant_permissions(["microphone"], origin=stage)
        press(page, "Start recording")
        expect(page.get_by_role("alert")).to_contain_text("No microphone was found.")
        state(page, "idle")
    flags = [*FLAGS, "--use-fake-device-for-media-stream"]  # and nobody who allows it
    browser = chromium.browser_type.launch(executable_path=chromium_path(), args=flags)
    with visitor(browser, stage) as context:
        page = opened(context, client=26)
        press(page, "Start recording")
        expect(page.get_by_role("alert")).to_contain_text("does not let this page use")
        context.grant_permissions(["microphone"], origin=stage)
        page.goto("/record?client=409")
        press(page, "Start recording")
        expect(page.get_by_role("alert")).to_contain_text("has not consented to recording")
        state(page, "idle")
    browser.close()
