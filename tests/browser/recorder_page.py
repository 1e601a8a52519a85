"""The recorder of the stage, as its tests speak of it."""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.microphone import RATE, decoded, skipped

SLICE = 5.0  # seconds of a chunk


def opened(context: BrowserContext, **more: object) -> Page:
    """The Record page. The recorder is there."""
    page = context.new_page()
    page.goto("/record?" + "&".join(f"{key}={value}" for key, value in more.items()))
    page.wait_for_selector(".rec .big")
    return page


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()


def start(page: Page) -> None:
    press(page, "Start recording")
    state(page, "recording")


def state(page: Page, name: str, timeout: float = 20_000) -> None:
    expect(page.locator(".rec")).to_have_attribute("data-state", name, timeout=timeout)


def told(page: Page, words: str) -> None:
    """What Python was told."""
    expect(page.get_by_text(f"status {words}")).to_be_visible()


def finish(page: Page) -> None:
    press(page, "Finish session")
    if page.locator(".rec").get_attribute("data-state") == "recording":
        press(page, "Finish session")


def kept(page: Page, client: int) -> dict[str, Any]:
    """The server's newest recording of a client."""
    found: list[dict[str, Any]] = _read(page, "/stage/recordings")
    return [one for one in found if one["client"] == client][-1]


def until(
    page: Page, client: int, is_so: Callable[[dict[str, Any]], bool], within: float = 20
) -> None:
    deadline = time.monotonic() + within
    while not is_so(kept(page, client)):
        assert time.monotonic() < deadline, kept(page, client)
        page.wait_for_timeout(100)


def behave(page: Page, client: int, **how: Any) -> None:
    path = f"/stage/recordings/{kept(page, client)['id']}/behave"
    request = urllib.request.Request(_base(page) + path, json.dumps(how).encode(), method="POST")
    urllib.request.urlopen(request, timeout=5).close()


def arrived(page: Page, client: int) -> np.ndarray:
    """The sound that the server has: every chunk, one after the other, decoded."""
    path = f"/stage/recordings/{kept(page, client)['id']}/sound"
    with urllib.request.urlopen(_base(page) + path, timeout=5) as answer:
        return decoded(answer.read())


def seconds(sound: np.ndarray) -> float:
    return len(sound) / RATE


def position(page: Page) -> float:
    """Seconds that the recorder believes to have."""
    return float(page.evaluate("window.__verbatimRecorder.position"))


def is_whole(page: Page, client: int, source: np.ndarray, *, has_disk: bool = True) -> None:
    """Everything that the recorder counted is on the server, without a hole, and nothing is left here."""
    sound = arrived(page, client)
    later = skipped(sound, source)
    lost = max(position(page) - seconds(sound), max(later) - min(later))
    print(f"{seconds(sound):.2f} s arrived, {lost:.2f} s lost")
    assert abs(lost) <= 0.05
    assert kept(page, client)["missing"] == []
    if has_disk:
        assert is_emptied(page)


def shelf(page: Page) -> dict[str, int]:
    """How much lies on this computer, by kind."""
    counted: dict[str, int] = page.evaluate(
        """async () => Object.fromEntries(await Promise.all(
          ['recordings', 'chunks', 'notes'].map(async store =>
            [store, (await window.__verbatimShelf.keys(store)).length])))"""
    )
    return counted


def until_here(page: Page, chunks: int = 1, within: float = 20) -> None:
    """Until so many chunks lie on this computer, unsent."""
    deadline = time.monotonic() + within
    while shelf(page)["chunks"] < chunks:
        assert time.monotonic() < deadline, shelf(page)
        page.wait_for_timeout(100)


def is_emptied(page: Page, within: float = 5) -> bool:
    """Whether nothing is left on this computer; what was acknowledged goes a moment later."""
    deadline = time.monotonic() + within
    while sum(shelf(page).values()) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    return sum(shelf(page).values()) == 0


def _base(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def _read(page: Page, path: str) -> Any:
    with urllib.request.urlopen(_base(page) + path, timeout=5) as answer:
        return json.load(answer)
