"""What the recorder's fault tests share: a browser whose microphone plays the demo's session."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT, served
from tests.browser.microphone import decoded, listening, played


@pytest.fixture(scope="module")
def stage() -> Iterator[str]:
    with served("stage_app:app", ROOT / "tests" / "browser" / "stage") as address:
        yield address


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
