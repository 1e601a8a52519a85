"""What the computer can do to a recording: disk, sleep, clock, microphone, silence, hours."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.microphone import listening, played, profile, signalled, visitor
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
SLEPT = 20.0  # seconds


@pytest.fixture
def context(browser: Browser, stage: str) -> Iterator[BrowserContext]:
    with visitor(browser, stage) as context:
        yield context


def slept(page: Page, client: int) -> list[tuple[float, float]]:
    events = kept(page, client)["events"]
    return [(one["at"], one["seconds"]) for one in events if one["kind"] == "sleep"]


# --- the disk -------------------------------------------------------------------------------------


def test_a_browser_that_keeps_nothing_records_from_memory_and_says_so(
    chromium: Browser, stage: str, sound: Path, source: np.ndarray, tmp_path: Path
) -> None:
    settings = {
        "profile": {"default_content_setting_values": {"cookies": 2}}
    }  # block all site data
    (tmp_path / "profile" / "Default").mkdir(parents=True)
    (tmp_path / "profile" / "Default" / "Preferences").write_text(json.dumps(settings))
    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = opened(context, client=70)
    start(page)
    expect(page.get_by_role("alert")).to_contain_text("This browser keeps nothing on the disk.")
    behave(page, 70, answers={"audio": 503})
    expect(page.locator(".safe")).to_contain_text("are kept in this window", timeout=15_000)
    page.wait_for_timeout(4000)
    behave(page, 70, answers={})
    finish(page)
    state(page, "done")
    is_whole(page, 70, source, has_disk=False)
    context.close()


def test_a_full_disk_loses_nothing_and_is_said(context: BrowserContext, source: np.ndarray) -> None:
    page = opened(context, client=71)
    start(page)
    behave(page, 71, answers={"audio": 503})
    # What Chromium does when the disk is full: the transaction ends in this error.
    page.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          window.__full = true;
          IDBObjectStore.prototype.put = function (...given) {
            if (window.__full) throw new DOMException('', 'QuotaExceededError');
            return put.apply(this, given);
          };
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("or the disk is full", timeout=15_000)
    page.evaluate("window.__full = false")
    until_here(page)
    expect(page.get_by_role("alert")).to_be_empty()  # there is room again
    behave(page, 71, answers={})
    finish(page)
    state(page, "done")
    is_whole(page, 71, source)
    assert is_emptied(page)


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_sleeping_computer_leaves_a_note_of_how_long(
    chromium: Browser, stage: str, sound: Path, source: np.ndarray, tmp_path: Path
) -> None:
    """Every process of the browser is stopped, as a closed lid does it."""
    context = profile(chromium, sound, tmp_path / "profile", stage)
    page = opened(context, client=72)
    start(page)
    page.wait_for_timeout(7000)
    at = position(page)
    assert signalled(tmp_path / "profile", SIGSTOP) > 3
    time.sleep(SLEPT)
    signalled(tmp_path / "profile", SIGCONT)
    until(page, 72, lambda it: any(e["kind"] == "sleep" for e in it["events"]), within=40)
    finish(page)
    state(page, "done")
    [(began, lasted)] = slept(page, 72)
    print(f"slept {SLEPT:.0f} s at {at:.1f} s; noted {lasted:.1f} s at {began:.1f} s")
    assert lasted == pytest.approx(SLEPT, abs=1.5)
    assert began == pytest.approx(at, abs=1.0)
    is_whole(page, 72, source)
    context.close()


def test_sleep_that_stops_the_pages_clock_is_seen_by_the_servers(
    context: BrowserContext, source: np.ndarray
) -> None:
    """On some systems the page's clock does not go on during sleep. Here it stands for some seconds."""
    page = opened(context, client=73)
    page.evaluate(
        """() => {
          const real = performance.now.bind(performance);
          let back = 0, still = null;
          performance.now = () => (still ?? real()) - back;
          window.__sleep = ms => {
            still = real();
            setTimeout(() => { back += real() - still; still = null; }, ms);
          };
        }"""
    )
    start(page)
    until(page, 73, lambda it: len(it["log"]) == 1)
    context.set_offline(True)  # nobody answers a sleeping computer
    page.evaluate("window.__sleep(8000)")
    page.wait_for_timeout(8500)
    context.set_offline(False)
    until(page, 73, lambda it: any(e["kind"] == "sleep" for e in it["events"]), within=30)
    [(_, lasted)] = slept(page, 73)
    print(f"slept 8 s, noted {lasted:.1f} s")
    assert lasted == pytest.approx(8, abs=2)
    finish(page)
    state(page, "done")
    is_whole(page, 73, source)


def test_a_changed_clock_changes_nothing(context: BrowserContext, source: np.ndarray) -> None:
    page = opened(context, client=74)
    start(page)
    began = time.monotonic()
    page.wait_for_timeout(2000)
    for hours in (1, -2):
        page.evaluate(
            "hours => { const real = Date.now; Date.now = () => real() + hours * 3.6e6; }", hours
        )
        page.wait_for_timeout(2500)
    finish(page)
    state(page, "done")
    assert kept(page, 74)["events"] == []
    assert 6.5 < position(page) < time.monotonic() - began + 1
    is_whole(page, 74, source)


