"""The session page in a real browser with a long session: 1,500 lines, some 10,000 words, and a drafted note beside
them. How long until both are there, from the list and by deep link; a rerun; a change of the note until it is
stored; a hover until its lines are lit.

The browser has a profile on disk, as people's browsers have: it keeps what it compiled of the page's scripts. A private
window compiles them anew each time; the deep link is measured there too, in turns, without a goal.

`python benchmarks/session_page.py [RUNS]`
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from models.user import Role
from services import notes, summaries
from services.access import Actor, Via
from services.jobs import owner
from services.processing import playback_file, stored
from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.session_page import HOVER
from tests.browser.stage.stage_lines import LINES
from tests.product import Product
from tests.services.recordings.sending import Recorder
from tests.services.written import spoken
from tests.sounds import encode, tone

UTTERANCES, RUNS = 1500, 7
WARMING = 2  # openings that are not counted: the server's caches, and the browser keeps scripts that it met before
WINDOW: ViewportSize = {"width": 1440, "height": 900}
OPENINGS = ("open from the list", "deep link", "deep link, private window")
GOALS = {
    "open from the list": 500,
    "deep link": 1500,
    "rerun": 150,
    "hover": 5,
}
# ms from the last press of the pointer (or from the start of the page) until lines and note are drawn.
THERE = """count => {
  const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
    .find(r => r?.querySelector('.s') && r.querySelectorAll('.u').length >= count);
  return root ? performance.now() - (window.__pressed ?? 0) : false;
}"""
PRESSED = """() => addEventListener('pointerdown', () => { window.__pressed = performance.now(); }, true)"""
DIALOG = "() => document.querySelector('[role=dialog] h1, [role=dialog] h2, [role=dialog] p')"
# ms from the click on Sign note until its dialog is there.
RERUN = f"""async () => {{
  const button = [...document.querySelectorAll('button')].find(b => b.innerText.includes('Sign note'));
  const began = performance.now();
  button.click();
  while (!({DIALOG})()) await new Promise(requestAnimationFrame);
  return performance.now() - began;
}}"""


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        product = Product(Path(name) / "data", VERBATIM_SUPERVISE_WORKER="0")
        product.seed()
        product.start()
        try:
            ident, words = _long_session(product)
            with _kept(playwright, product, name) as kept, _private(playwright, product) as private:
                found = _measured(kept, private, ident, runs)
        finally:
            product.stop()
    print(f"{UTTERANCES:,} lines, {words:,} words, {runs} runs; ms, median (slowest)")
    print("| | ms | slowest | goal |\n|---|---|---|---|")
    for key, times in found.items():
        goal = GOALS.get(key, "")
        print(f"| {key} | {median(times):.1f} | {max(times):.1f} | {goal} |")


def _long_session(product: Product) -> tuple[int, int]:
    """The newest session of Ruth Adeyemi, with a note of the offline drafter. Its sound is shorter than its words;
    nothing is played here."""
    lines = [
        (f"Speaker {1 + n % 2}", " ".join(line.split()[:8]))
        for n, line in enumerate(islice(cycle(LINES), UTTERANCES))
    ]
    ruth = Actor(1, "Ruth Adeyemi", Role.THERAPIST, Via.COMMAND)
    with product.opened():
        ident = Recorder(ruth).send(encode(tone(5.0), "wav"), last=True).recording_id
        worker = owner(ident)
        stored.add_transcript(worker, ident, spoken(lines))
        playback_file.prepare(worker, ident)
        summary = summaries.summarise(*stored.utterances(worker, ident))
        stored.finish(worker, ident, summary, summaries.AUTHOR)
        notes.draft(ruth, ident, "clinical_notes")
    return ident, sum(len(text.split()) for _, text in lines)


def _kept(playwright: Playwright, product: Product, folder: str) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        Path(folder) / "profile",
        executable_path=chromium_path(),
        args=list(FLAGS),
        viewport=WINDOW,
        base_url=product.url,
    )


@contextmanager
def _private(playwright: Playwright, product: Product) -> Iterator[BrowserContext]:
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
    try:
        yield browser.new_context(viewport=WINDOW, base_url=product.url)
    finally:
        browser.close()


def _measured(
    kept: BrowserContext, private: BrowserContext, ident: int, runs: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {key: [] for key in OPENINGS}
    _signed_in(kept)
    _signed_in(private)
    for _ in range(runs + WARMING):
        for key, took in zip(
            OPENINGS,
            (_from_the_list(kept), _by_link(kept, ident), _by_link(private, ident)),
            strict=True,
        ):
            times[key].append(took)
    for key in times:
        del times[key][:WARMING]
    page = kept.new_page()
    page.goto(f"/session?id={ident}")
    page.wait_for_function(THERE, arg=UTTERANCES)
    page.wait_for_timeout(1500)
    times["rerun"] = [_rerun(page) for _ in range(3 * runs)][1:]
    times["change until stored"] = [_change(page, n) for n in range(runs)]
    times["hover"] = [float(page.evaluate(HOVER)) for _ in range(runs)]
    return times


def _signed_in(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Ruth Adeyemi").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.close()


def _from_the_list(context: BrowserContext) -> float:
    page = context.new_page()
    page.goto("/sessions")
    newest = page.get_by_role("row").nth(1)  # below the names of the columns
    newest.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(PRESSED)
    newest.click()
    took = float(page.wait_for_function(THERE, arg=UTTERANCES).json_value())
    page.close()
    return took


def _by_link(context: BrowserContext, ident: int) -> float:
    page = context.new_page()
    page.goto(f"/session?id={ident}", wait_until="commit")
    took = float(page.wait_for_function(THERE, arg=UTTERANCES).json_value())
    page.close()
    return took


def _rerun(page: Page) -> float:
    """A click on Sign note until its dialog is there: the whole page run once more, and the dialog."""
    took = float(page.evaluate(RERUN))
    page.get_by_role("dialog").get_by_role("button", name="Back").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_timeout(400)
    return took


def _change(page: Page, number: int) -> float:
    """An edit by hand until the API gives it back: the page's run, the check against the transcript, the note."""
    row = page.locator(".s").nth(number % page.locator(".s").count())
    row.focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill(
        f"The client spoke about the week in part {number}."
    )
    with page.expect_response(lambda answer: "/api/v1/notes/" in answer.url):
        began = time.perf_counter()
        page.keyboard.press("Control+Enter")
    took = 1000 * (time.perf_counter() - began)
    page.wait_for_timeout(300)
    return took


if __name__ == "__main__":
    main()
