"""The recorder on the whole product with PostgreSQL, which is stopped while somebody speaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.microphone import visitor
from tests.browser.product_recorder import choose_client, ended, is_whole, recording
from tests.browser.recorder_page import press, start, state
from tests.product import Product
from tests.servers.postgres import database_on, server_of_ones_own

pytestmark = [pytest.mark.browser, pytest.mark.long]
STOPPED = 30.0  # seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with server_of_ones_own() as running:
        yield running


@pytest.fixture
def product(tmp_path: Path, server: Any) -> Iterator[Product]:
    with database_on(server.get_uri()) as url:
        product = Product(tmp_path / "data", DATABASE_URL=url)
        product.seed()
        try:
            product.start()
            yield product
        finally:
            product.stop()


def test_a_stopped_database_loses_nothing_and_signs_nobody_out(
    browser: Browser, product: Product, server: Any, source: np.ndarray
) -> None:
    with visitor(browser, product.url) as context:
        page = recording(context)
        page.wait_for_timeout(6000)
        server.stop()
        page.wait_for_timeout(STOPPED * 1000)
        safe = page.locator(".safe")
        assert safe.get_attribute("data-kind") == "warn"
        expect(safe).to_contain_text("and will be sent.")
        expect(page.get_by_role("alert")).to_be_empty()  # nobody is asked to sign in again
        state(page, "recording")
        server.start()
        expect(safe).to_contain_text("Safe on the server up to", timeout=60_000)
        recording_id = ended(page)
        is_whole(product, page, recording_id, source)
        with product.sign_in() as client:
            product.wait_until_done(client, recording_id)
        # The app has found its database again: the next session is like any other.
        press(page, "Record another session")
        choose_client(page)
        start(page)
        page.wait_for_timeout(2000)
        ended(page)
