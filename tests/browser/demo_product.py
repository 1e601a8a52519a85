"""The whole product with its demo, and a page where somebody is signed in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import PATIENCE
from tests.browser.conftest import Watch
from tests.product import Product


@contextmanager
def demo_product(folder: Path, *, with_worker: bool = True) -> Iterator[Product]:
    """On a data folder of its own in `folder`."""
    chosen = {} if with_worker else {"VERBATIM_SUPERVISE_WORKER": "0"}
    product = Product(folder / "data", **chosen)
    product.seed()
    try:
        product.start()
        yield product
    finally:
        product.stop()


@contextmanager
def page_of(
    chromium: Browser, product: Product, name: str | None = None, *, size: tuple[int, int]
) -> Iterator[Page]:
    """A page of a browser of its own, with `name` signed in where one is given. Afterwards it must not have thrown,
    broken the policy or asked another host."""
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, base_url=product.url
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, product.url)
    page = context.new_page()
    if name:
        page.goto("/")
        page.get_by_role("button", name=re.compile(name)).click()
        page.get_by_role("heading", name="Today").wait_for()
    yield page
    context.close()
    assert not watch.complaints, watch.complaints
