"""The recorder on the whole product: server killed, database locked, signed out elsewhere; the words that come out."""

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.microphone import RATE, decoded, listening, played, skipped, visitor
from tests.browser.recorder_page import finish, is_emptied, position, press, seconds, start, state
from tests.product import Product

pytestmark = pytest.mark.browser
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
REAL = "sessions/session_1688_1998.flac"
DOWN = 5.0  # seconds that the server is away
LOCKED = 30.0  # seconds that the database is


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("recorder") / "data")
    product.seed()
    product.start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("played"))


@pytest.fixture(scope="module")
def browser(chromium: Browser, sound: Path) -> Iterator[Browser]:
    with listening(chromium, sound) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, product: Product) -> Iterator[BrowserContext]:
    with visitor(browser, product.url) as context:
        yield context


def recording(context: BrowserContext) -> Page:
    """Signed in, a client chosen, and the recorder running."""
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("link", name="Record").click()
    box = page.get_by_role("combobox", name=re.compile("Client")).first
    box.click()
    box.fill("Daniel")
    page.get_by_role("option", name="Daniel Ferreira").click()
    expect(page.get_by_role("button", name="Start recording")).to_be_enabled()
    start(page)
    return page


def ended(page: Page, within: float = 40_000) -> int:
    """Finishes; the recording's id once the server has all of it."""
    finish(page)
    state(page, "done", timeout=within)
    assert is_emptied(page)
    return int(page.evaluate("window.__verbatimRecorder.tape.id"))


def arrived(product: Product, recording_id: int) -> np.ndarray:
    """The sound as the server has stored it."""
    with product.opened():
        from sqlalchemy import select

        from models.database import sessions
        from models.recording import AudioBlob
        from services import vault

        with sessions()() as session:
            rows = select(AudioBlob).where(AudioBlob.recording_id == recording_id)
            blobs = session.scalars(rows.order_by(AudioBlob.sequence)).all()
            assert [blob.sequence for blob in blobs] == list(range(len(blobs)))
            return decoded(b"".join(b"".join(vault.blobs().read(blob.path)) for blob in blobs))


def is_whole(product: Product, page: Page, recording_id: int, source: Path) -> None:
    sound = arrived(product, recording_id)
    later = skipped(sound, decoded(source.read_bytes()))
    lost = max(position(page) - seconds(sound), max(later) - min(later))
    print(f"{seconds(sound):.2f} s arrived, {lost:.2f} s lost")
    assert abs(lost) <= 0.05


def test_a_killed_server_loses_nothing_and_pausing_still_works(
    context: BrowserContext, product: Product, sound: Path
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
    sound_there = arrived(product, recording_id)
    lost = position(page) - seconds(sound_there)
    print(f"{seconds(sound_there):.2f} s arrived, {lost:.2f} s lost")
    assert abs(lost) <= 0.05


def test_a_locked_database_loses_nothing(
    context: BrowserContext, product: Product, sound: Path
) -> None:
    page = recording(context)
    page.wait_for_timeout(3000)
    with sqlite3.connect(product.folder / "verbatim.db", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        page.wait_for_timeout(LOCKED * 1000)
        assert page.locator(".safe").get_attribute("data-kind") == "warn"
        database.execute("ROLLBACK")
    is_whole(product, page, ended(page), sound)


def test_signed_out_elsewhere_nothing_of_the_client_is_on_the_screen_and_all_of_it_arrives(
    context: BrowserContext, product: Product, sound: Path
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
    is_whole(product, page, ended(page), sound)


@pytest.mark.skipif(
    not (EVAL / REAL).exists(), reason="The sessions to evaluate with are not here."
)
def test_what_was_recorded_reads_like_what_was_uploaded(
    chromium: Browser, product: Product, tmp_path: Path
) -> None:
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    entries = json.loads((EVAL / "manifest.json").read_text())
    turns = next(entry for entry in entries if entry["path"] == REAL)["turns"]
    plain = EnglishTextNormalizer()
    meant = plain(" ".join(words for _, _, _, words in turns))
    spoken = played(tmp_path, of=EVAL / REAL)
    length = len(decoded((EVAL / REAL).read_bytes())) / RATE
    with listening(chromium, spoken) as browser, visitor(browser, product.url) as context:
        page = recording(context)
        page.wait_for_timeout(length * 1000 + 300)
        recorded = ended(page)
    with product.sign_in() as client:
        form = {
            "therapist_userid": "1",
            "therapist_clientid": "1",
            "session_id": "uploaded",
            "is_last_blob": "True",
        }
        sent = {"file": ("session.flac", (EVAL / REAL).read_bytes())}
        answer = client.post("/api/v1/audio", data=form, files=sent, timeout=60)
        found = {}
        for how, ident in ("recorded", recorded), ("uploaded", answer.json()["recording_id"]):
            product.wait_until_done(client, ident)
            said = client.get(f"/api/v1/sessions/{ident}/transcript").json()["utterances"]
            text = plain(" ".join(one["text"] for one in said))
            found[how] = 100 * jiwer.wer(meant, text)
    print(f"WER recorded {found['recorded']:.2f} %, uploaded {found['uploaded']:.2f} %")
    assert found["recorded"] <= found["uploaded"] + 1
