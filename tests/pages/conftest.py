"""Errors with their names: the product's configuration hides them from the page, where a test looks for them."""

from collections.abc import Iterator

import pytest
from streamlit import config

SHOWN = "client.showErrorDetails"


@pytest.fixture(autouse=True)
def named_errors() -> Iterator[None]:
    before = config.get_option(SHOWN)
    config.set_option(SHOWN, "full")
    yield
    config.set_option(SHOWN, before)
