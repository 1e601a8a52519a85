"""What can happen to a recording in a browser. Whatever it is, what was said before is on the server or in the
browser afterwards, and each test prints the seconds that are not."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.microphone import decoded, kill, profile, skipped, visitor
from tests.browser.recorder_page import (
    SLICE,
    arrived,
    behave,
    finish,
    is_emptied,
    is_whole,
    kept,
    opened,
    position,
    press,
    seconds,
    shelf,
    start,
    state,
    until,
    until_here,
)

pytestmark = pytest.mark.browser
LATE = 0.5  # seconds that a busy machine may take to put a chunk on the disk


@pytest.fixture
def context(browser: Browser, stage: str) -> Iterator[BrowserContext]:
    with visitor(browser, stage) as context:
        yield context


# --- the browser dies -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_online", [True, False])
def test_a_killed_browser_loses_one_interval_at_most(
    chromium: Browser,
    stage: str,
    sound: Path,
    source: np.ndarray,
    tmp_path: Path,
    is_online: bool,
) -> None:
    client = 50 + is_online
    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = opened(context, client=client)
    start(page)
    if not is_online:
        context.set_offline(True)
        until_here(page)
    else:
        until(page, client, lambda it: len(it["log"]) == 1)
    page.wait_for_timeout(3000)
    page.keyboard.press("m")
    page.wait_for_timeout(500)
    had = position(page)
    kill(tmp_path / "profile")

    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = context.new_page()
    page.goto(f"/today?client={client}")  # whatever page is opened, what is here is sent
    sign = page.locator("[data-verbatim=recorder]")
    expect(sign).to_contain_text("An interrupted recording waits for you")
    sign.get_by_role("button", name="Go to it").click()
    state(page, "recovered")
    expect(page.locator(".whose")).to_contain_text("Nora Feldt")
    before = seconds(arrived(page, client))
    print(f"{had:.2f} s recorded, {had - before:.2f} s lost (online: {is_online})")
    assert had - before <= SLICE + LATE
    assert [one["kind"] for one in kept(page, client)["events"]] == ["marker"]
    went_on = position(page)
    press(page, "Go on recording")
    state(page, "recording")
    page.wait_for_timeout(2500)
    finish(page)
    state(page, "done")
    after = arrived(page, client)
    assert seconds(after) - before == pytest.approx(position(page) - went_on, abs=0.05)
    assert len(skipped(after[: round(before * 16_000)], source)) >= 3
    assert is_emptied(page)
    context.close()


def test_a_session_that_was_ended_is_completed_on_the_next_visit(
    chromium: Browser, stage: str, sound: Path, source: np.ndarray, tmp_path: Path
) -> None:
    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = opened(context, client=52)
    start(page)
    behave(page, 52, answers={"*": 503})
    page.wait_for_timeout(7000)
    finish(page)
    state(page, "finishing")
    page.wait_for_timeout(500)
    had = position(page)
    kill(tmp_path / "profile")
    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = opened(context, client=52)
    state(page, "recovering")
    behave(page, 52, answers={})
    state(page, "done", timeout=40_000)
    lost = had - seconds(arrived(page, 52))
    print(f"{had:.2f} s recorded and ended, {lost:.2f} s lost")
    assert abs(lost) < 0.05
    assert kept(page, 52)["state"] == "processing"
    assert is_emptied(page)
    context.close()


def test_what_lies_on_the_disk_is_sealed(
    chromium: Browser, stage: str, sound: Path, tmp_path: Path
) -> None:
    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = opened(context, client=53)
    start(page)
    behave(page, 53, answers={"*": 503})
    page.keyboard.press("m")
    page.locator(".word").fill("unmistakable")
    page.locator(".word").press("Enter")
    until_here(page)
    assert shelf(page) == {"recordings": 1, "chunks": 1, "notes": 1}
    session = kept(page, 53)["session"]
    kill(tmp_path / "profile")
    stored = [path.read_bytes() for path in (tmp_path / "profile").rglob("*") if path.is_file()]
    assert any(session.encode() in content for content in stored)  # the right files are looked at
    for plain in (b"OpusHead", b"unmistakable", b"Nora"):
        places = [content for content in stored if plain in content and session.encode() in content]
        assert places == [], plain


def test_another_tab_sends_what_a_closed_one_left(context: BrowserContext) -> None:
    """The therapist leaves in spite of the browser's question; what was said is kept while it asks."""
    page = opened(context, client=54)
    start(page)
    behave(page, 54, answers={"audio": 503})
    other = opened(context, client=54)
    state(other, "elsewhere")
    until_here(page)
    page.wait_for_timeout(2000)
    page.bring_to_front()
    page.locator(".timer").click()  # browsers ask only somebody who has touched the page
    page.on("dialog", lambda dialog: dialog.accept())
    had = position(page)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    behave(other, 54, answers={})
    state(other, "recovered")
    lost = had - seconds(arrived(other, 54))
    print(f"{had:.2f} s recorded, {lost:.2f} s lost with the tab")
    assert lost <= SLICE + LATE  # most often nothing: the browser may close before the disk answers
    press(other, "Finish session")
    state(other, "done")
    assert is_emptied(other)


