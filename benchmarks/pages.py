"""The pages in a real browser: first page, a rerun of Sessions with 10,000 sessions, the process at rest.

Beside each figure the same for a bare Streamlit script that shows a table of 50 rows, in the same run: what the
framework itself costs on this machine.

`python benchmarks/pages.py [SESSIONS]`
"""

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.servers.ports import free_port

ROOT = Path(__file__).parents[1]
RUNS, RERUNS = 5, 25
BARE = """
import streamlit as st
page = st.session_state.get("page", 0)
st.title("Bare")
st.dataframe({name: [f"{name} {page} {row}" for row in range(50)] for name in "ABCDEF"}, row_height=40)
if st.button("Older"):
    st.session_state["page"] = page + 1
    st.rerun()
st.caption(f"Page {page}")
"""
# Seconds from the click until the caption under the table says something else.
RERUN = """async () => {
    const caption = () => [...document.querySelectorAll('[data-testid=stCaptionContainer]')].at(-1)?.innerText;
    const button = [...document.querySelectorAll('button')].find(b => b.innerText.includes('Older'));
    const before = caption(), began = performance.now();
    button.click();
    while (caption() === before || !caption()) await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        ours = _ours(browser, Path(name), count)
        bare = _bare(browser, Path(name))
        browser.close()
    print(f"| {count:,} sessions | Verbatim | bare Streamlit | ratio |\n|---|---|---|---|")
    for key, unit in (
        ("first page", "s"),
        ("rerun", "ms"),
        ("slowest rerun of 25", "ms"),
        ("at rest", "MB"),
    ):
        print(
            f"| {key}, {unit} | {ours[key]:.2f} | {bare[key]:.2f} | {ours[key] / bare[key]:.2f} |"
        )


def _ours(browser: Browser, folder: Path, count: int) -> dict[str, float]:
    environment = {
        "VERBATIM_DATA_DIR": str(folder / "data"),
        "VERBATIM_DEMO": "1",
        "VERBATIM_SUPERVISE_WORKER": "0",
    }
    subprocess.run(
        [sys.executable, "-m", "commands.seed_demo"],
        env=os.environ | environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    os.environ.update(environment)
    _add_sessions(count)
    port = free_port()
    command = [sys.executable, str(ROOT / "app.py")]
    with _running(command, port, ready="/readyz", PORT=str(port)) as (address, pid):

        def first(page: Page) -> None:
            page.goto(address)
            page.get_by_role("button", name="Ruth Adeyemi").click()
            page.get_by_role("heading", name="Today").wait_for()

        def opened(page: Page) -> None:
            page.goto(address + "/")
            page.get_by_role("heading", name="Today").wait_for()

        return _measured(browser, first, opened, address + "/sessions", pid)


def _bare(browser: Browser, folder: Path) -> dict[str, float]:
    script, port = folder / "bare.py", free_port()
    script.write_text(BARE)
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true",
        f"--server.port={port}", "--server.address=127.0.0.1",
    ]  # fmt: skip
    with _running(command, port, ready="/_stcore/health") as (address, pid):

        def opened(page: Page) -> None:
            page.goto(address)
            page.get_by_role("heading", name="Bare").wait_for()

        return _measured(browser, opened, opened, address, pid)


def _measured(
    browser: Browser,
    sign_in: Callable[[Page], None],
    opened: Callable[[Page], None],
    table: str,
    pid: int,
) -> dict[str, float]:
    """First page: a signed-in browser with an empty cache and a script that has run once before."""
    time.sleep(3)
    at_rest = _memory(pid)
    firsts = []
    for _ in range(RUNS + 1):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        sign_in(page)
        state = context.storage_state()
        context.close()
        context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=state)
        page = context.new_page()
        began = time.perf_counter()
        opened(page)
        firsts.append(time.perf_counter() - began)
        if len(firsts) <= RUNS:
            context.close()
    page.goto(table)
    page.get_by_role("button", name="Older").wait_for()
    page.wait_for_timeout(1000)
    reruns = []
    for _ in range(RERUNS):
        reruns.append(page.evaluate(RERUN))
        page.wait_for_timeout(400)
    context.close()
    return {
        "first page": median(firsts[1:]),
        "rerun": median(reruns),
        "slowest rerun of 25": max(reruns),
        "at rest": at_rest,
    }


def _add_sessions(count: int) -> None:
    """Rows as the worker leaves them, a transcript each, over three years."""
    from models.base import now
    from models.client import SessionType, TherapistSession
    from models.database import sessions
    from models.recording import Recording, RecordingState, Stage
    from models.transcript import TherapistSessionTranscript
    from models.user import User  # noqa: F401  the tables refer to it
    from services import encryption
    from services.vault import open_vault

    open_vault()
    with sessions()() as session, session.begin():
        for number in range(count):
            at = now() - dt.timedelta(hours=2.6 * number)
            client = 1 + number % 4
            meeting = TherapistSession(
                therapist_id=1, therapist_client_id=client, starts_at=at,
                session_type=SessionType.INDIVIDUAL,
            )  # fmt: skip
            session.add(meeting)
            session.flush()
            recording = Recording(
                therapist_id=1, therapist_client_id=client, therapist_session_id=meeting.id,
                session_id=f"many-{number}", state=RecordingState.DONE, stage=Stage.DONE,
                seconds_received=3000.0, seconds_transcribed=3000.0, language="en", created_at=at,
            )  # fmt: skip
            session.add(recording)
            session.flush()
            transcript = TherapistSessionTranscript(
                therapist_id=1, therapist_client_id=client, therapist_session_id=meeting.id,
                recording_id=recording.id, language="en", duration=3000.0, date=at,
            )  # fmt: skip
            for column in ("transcript", "transcript_summary", "utterances", "machine", "speakers"):
                setattr(transcript, column, encryption.seal(transcript, column, "[]"))
            session.add(transcript)
        session.flush()


@contextmanager
def _running(
    command: list[str], port: int, *, ready: str, **environment: str
) -> Iterator[tuple[str, int]]:
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                if httpx.get(address + ready, timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                assert process.poll() is None
            time.sleep(0.05)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _memory(pid: int) -> float:
    """Resident set, MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
