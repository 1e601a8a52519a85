"""The uploader in a real browser: what is sent, what is said while it goes, what when it does not."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Session of Nora.wav"
    path.write_bytes(b"RIFF" + bytes(3_000_000))
    return path


def opened(page: Page, **more: str) -> Page:
    page.goto("/upload?" + "&".join(f"{key}={value}" for key, value in more.items()))
    page.wait_for_selector(".up")
    return page


def uploads(page: Page, client: str) -> list[dict[str, Any]]:
    base = "/".join(page.url.split("/")[:3])
    with urllib.request.urlopen(base + "/stage/uploads", timeout=5) as answer:
        return [one for one in json.load(answer) if one["fields"]["therapist_clientid"] == client]


def status(page: Page, words: str) -> None:
    expect(page.get_by_text(f"status {words}", exact=True)).to_be_visible()


def test_a_file_is_sent_with_its_fields_before_it(page: Page, recording: Path) -> None:
    opened(page, client="11")
    expect(page.locator(".rules")).to_contain_text("up to 50 MB and 4 hours")
    page.locator(".pick").set_input_files(recording)
    status(page, "done 7")
    expect(page.locator(".words")).to_have_text("Sent and stored encrypted.")
    expect(page.locator(".name")).to_have_text("Session of Nora.wav")
    [sent] = uploads(page, "11")
    assert sent["order"][-1] == "file"
    assert sent["size"] == recording.stat().st_size
    fields = sent["fields"]
    assert len(fields.pop("session_id")) == 36
    assert fields == {
        "therapist_userid": "1",
        "therapist_clientid": "11",
        "session_type": "individual",
        "is_last_blob": "True",
        "sequence": "0",
    }
    page.get_by_role("button", name="Send another file").click()
    status(page, "idle None")
    expect(page.locator(".zone")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.pdf", b"x", "notes.pdf: files of this type are not taken."),
        ("noending", b"x", "noending: files of this type are not taken."),
        ("empty.wav", b"", "empty.wav is empty."),
        ("long.MP3", bytes(2_000_000), "long.MP3 has 2.0 MB; at most 1.0 MB can be sent."),
    ],
)
def test_what_cannot_be_sent_is_said_before(
    page: Page, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    opened(page, client="12", max="1000000")
    (tmp_path / name).write_bytes(content)
    page.locator(".pick").set_input_files(tmp_path / name)
    expect(page.locator(".told")).to_contain_text(words)
    assert page.locator(".up").get_attribute("data-state") == "idle"
    assert uploads(page, "12") == []


def test_the_servers_sentence_is_shown(page: Page, recording: Path) -> None:
    opened(page, client="refuse")
    page.locator(".pick").set_input_files(recording)
    expect(page.locator(".words")).to_have_text("This file holds no audio. Choose another one.")
    status(page, "failed None")
    assert page.get_by_role("button", name="Try again").count() == 0
    page.get_by_role("button", name="Choose another file").click()
    expect(page.locator(".zone")).to_be_visible()


def test_without_a_client_nothing_can_be_chosen(page: Page) -> None:
    opened(page, shut="1")
    expect(page.locator(".call")).to_have_text("Choose the client first")
    assert page.locator(".pick").is_disabled()


def test_a_broken_line_is_tried_again_as_the_same_upload(page: Page, recording: Path) -> None:
    tries: list[str] = []

    def flaky(route: Route) -> None:
        tries.append(route.request.headers.get("x-verbatim", ""))
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    opened(page, client="13")
    page.route("**/api/v1/audio", flaky)
    page.locator(".pick").set_input_files(recording)
    expect(page.locator(".words")).to_contain_text("Sending starts again by itself.")
    status(page, "done 7")
    assert tries == ["1", "1"]


def test_offline_it_waits_and_goes_on_by_itself(page: Page, recording: Path) -> None:
    opened(page, client="14")
    page.context.set_offline(True)
    page.locator(".pick").set_input_files(recording)
    expect(page.locator(".words")).to_have_text(
        "No connection. Sending starts again when it is back."
    )
    assert page.locator(".up").get_attribute("data-state") == "waiting"
    page.context.set_offline(False)
    expect(page.locator(".words")).to_have_text("Sent and stored encrypted.", timeout=15_000)
    assert len(uploads(page, "14")) == 1


def test_a_line_that_breaks_every_time_is_said_and_can_be_tried(
    page: Page, recording: Path
) -> None:
    opened(page, client="15")
    page.route("**/api/v1/audio", lambda route: route.abort("connectionreset"))
    page.locator(".pick").set_input_files(recording)
    for _ in range(3):
        page.get_by_role("button", name="Try now").click()
        page.wait_for_timeout(300)
    expect(page.locator(".words")).to_contain_text("Nothing was stored", timeout=15_000)
    status(page, "failed None")
    page.unroute("**/api/v1/audio")
    page.get_by_role("button", name="Try again").click()
    status(page, "done 7")


def test_sending_goes_on_while_another_page_is_open(page: Page, recording: Path) -> None:
    held: list[Route] = []
    opened(page, client="16")
    page.route("**/api/v1/audio", lambda route: held.append(route))
    page.locator(".pick").set_input_files(recording)
    status(page, "sending None")
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_timeout(1000)
    page.get_by_role("link", name="Upload").click()
    status(page, "done 7")
    assert page.locator(".up").get_attribute("data-state") == "done"


def test_it_can_be_cancelled_and_the_window_asks_before_it_closes(
    page: Page, recording: Path
) -> None:
    opened(page, client="17")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.route("**/api/v1/audio", lambda _route: None)
    page.locator(".pick").set_input_files(recording)
    status(page, "sending None")
    page.locator(".line").first.click()  # a gesture, without which browsers ask nothing
    page.reload()
    assert asked == ["beforeunload"]
    page.wait_for_selector(".up")
    page.locator(".pick").set_input_files(recording)
    status(page, "sending None")
    page.get_by_role("button", name="Cancel").click()
    status(page, "idle None")
    page.reload()
    assert asked == ["beforeunload"]
    assert uploads(page, "17") == []


def test_progress_is_told_in_percent_and_bytes(page: Page, recording: Path) -> None:
    opened(page, client="18")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000},
    )
    page.locator(".pick").set_input_files(recording)
    seen = set()
    for _ in range(60):
        seen.add(page.locator(".figures").inner_text())
        page.wait_for_timeout(50)
        if page.locator(".up").get_attribute("data-state") == "done":
            break
    shares = {int(words.split(" %")[0]) for words in seen if "%" in words}
    assert len(shares) >= 3
    assert all(words.endswith("of 3.0 MB") for words in seen if words)
    bar = page.get_by_role("progressbar", name="Sending")
    assert bar.get_attribute("aria-valuenow") is not None
