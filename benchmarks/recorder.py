"""Does what is recorded read like what is uploaded, and what does recording cost the therapist's computer?

A real Chromium whose microphone plays the evaluation sessions, on the whole product. The same sound is recorded
in the browser (the main way), recorded live on the server (WebRTC), and uploaded as a file; word error rate of
each transcript after Whisper's English normaliser, over all words. The worker starts when all is recorded: on a
computer that transcribes beside it, Chromium's microphone itself skips. Then the processor time that the browser
spends in half a minute of recording, and in half a minute of the same page before it records.

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

import numpy as np
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.microphone import decoded, listening, visitor
from tests.browser.product_recorder import choose_client, ready
from tests.browser.recorder_page import finish, start, state
from tests.product import Product

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
LOSS = 1.0  # points of word error rate that recording may cost
SHARE = 5.0  # % of a core that recording may take in the page
# The microphone plays from the moment it is opened; a live connection takes a second or two to stand.
BEFORE, AFTER = 4.0, 20.0  # seconds of silence around what is said
RATE = 48_000
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
        files = [session.played(folder) for session in sessions]
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        print("| figure | product | beside it | target | |\n|---|---|---|---|---|")
        if "cost" in wanted:
            with _started(Product(folder / "cost")) as product:
                _cost(chromium, product, files[0])
        if "words" in wanted:
            with _started(Product(folder / "words", VERBATIM_SUPERVISE_WORKER="0")) as product:
                _words(chromium, product, files, [session.text for session in sessions])


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
        silence = [np.zeros(round(seconds * RATE), np.float32) for seconds in (BEFORE, AFTER)]
        said = decoded(self.file.read_bytes(), rate=RATE)[: round(self.end * RATE)]
        sound = np.concatenate([silence[0], said, silence[1]])
        path = folder / f"{self.file.stem}.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        return path


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


def _words(
    chromium: Browser, product: Product, files: Sequence[Path], meant: Sequence[str]
) -> None:
    ways = {
        "in the browser": _recorded(chromium, product, files, start, _ended),
        "live": _recorded(chromium, product, files, _live, _live_ended),
    }
    sent = _uploaded(product, files)
    with product.working():
        uploaded = _error_rate(meant, _texts(product, sent))
        for way, recordings in ways.items():
            rate = _error_rate(meant, _texts(product, recordings))
            verdict = "met" if round(rate - uploaded, 2) <= LOSS else "MISSED"
            beside = f"{uploaded:.2f} uploaded"
            print(f"| WER, recorded {way}, % | {rate:.2f} | {beside} | +{LOSS:g} | {verdict} |")


def _error_rate(meant: Sequence[str], heard: Sequence[str]) -> float:
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    plain = EnglishTextNormalizer()
    rate = jiwer.wer([plain(text) for text in meant], [plain(text) for text in heard])
    return float(100 * rate)


def _texts(product: Product, recordings: Sequence[int]) -> list[str]:
    texts = []
    with product.sign_in() as client:
        for recording in recordings:
            product.wait_until_done(client, recording, within=600)
            said = client.get(f"/api/v1/sessions/{recording}/transcript").json()["utterances"]
            texts.append(" ".join(one["text"] for one in said))
    return texts


def _uploaded(product: Product, files: Sequence[Path]) -> list[int]:
    found = []
    with product.sign_in() as client:
        for file in files:
            form = {
                "therapist_userid": "1",
                "therapist_clientid": "1",
                "session_id": f"uploaded-{file.stem}",
                "is_last_blob": "True",
            }
            sound = {"file": ("session.wav", file.read_bytes())}
            answer = client.post("/api/v1/audio", data=form, files=sound, timeout=120)
            found.append(int(answer.json()["recording_id"]))
    return found


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