@pytest.mark.long
def test_three_hours_without_a_server_are_kept_and_sent_in_order(context: BrowserContext) -> None:
    """At speed: 2,160 chunks as large as real ones go through the same door as the microphone's."""
    page = opened(context, client=75)
    start(page)
    behave(page, 75, answers={"*": 503})
    began = time.monotonic()
    page.evaluate(
        """async () => {
          const { tape } = window.__verbatimRecorder;
          for (let i = 0; i < 2160; i++) {
            const content = crypto.getRandomValues(new Uint8Array(20_000));
            await tape.take(content, 5, { type: 'audio/webm;codecs=opus' }).kept;
          }
        }"""
    )
    stored = time.monotonic() - began
    assert shelf(page)["chunks"] >= 2160
    behave(page, 75, answers={})
    began = time.monotonic()
    until(page, 75, lambda it: len(it["log"]) >= 2160, within=200)
    recording = kept(page, 75)
    sequences = [one["sequence"] for one in recording["log"]]
    lost = SLICE * len(recording["missing"])
    print(f"2,160 chunks stored in {stored:.1f} s, sent in {time.monotonic() - began:.1f} s")
    print(f"{SLICE * len(sequences):.0f} s arrived, {lost:.0f} s lost")
    assert sequences == list(range(len(sequences)))
    press(page, "Pause")
    expect(page.locator(".safe")).to_contain_text("Safe to close.")
    page.wait_for_timeout(1000)
    assert shelf(page)["chunks"] == 0


# --- the microphone -------------------------------------------------------------------------------


@pytest.mark.long
def test_silence_is_said_at_the_start_and_within(
    chromium: Browser, stage: str, tmp_path: Path
) -> None:
    with (
        listening(chromium, played(tmp_path, speech=5)) as browser,
        visitor(browser, stage) as context,
    ):
        page = opened(context, client=76)
        start(page)
        page.wait_for_timeout(20_000)
        assert page.get_by_role("alert").inner_text() == ""  # half a minute of silence is therapy
        expect(page.get_by_role("alert")).to_contain_text("No sound for 6", timeout=60_000)
        expect(page.get_by_role("alert")).to_contain_text("The recording goes on.")
        state(page, "recording")
    with (
        listening(chromium, played(tmp_path, speech=0)) as browser,
        visitor(browser, stage) as context,
    ):
        page = opened(context, client=77)
        start(page)
        expect(page.get_by_role("alert")).to_contain_text("No sound for", timeout=12_000)
        assert 7.5 < position(page) < 12


@pytest.mark.long
def test_a_microphone_that_stops_without_a_word_is_noticed(
    context: BrowserContext, source: np.ndarray
) -> None:
    page = opened(context, client=78)
    start(page)
    until(page, 78, lambda it: len(it["log"]) == 1)
    page.evaluate("window.__verbatimRecorder.head.recorder.pause()")  # it delivers nothing more
    state(page, "lost", timeout=30_000)
    press(page, "Go on recording")
    state(page, "recording")
    page.wait_for_timeout(2000)
    finish(page)
    state(page, "done")
    assert [one["kind"] for one in kept(page, 78)["events"]] == ["microphone"]
    lost = position(page) - seconds(arrived(page, 78))
    print(f"{position(page):.2f} s recorded, {lost:.2f} s lost")
    assert abs(lost) <= 0.05


def test_the_sound_of_a_call_is_recorded_with_the_microphone(context: BrowserContext) -> None:
    page = opened(context, client=79, setting="telehealth")
    page.get_by_label("Record the sound of the call").check()
    start(page)
    until(page, 79, lambda it: len(it["log"]) == 1)
    with_call = seconds(arrived(page, 79))
    page.evaluate(
        """() => {
          const [track] = window.__verbatimRecorder.mic.call.getAudioTracks();
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("The sound of the call is no longer shared.")
    state(page, "recording")
    page.wait_for_timeout(3000)
    finish(page)
    state(page, "done")
    assert with_call > 4
    lost = position(page) - seconds(arrived(page, 79))
    print(f"{position(page):.2f} s recorded, {lost:.2f} s lost")
    assert abs(lost) <= 0.05
    assert [one["kind"] for one in kept(page, 79)["events"]] == ["microphone"]


def test_captions_are_words_and_nothing_else(context: BrowserContext) -> None:
    page = opened(context, client=80, captions=1)
    start(page)
    said = '<img src=x onerror="window.__broke=1"> she said'
    first = {"start": 0.5, "end": 2.0, "text": "It was Tuesday.", "provisional": False}
    guess = {"start": 2.0, "end": 4.0, "text": "I sat in the", "provisional": True, "agreed": 2}
    behave(page, 80, captions=[first, guess])
    expect(page.locator(".lines p")).to_have_text(["It was Tuesday.", "I sat in the"])
    expect(page.locator(".lines .open")).to_have_text("in the")
    behave(page, 80, captions=[first, {**guess, "text": said, "provisional": False}])
    expect(page.locator(".lines p")).to_have_text(["It was Tuesday.", said])
    assert page.evaluate("window.__broke") is None
    page.get_by_text("Live captions").first.click()
    expect(page.locator(".caps")).to_be_hidden()
    finish(page)
    state(page, "done")
