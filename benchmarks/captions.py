"""How far captions on screen are behind speech: recorded in the browser (chunks of 5 s), and live on the server.

The whole product with its worker, and a real Chromium whose microphone plays an evaluation session, once each way. A
script in the page notes what stands in the captions and when; the words and their times are those of the transcript
that the recording then gets. A word counts from its end, on the recording's own clock, which begins when the
browser's recorder starts or the live sound reaches the server. Prints median and 95th percentile, for the first time
a word is on screen and for the time it stands firmly there, and the processor time of the worker.

`python benchmarks/captions.py [SECONDS]`: seconds recorded each way, 60 if not given
"""

import datetime as dt
import difflib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import chromium_path
from tests.browser.microphone import listening, played
from tests.product import Product

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
SESSION = EVAL / "sessions" / "session_1688_1998.flac"
ENOUGH = 60.0  # seconds
TARGETS = {"in the browser, chunks of 5 s": 8.0, "live on the server": 3.0}  # median, on screen
LAST = 9.0  # seconds at the end that are left out: their captions may not come before the recording ends
PATIENCE = 120_000  # ms
STARTED = """
const start = MediaRecorder.prototype.start;
MediaRecorder.prototype.start = function (...all) {
  window.recorderStarted ??= Date.now();
  return start.apply(this, all);
};"""
# Components live in shadow trees: the box is handed over, and asked often, because of what it says nothing is told.
WATCH = """box => {
  window.seen = [];
  const said = nodes => [...nodes].map(node => node.textContent).join(' ');
  setInterval(() => {
    const copy = box.cloneNode(true);
    const all = said(copy.children);
    copy.querySelectorAll('.open').forEach(open => open.remove());
    const last = window.seen.at(-1), firm = said(copy.children);
    if (last?.all !== all || last?.firm !== firm) window.seen.push({ at: Date.now(), all, firm });
  }, 50);
}"""


@dataclass
class Run:
    words: list[tuple[str, float]]  # of the transcript, and when each ended, seconds since 1970
    seen: list[dict[str, Any]]
    share: float  # processor time of the worker over the time recorded
    load: float  # of the machine, the last minute, this run included


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else ENOUGH
    if chromium_path() is None:
        print("No Chromium on this machine: nothing measured.")
        return
    if not SESSION.is_file():
        print(f"No evaluation audio in {EVAL}: nothing measured.")
        return
    with tempfile.TemporaryDirectory() as name, product(Path(name)) as running:
        with sync_playwright() as driver:
            first = driver.chromium.launch(executable_path=chromium_path())
            sound = played(Path(name), of=SESSION)
            runs = {
                way: _run(record, first, sound, running, seconds)
                for way, record in zip(TARGETS, (_in_browser, _live), strict=True)
            }
    _report(runs, seconds)


def _report(runs: dict[str, Run], seconds: float) -> None:
    print(f"{seconds:g} s recorded each way; seconds behind speech\n")
    print(
        "| recorded | target | on screen, median | p95 | firm, median | p95 | words | worker, cores | load |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for way, run in runs.items():
        first_seen, firm = _behind(run, "all"), _behind(run, "firm")
        figures = " | ".join(
            f"{figure:.1f}"
            for each in (first_seen, firm)
            for figure in (median(each), quantiles(each, n=20)[-1])
        )
        print(
            f"| {way} | ≤ {TARGETS[way]:g} | {figures} | {len(first_seen)} of {len(run.words)} "
            f"| {run.share:.2f} | {run.load:.1f} |"
        )


@contextmanager
def product(folder: Path) -> Iterator[Product]:
    running = Product(folder / "data")
    running.seed()
    try:
        running.start(within=120)
        yield running
    finally:
        running.stop()


def _run(record: Any, first: Browser, sound: Path, running: Product, seconds: float) -> Run:
    with listening(first, sound) as browser:
        page = browser.new_page(base_url=running.url, viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.add_init_script(STARTED)
        page.goto("/")
        page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
        page.get_by_role("heading", name="Today").wait_for()
        page.goto("/record")
        box = page.get_by_role("combobox", name="Client")
        box.click()
        box.fill("Mira")
        page.get_by_role("option", name="Mira Osei").click()
        finish = record(page)
        before, began = _processor_time(running), time.monotonic()
        page.locator(".lines").evaluate(WATCH)
        page.wait_for_timeout(seconds * 1000)
        share = (_processor_time(running) - before) / (time.monotonic() - began)
        load = os.getloadavg()[0]
        seen = page.evaluate("window.seen")
        started = page.evaluate("window.recorderStarted")
        finish()
        page.get_by_role("button", name="Open the session").wait_for()
    return Run(_words(running, started), seen, share, load)


def _in_browser(page: Page) -> Any:
    page.get_by_role("button", name="Start recording").click()
    page.get_by_text("Recording", exact=True).first.wait_for()

    def finish() -> None:
        page.get_by_role("button", name="Finish session").click()
        page.get_by_role("button", name="Finish session").first.click()

    return finish


def _live(page: Page) -> Any:
    page.get_by_text("Live on the server").click()
    component = page.frame_locator("iframe")
    component.get_by_role("button", name="Start live").click()
    page.locator(".lines").wait_for()
    return component.get_by_role("button", name="Finish session").click


def _words(running: Product, started: float | None) -> list[tuple[str, float]]:
    """Of the transcript that the newest recording gets, with their ends; `started`: ms, where a browser recorded."""
    recording_id, began = _newest(running)
    with running.sign_in() as client:
        running.wait_until_done(client, recording_id, within=300)
        said = client.get(f"/api/v1/sessions/{recording_id}/transcript").json()
    origin = started / 1000 if started else began
    end = said["duration"] - LAST
    return [
        (_plain(word[0]), origin + word[2])
        for line in said["utterances"]
        for word in line["words"]
        if word[2] < end
    ]


def _newest(running: Product) -> tuple[int, float]:
    """The recording that was made last, and when its first sound reached the server, seconds since 1970."""
    with running.opened():
        from sqlalchemy import select

        from models.database import reading
        from models.recording import Recording

        with reading() as session:
            newest = session.scalars(select(Recording).order_by(Recording.id.desc())).first()
    assert newest is not None
    return newest.id, newest.created_at.astimezone(dt.UTC).timestamp()


def _behind(run: Run, what: str) -> list[float]:
    """Seconds from the end of each word of the transcript until it was on screen; those that never were are
    left out."""
    spoken = [word for word, _ in run.words]
    first: dict[int, float] = {}
    for look in run.seen:
        shown = [_plain(word) for word in look[what].split()]
        matcher = difflib.SequenceMatcher(None, spoken, shown, autojunk=False)
        for block in matcher.get_matching_blocks():
            for at in range(block.a, block.a + block.size):
                # a word that is matched before it was said is another of the same spelling
                if look["at"] / 1000 >= run.words[at][1] - 0.5:
                    first.setdefault(at, look["at"] / 1000)
    return [at - run.words[index][1] for index, at in sorted(first.items())]


def _processor_time(running: Product) -> float:
    """Seconds that the worker has spent so far."""
    ticks = 0
    for pid in running.workers():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _plain(word: str) -> str:
    return re.sub(r"\W", "", word.casefold())


if __name__ == "__main__":
    main()
