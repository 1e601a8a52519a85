"""The recorder on the whole product: server killed, database locked, signed out elsewhere; the words that come out."""

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from services.adapters.audio import SAMPLE_RATE
from tests.browser.conftest import ROOT
from tests.browser.microphone import RATE, decoded, listening, played, visitor
from tests.browser.product_recorder import arrived, ended, is_whole, ready, recording
from tests.browser.reading import error_rates, stored_sound
from tests.browser.recorder_page import position, press, seconds, start, state
from tests.product import Product

pytestmark = pytest.mark.browser
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
SESSIONS = ("sessions/session_1688_1998.flac", "sessions/session_2414_2609.flac")
AROUND = 4.0, 20.0  # seconds of silence before and after
DOWN = 5.0  # seconds that the server is away
LOCKED = 30.0  # seconds that the database is


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("recorder") / "data")
    product.seed()
    try:
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    with visitor(browser, product.url) as context:
        yield context


def test_a_killed_server_loses_nothing_and_pausing_still_works(
    context: BrowserContext, product: Product, source: np.ndarray
) -> None:
    page = recording(context)
    page.wait_for_timeout(6000)
    product.kill_app()
    page.wait_for_timeout(DOWN * 1000)
    expect(page.locator(".safe")).to_contain_text("No connection. The last")
    expect(page.get_by_role("dialog")).to_have_count(0)  # Streamlit's own would lie over the button
    press(page, "Pause")
    state(page, "paused")
    product.start()
    expect(page.locator(".safe")).to_contain_text("Safe to close.", timeout=20_000)
    press(page, "Resume recording")
    page.wait_for_timeout(2000)
    recording_id = ended(page)
    length = seconds(arrived(product, recording_id))
    lost = position(page) - length
    print(f"{length:.2f} s arrived, {lost:.2f} s lost")
    assert abs(lost) <= 0.05


@pytest.mark.long
def test_a_locked_database_loses_nothing(
    context: BrowserContext, product: Product, source: np.ndarray
) -> None:
    page = recording(context)
    page.wait_for_timeout(3000)
    with sqlite3.connect(product.folder / "verbatim.db", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        page.wait_for_timeout(LOCKED * 1000)
        assert page.locator(".safe").get_attribute("data-kind") == "warn"
        database.execute("ROLLBACK")
    is_whole(product, page, ended(page), source)


def test_two_computers_record_the_same_client_at_once_into_two_sessions(
    chromium: Browser, context: BrowserContext, product: Product, sound: Path, source: np.ndarray
) -> None:
    """A second recording of the same client: perhaps a mistake, but never a reason to lose one of them."""
    page = recording(context)
    with listening(chromium, sound) as another, visitor(another, product.url) as elsewhere:
        second = ready(elsewhere)
        start(second)
        second.wait_for_timeout(7000)
        ids = [ended(page), ended(second)]
        assert ids[0] != ids[1]
        for one, recording_id in zip((page, second), ids, strict=True):
            is_whole(product, one, recording_id, source)


def test_signed_out_elsewhere_nothing_of_the_client_is_on_the_screen_and_all_of_it_arrives(
    context: BrowserContext, product: Product, source: np.ndarray
) -> None:
    page = recording(context)
    other = context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Ruth Adeyemi").click()
    other.get_by_text("Sign out", exact=True).click()
    other.get_by_role("button", name=re.compile("Ruth Adeyemi")).wait_for()
    began = time.monotonic()
    cover = page.locator("[data-verbatim=recorder]")
    expect(cover.get_by_role("heading", name="You are signed out")).to_be_visible()
    print(f"covered {time.monotonic() - began:.1f} s after the sign-out")
    assert time.monotonic() - began < 3
    assert "/record" in page.url
    assert page.evaluate("document.getElementById('root').inert")
    page.wait_for_timeout(8000)
    with page.expect_popup() as popup:
        cover.get_by_role("button", name="Sign in again").click()
    popup.value.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    expect(cover).to_have_count(0, timeout=20_000)
    expect(page.locator(".safe")).to_contain_text("Safe on the server up to", timeout=20_000)
    # The page belongs to the new sign-in, and shows the recording again.
    expect(page.get_by_role("heading", name="This session")).to_be_visible(timeout=60_000)
    is_whole(product, page, ended(page), source)


def test_a_browser_without_opus_in_webm_records_mp4(
    context: BrowserContext, product: Product, source: np.ndarray
) -> None:
    """As Safari does. Chromium can make both; it is told that it cannot."""
    context.add_init_script(
        """const can = MediaRecorder.isTypeSupported;
        MediaRecorder.isTypeSupported = type => !type.includes('webm') && can.call(MediaRecorder, type);"""
    )
    page = recording(context)
    page.wait_for_timeout(11_000)
    recording_id = ended(page)
    length = seconds(arrived(product, recording_id))
    print(f"{length:.2f} s arrived as MP4, {position(page) - length:.2f} s lost")
    assert length == pytest.approx(position(page), abs=0.3)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.skipif(not (EVAL / SESSIONS[0]).exists(), reason="The sessions are not here.")
def test_what_was_recorded_reads_like_the_file_that_was_played(
    chromium: Browser, tmp_path: Path
) -> None:
    """Both sessions at once, in a browser each. No worker beside them: on a computer that transcribes with all its
    cores Chromium's own microphone skips, and what it never played nobody records."""
    files = [played(tmp_path, of=EVAL / name, silence=AROUND) for name in SESSIONS]
    product = Product(tmp_path / "data", VERBATIM_SUPERVISE_WORKER="0")
    product.seed()
    product.start()
    try:
        recorded = _recorded(chromium, product, files)
    finally:
        product.stop()
    meant = _meant()
    recordings = error_rates(meant, [stored_sound(product, ident) for ident in recorded])
    sounds = error_rates(meant, [decoded(file.read_bytes(), rate=SAMPLE_RATE) for file in files])
    print(f"WER recorded {median(recordings):.2f} %, played {median(sounds):.2f} %")
    assert median(recordings) <= median(sounds) + 1


def _recorded(chromium: Browser, product: Product, files: list[Path]) -> list[int]:
    with ExitStack() as stack:
        pages = []
        for file in files:
            browser = stack.enter_context(listening(chromium, file))
            pages.append(recording(stack.enter_context(visitor(browser, product.url))))
        longest = max(len(decoded(file.read_bytes())) / RATE for file in files)
        pages[-1].wait_for_timeout((longest - AROUND[1] + 2) * 1000)
        return [ended(page) for page in pages]


def _meant() -> list[str]:
    entries = json.loads((EVAL / "manifest.json").read_text())
    turns = [next(one for one in entries if one["path"] == name)["turns"] for name in SESSIONS]
    return [" ".join(words for *_, words in of_one) for of_one in turns]
