"""The session page of the stage, as its tests speak of it."""

import json
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

LIT = """() => {
  const lit = CSS.highlights.get('verbatim-word');
  return lit ? [...lit].map(String).join() : null;
}"""
FOUND = """() => ['verbatim-found', 'verbatim-found-now'].map(name =>
  [...CSS.highlights.get(name) ?? []].map(String))"""

# Median ms from a statement that the pointer comes over until its lines are lit and laid out.
HOVER = """async () => {
  const root = document.querySelector('audio')?.getRootNode()
    ?? [...document.querySelectorAll('*')].map(e => e.shadowRoot).find(r => r?.querySelector('.s'));
  const rows = [...root.querySelectorAll('.s')], frame = root.querySelector('.frame'), times = [];
  for (let i = 0; i < 40; i++) {
    const row = rows[i % rows.length], began = performance.now();
    row.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, composed: true }));
    frame.getBoundingClientRect();
    times.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return times.sort((a, b) => a - b)[20];
}"""


def opened(page: Page, talk: str, **more: str) -> Page:
    """The session page of a talk of its own. Its lines are there, or a sentence why not."""
    query = "&".join(f"{key}={value}" for key, value in {"talk": talk, **more}.items())
    page.goto(f"/?{query}")
    page.wait_for_selector(".u, .notice:not([hidden]):not(:has-text('Loading the transcript'))")
    return page


def line(page: Page, utterance: int) -> Locator:
    return page.locator(f'.u[data-id="{utterance}"]')


def at(page: Page) -> float:
    return float(page.locator("audio").evaluate("audio => audio.currentTime"))


def is_playing(page: Page) -> bool:
    return bool(page.locator("audio").evaluate("audio => !audio.paused"))


def all_stored(page: Page) -> None:
    """Waits until Python has answered all that was asked: a reload before it is warned of, and would lose it."""
    expect(page.locator(".unsent[data-waiting]")).to_have_count(0)


def sent(page: Page, talk: str, number: int = 1) -> list[dict[str, Any]]:
    """What Python was asked to do, once it was asked `number` times."""
    for _ in range(100):
        acts = read(page, f"/stage/{talk}/acts")
        if len(acts) >= number:
            return acts
        page.wait_for_timeout(50)
    pytest.fail(f"Python was asked {len(acts)} times, not {number}.")


def read(page: Page, path: str) -> Any:
    base = page.url.split("/?")[0]
    with urllib.request.urlopen(base + path, timeout=5) as answer:
        return json.load(answer)


def spoken(page: Page, talk: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = read(page, f"/stage/{talk}/transcript")["utterances"]
    return said


def choose(page: Page, utterance: int, item: str) -> None:
    line(page, utterance).hover()
    line(page, utterance).locator(".more").click()
    page.locator(".menu button", has_text=item).click()


def statement(page: Page, ident: str) -> Locator:
    return page.locator(f'.s[data-id="{ident}"]')


def lit(page: Page) -> list[str]:
    """Ids of the lines that are lit, in the order of the talk."""
    found: list[str] = page.locator(".u.lit").evaluate_all("rows => rows.map(r => r.dataset.id)")
    return found


def written(page: Page, talk: str, **more: str) -> Page:
    """The session page of a talk that has a note. Its lines and statements are there."""
    opened(page, talk, **more)
    page.wait_for_selector(".s")
    return page
