"""The whole product as a therapist uses it: sign in, upload a real session, wait, read, listen, correct."""

import difflib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_product import demo_product, page_of
from tests.browser.session_page import all_stored
from tests.product import ROOT, Product

EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
SHOTS = Path(__file__).parent / "screenshots"
REAL = "sessions/session_1688_1998.flac"


@dataclass
class Material:
    """A session of two voices, and who said what in it, in order: (speaker, text)."""

    path: Path
    turns: list[tuple[str, str]]


@pytest.fixture(scope="module")
def material() -> Material:
    """Real speech where it is there, else the session that the project made."""
    if not (EVAL / REAL).exists():
        lines = json.loads((ROOT / "demo" / "dialogues.json").read_text())["evenings"]
        return Material(ROOT / "demo" / "session.ogg", [(who, words) for who, words in lines])
    entries = json.loads((EVAL / "manifest.json").read_text())
    turns = next(entry for entry in entries if entry["path"] == REAL)["turns"]
    return Material(EVAL / REAL, [(who, words) for who, _, _, words in turns])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("journey")) as product:
        yield product


@pytest.fixture
def page(chromium: Browser, product: Product) -> Iterator[Page]:
    with page_of(chromium, product, size=(1440, 900)) as page:
        yield page


@pytest.mark.timeout(600)
def test_a_session_goes_in_and_a_reviewed_transcript_comes_out(
    page: Page, material: Material
) -> None:
    _sign_in(page)
    _upload(page, material.path)
    expect(page.get_by_text(re.compile("left|Transcribing|Waiting"))).to_be_visible()
    _shoot(page, "progress")
    page.get_by_text("is transcribed.").wait_for(timeout=240_000)
    page.get_by_role("button", name="Open the session").click()
    rows = page.locator("[role=listitem]")
    rows.first.wait_for()
    _shoot(page, "session")
    _has_the_right_speakers(page, material)
    _plays_from_a_clicked_turn(page)
    _renames_and_corrects(page)


def _sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    page.get_by_role("heading", name="Today").wait_for()


def _upload(page: Page, path: Path) -> None:
    page.get_by_role("button", name="Upload a session").click()
    box = page.get_by_role("combobox", name=re.compile("Choose who was there|Client")).first
    box.click()
    box.fill("Daniel")
    page.get_by_role("option", name="Daniel Ferreira").click()
    expect(page.locator("input.pick")).to_be_enabled()
    page.locator("input.pick").set_input_files(path)


def _has_the_right_speakers(page: Page, material: Material) -> None:
    """Word by word: each heard word that is in the reference must have its speaker's label."""
    heard: list[tuple[str, str]] = page.evaluate(
        """async () => {
            const id = new URL(location.href).searchParams.get('id');
            const said = await (await fetch(`/api/v1/sessions/${id}/transcript`)).json();
            return said.utterances.flatMap(u => u.words.map(w => [u.speaker, w[0]]));
        }"""
    )
    reference = [(speaker, word) for speaker, text in material.turns for word in text.split()]
    plain = lambda words: [re.sub(r"\W", "", word.lower()) for _, word in words]  # noqa: E731
    matcher = difflib.SequenceMatcher(None, plain(reference), plain(heard), autojunk=False)
    pairs = [
        (reference[a + n][0], heard[b + n][0])
        for a, b, size in matcher.get_matching_blocks()
        for n in range(size)
    ]
    assert len(pairs) > 0.7 * len(reference)
    speakers = {pair[1] for pair in pairs}
    assert len(speakers) == 2
    best = {
        label: max({real for real, _ in pairs}, key=lambda real: pairs.count((real, label)))
        for label in speakers
    }
    right = sum(best[label] == real for real, label in pairs)
    print(f"{right} of {len(pairs)} matched words have the right speaker")
    assert right / len(pairs) >= 0.98


def _plays_from_a_clicked_turn(page: Page) -> None:
    row = page.locator("[role=listitem]").nth(4)
    begins = _seconds(row.locator("time").first.inner_text())
    row.locator("p").first.click(position={"x": 4, "y": 8})
    page.wait_for_function(
        "() => { const a = document.querySelector('audio') ?? [...document.querySelectorAll('*')]"
        ".map(e => e.shadowRoot?.querySelector('audio')).find(Boolean);"
        " window.__a = a; return a && !a.paused && a.currentTime > 0; }"
    )
    first = page.evaluate("window.__a.currentTime")
    assert begins - 0.6 <= first <= begins + 12
    page.wait_for_function(f"() => window.__a.currentTime > {first} + 0.5")
    _shoot(page, "playing")
    page.evaluate("window.__a.pause()")


def _renames_and_corrects(page: Page) -> None:
    page.locator(".voices button").first.click()
    field = page.locator(".voices input").first
    field.fill("Ruth")
    field.press("Enter")
    expect(page.locator("[role=listitem]").filter(has_text="Ruth").first).to_be_visible()
    all_stored(page)
    page.reload()
    expect(page.locator("[role=listitem]").filter(has_text="Ruth").first).to_be_visible()


def _seconds(clock: str) -> float:
    total = 0
    for part in clock.strip().split(":"):
        total = total * 60 + int(part)
    return float(total)


def _shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"journey-{name}.png")