# --- the line and the server ----------------------------------------------------------------------


def test_a_lost_connection_is_said_and_everything_is_sent_afterwards(
    context: BrowserContext, source: np.ndarray
) -> None:
    page = opened(context, client=60)
    start(page)
    context.set_offline(True)
    expect(page.locator(".safe")).to_contain_text("No connection. The last", timeout=15_000)
    page.wait_for_timeout(9000)
    context.set_offline(False)
    until(page, 60, lambda it: any(e["kind"] == "connection" for e in it["events"]))
    finish(page)
    state(page, "done")
    is_whole(page, 60, source)
    assert [one["sequence"] for one in kept(page, 60)["log"]] == [0, 1, 2, 3][
        : len(kept(page, 60)["log"])
    ]


def test_an_answer_that_is_no_answer_of_ours_deletes_nothing(
    context: BrowserContext, source: np.ndarray
) -> None:
    page = opened(context, client=61)
    start(page)
    behave(page, 61, answers={"audio": 200})  # a guest network's welcome page
    until_here(page)
    page.wait_for_timeout(2500)
    assert shelf(page)["chunks"] >= 1
    behave(page, 61, answers={})
    finish(page)
    state(page, "done")
    is_whole(page, 61, source)


def test_an_answer_that_was_lost_is_made_good(context: BrowserContext, source: np.ndarray) -> None:
    page = opened(context, client=62)
    start(page)
    behave(page, 62, answers={"lose answer": 1})
    until(page, 62, lambda it: len(it["log"]) >= 2)
    assert [one["sequence"] for one in kept(page, 62)["log"]][:2] == [0, 0]
    press(page, "Pause")
    expect(page.locator(".safe")).to_contain_text("Safe to close.")
    behave(page, 62, answers={"lose answer": 1})
    finish(page)  # paused and all sent: the last part is empty
    state(page, "done")
    is_whole(page, 62, source)


@pytest.mark.parametrize(("status", "words"), [(413, "parts of this size"), (409, "already ended")])
def test_what_the_server_never_takes_stays_here_and_can_be_saved(
    context: BrowserContext, tmp_path: Path, status: int, words: str
) -> None:
    page = opened(context, client=63)
    start(page)
    behave(page, 63, answers={"audio": status})
    expect(page.locator(".safe")).to_contain_text(words, timeout=20_000)
    state(page, "recording")
    finish(page)
    state(page, "failed")
    had = position(page)
    with page.expect_download() as download:
        press(page, "Save the sound on this computer")
    download.value.save_as(tmp_path / "saved.webm")
    saved = seconds(decoded((tmp_path / "saved.webm").read_bytes()))
    print(f"{had:.2f} s recorded, {had - saved:.2f} s not in the saved file")
    assert saved == pytest.approx(had, abs=0.05)
    behave(page, 63, answers={})
    press(page, "Try again")
    state(page, "done")
    assert seconds(arrived(page, 63)) == pytest.approx(had, abs=0.05)
    assert is_emptied(page)


def test_a_recording_of_another_account_waits_for_it(context: BrowserContext) -> None:
    page = opened(context, client=64)
    start(page)
    behave(page, 64, answers={"*": 503})
    until_here(page)
    page.on("dialog", lambda dialog: dialog.accept())
    behave(page, 64, answers={"*": 404})
    had = position(page)
    page.goto("/record?client=65")
    expect(page.locator(".whose")).to_contain_text("A recording of another account")
    state(page, "idle")
    start(page)  # it is in nobody's way
    finish(page)
    state(page, "done")
    assert shelf(page)["chunks"] >= 1
    behave(page, 64, answers={})
    page.reload()
    state(page, "recovered")
    lost = had - seconds(arrived(page, 64))
    print(f"{had:.2f} s recorded, {lost:.2f} s lost with the page")
    assert lost <= SLICE + LATE
