"""Does what is recorded read like what is uploaded, and what does recording cost the therapist's computer?

A real Chromium whose microphone plays the evaluation sessions, on the whole product. The same sound is recorded
in the browser (the main way) and live on the server (WebRTC), and what is stored goes through the product's pipeline,
as the file itself does: word error rates after Whisper's English normaliser, over all words. Where passages are cut is
chance, worth a point, so all are read at several OFFSETS. Nothing is transcribed meanwhile: on a computer that is busy
Chromium's microphone itself skips. Then the processor time that the browser spends in half a minute of recording, and
in half a minute of the same page before it records.

`python benchmarks/recorder.py [words | cost] [SECONDS]`: only what is said within the first SECONDS of each session
"""

import json
import os
import re
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.microphone import decoded, listening, played, visitor
from tests.browser.product_recorder import choose_client, ready
from tests.browser.reading import error_rates, stored_sound
from tests.browser.recorder_page import finish, start, state
from tests.product import Product

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
LOSS = 1.0  # points of word error rate that recording may cost
SHARE = 5.0  # % of a core that recording may take in the page
# The microphone plays from the moment it is opened; a live connection takes a second or two to stand.
BEFORE, AFTER = 4.0, 20.0  # seconds of silence around what is said
OBSERVED = 30.0  # seconds
WORKS = {"words", "cost"}

Way = Callable[[Page], int]  # records until told to stop; the recording's id


def main() -> None:
    asked = sys.argv[1:]
    within = next((float(one) for one in asked if one.isdecimal()), float("inf"))
    wanted = {one for one in asked if not one.isdecimal()} or WORKS
    if not wanted <= WORKS:
        sys.exit(__doc__)
    if chromium_path() is None:
        print("No Chromium on this machine: nothing measured.")
        return
    if not (EVAL / "manifest.json").is_file():
        print(f"No evaluation audio in {EVAL}: nothing measured.")
        return
    sessions = _sessions(within)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        print("| figure | product | beside it | target | |\n|---|---|---|---|---|")
        if "cost" in wanted:
            with _started(Product(folder / "cost")) as product:
                _cost(chromium, product, sessions[0].played(folder))
        if "words" in wanted:
            with _started(Product(folder / "words", VERBATIM_SUPERVISE_WORKER="0")) as product:
                _words(chromium, product, sessions, folder)


@contextmanager
def _started(product: Product) -> Iterator[Product]:
    product.seed()
    product.start()
    try:
        yield product
    finally:
        product.stop()


@dataclass(frozen=True)
class Session:
    """What is said in an evaluation session, or in its first part."""

    file: Path
    text: str
    end: float  # seconds

    def played(self, folder: Path) -> Path:
        """It with silence around it, as Chromium's microphone plays it."""
        return played(folder, of=self.file, speech=self.end, silence=(BEFORE, AFTER))


def _sessions(within: float) -> list[Session]:
    """Whole turns only."""
    entries = json.loads((EVAL / "manifest.json").read_text())
    found = []
    for entry in [one for one in entries if one["path"].startswith("sessions/")]:
        turns = [turn for turn in entry["turns"] if turn[2] <= within]
        if turns:
            text = " ".join(words for *_, words in turns)
            found.append(Session(EVAL / entry["path"], text, turns[-1][2]))
    return found


# --- words ----------------------------------------------------------------------------------------


def _words(chromium: Browser, product: Product, sessions: Sequence[Session], folder: Path) -> None:
    files = [session.played(folder) for session in sessions]
    ways = {
        "in the browser": _recorded(chromium, product, files, start, _ended),
        "live": _recorded(chromium, product, files, _live, _live_ended),
    }
    product.stop()
    meant = [session.text for session in sessions]
    itself = error_rates(meant, [decoded(file.read_bytes(), rate=16_000) for file in files])
    for way, recordings in ways.items():
        rates = error_rates(meant, [stored_sound(product, recording) for recording in recordings])
        verdict = "met" if round(median(rates) - median(itself), 2) <= LOSS else "MISSED"
        print(
            f"| WER, recorded {way}, % | {_said(rates)} | {_said(itself)} the file itself | +{LOSS:g} | {verdict} |",
            flush=True,
        )


