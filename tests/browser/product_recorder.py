"""The recorder on the whole product, as its tests speak of it."""

import re

import numpy as np
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.microphone import decoded, skipped
from tests.browser.recorder_page import finish, is_emptied, position, seconds, start, state
from tests.product import Product


def ready(context: BrowserContext) -> Page:
    """Signed in, on the Record page, a client chosen."""
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("link", name="Record").click()
    choose_client(page)
    return page


def choose_client(page: Page) -> None:
    box = page.get_by_role("combobox", name=re.compile("Client")).first
    box.click()
    box.fill("Daniel")
    page.get_by_role("option", name="Daniel Ferreira").click()
    expect(page.get_by_role("button", name="Start recording")).to_be_enabled()


def recording(context: BrowserContext) -> Page:
    """The same, and the recorder running."""
    page = ready(context)
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


def is_whole(product: Product, page: Page, recording_id: int, source: np.ndarray) -> None:
    """Everything that the recorder counted is stored, without a hole."""
    sound = arrived(product, recording_id)
    later = skipped(sound, source)
    lost = max(position(page) - seconds(sound), max(later) - min(later))
    print(f"{seconds(sound):.2f} s arrived, {lost:.2f} s lost")
    assert abs(lost) <= 0.05