def _said(rates: Sequence[float]) -> str:
    return f"{median(rates):.2f} ({', '.join(f'{rate:.2f}' for rate in rates)})"


def _recorded(
    chromium: Browser,
    product: Product,
    files: Sequence[Path],
    begin: Callable[[Page], None],
    end: Way,
) -> list[int]:
    """All files at once, in a browser each."""
    lengths = [_length(file) - AFTER + 2 for file in files]
    with ExitStack() as stack:
        pages = [stack.enter_context(_signed_in(chromium, product, file)) for file in files]
        for page in pages:
            begin(page)
        pages[-1].wait_for_timeout(1000 * max(lengths))
        return [end(page) for page in pages]


def _length(file: Path) -> float:
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()


@contextmanager
def _signed_in(chromium: Browser, product: Product, file: Path) -> Iterator[Page]:
    """The Record page, a client chosen; the microphone will play the file."""
    with listening(chromium, file) as browser, visitor(browser, product.url) as context:
        yield ready(context)


def _ended(page: Page) -> int:
    finish(page)
    state(page, "done", timeout=60_000)
    return int(page.evaluate("window.__verbatimRecorder.tape.id"))


def _live(page: Page) -> None:
    """A server's very first connection sometimes does not stand: whoever starts again is connected."""
    for tries_left in (1, 0):
        page.get_by_text("Live on the server").click()
        page.frame_locator("iframe").get_by_role("button", name="Start live").click()
        try:
            page.get_by_text("This session").wait_for(timeout=60_000)
            return
        except TimeoutError:
            if not tries_left:
                raise
        page.goto("/record")
        choose_client(page)


def _live_ended(page: Page) -> int:
    end = page.frame_locator("iframe").get_by_role("button", name="Finish session")
    if (
        end.is_visible()
    ):  # a connection that broke has ended the session already: its words are missing
        end.click()
    page.get_by_role("button", name="Open the session").click(timeout=60_000)
    page.wait_for_url(re.compile(r"[?&]id=\d+"))
    return int(re.findall(r"[?&]id=(\d+)", page.url)[0])


# --- cost -----------------------------------------------------------------------------------------


def _cost(chromium: Browser, product: Product, file: Path) -> None:
    with listening(chromium, file) as browser, visitor(browser, product.url) as context:
        page = ready(context)
        page.wait_for_timeout(5000)  # the page has come to rest
        before = _spent(browser, page)
        start(page)
        page.wait_for_timeout(5000)
        during = _spent(browser, page)
        finish(page)
        state(page, "done", timeout=60_000)
    share = during["renderer"] - before["renderer"]
    verdict = "met" if round(share, 1) <= SHARE else "MISSED"
    beside = f"{before['renderer']:.1f} before, {during['renderer']:.1f} while recording"
    print(f"| recorder in the page, % of a core | {share:.1f} | {beside} | {SHARE:g} | {verdict} |")
    beside = f"{sum(before.values()):.1f} before"
    print(f"| the whole browser, % of a core | {sum(during.values()):.1f} | {beside} | none | |")


def _spent(browser: Browser, page: Page) -> dict[str, float]:
    """Processor time while it is watched, % of a core, by kind of process; the page's own is the renderer."""
    first, began = _times(browser), page.evaluate("performance.now()")
    page.wait_for_timeout(1000 * OBSERVED)
    last, lasted = _times(browser), (page.evaluate("performance.now()") - began) / 1000
    return {kind: 100 * (last[kind] - first.get(kind, 0.0)) / lasted for kind in last}


def _times(browser: Browser) -> dict[str, float]:
    """Processor seconds so far, by kind of process."""
    session = browser.new_browser_cdp_session()
    found: dict[str, float] = {}
    for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
        found[process["type"]] = found.get(process["type"], 0.0) + process["cpuTime"]
    session.detach()
    return found


if __name__ == "__main__":
    main()
