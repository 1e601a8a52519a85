"""From a transcript to a signed and countersigned note, as a therapist and her supervisor use the product; a privacy
officer then reads who did what. The offline drafter, the real product, no worker: the transcript is there."""

import csv
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.user import Role
from services import notes, summaries
from services.access import Actor, Via
from services.jobs import owner
from services.processing import playback_file, stored
from tests.browser.chromium import PATIENCE
from tests.browser.conftest import Watch
from tests.browser.demo_product import demo_product
from tests.browser.session_page import at, is_playing, lit
from tests.product import ROOT, Product
from tests.services.recordings.sending import Recorder
from tests.services.written import spoken
from tests.sounds import encode, tone

pytestmark = pytest.mark.browser
SECONDS = 200.0
RUTH = Actor(1, "Ruth Adeyemi", Role.THERAPIST, Via.COMMAND)
COMMENT = "Say how often this happened."
Open = Callable[[str], Page]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("signed"), with_worker=False) as product:
        yield product


@pytest.fixture(scope="module")
def session_id(product: Product) -> int:
    return _transcribed(product, "signed")


def _transcribed(product: Product, name: str) -> int:
    """A session of Ruth Adeyemi with sound and a transcript, as the worker leaves it."""
    said = json.loads((ROOT / "demo" / "dialogues.json").read_text())["evenings"]
    lines = [(f"Speaker {1 + (who != 'T')}", text) for who, text in said]
    with product.opened():
        sound = encode(tone(SECONDS), "wav")
        ident = Recorder(RUTH).send(sound, session_id=name, last=True).recording_id
        worker = owner(ident)
        stored.add_transcript(worker, ident, spoken(lines))
        playback_file.prepare(worker, ident)
        summary = summaries.summarise(*stored.utterances(worker, ident))
        stored.finish(worker, ident, summary, summaries.AUTHOR)
    return ident


@pytest.fixture
def as_person(chromium: Browser, product: Product) -> Iterator[Callable[[str], Page]]:
    """A browser of their own for each person of the demo, signed in."""
    contexts = []

    def page_of(name: str) -> Page:
        context = chromium.new_context(
            viewport={"width": 1440, "height": 900}, base_url=product.url
        )
        context.set_default_timeout(PATIENCE)
        contexts.append((context, Watch(context, product.url)))
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name=re.compile(name)).click()
        page.get_by_role("heading").first.wait_for()
        expect(page.get_by_role("button", name=re.compile(name))).to_be_visible()
        return page

    yield page_of
    for context, watch in contexts:
        context.close()
        assert watch.complaints == []


@pytest.mark.timeout(300)
def test_a_note_is_drafted_checked_signed_returned_and_countersigned(
    as_person: Open, session_id: int
) -> None:
    ruth = as_person("Ruth Adeyemi")
    _draft(ruth, session_id)
    _click_evidence(ruth)
    first = _write_what_was_not_said(ruth)
    _sign_after_answering(ruth, first)
    helen = as_person("Helen Marsh")
    _return_with_a_comment(helen, ruth)
    _answer_the_comment(ruth)
    _countersign(helen)
    expect(_badge(ruth, "Countersigned")).to_have_count(0)  # she has not looked again yet
    ruth.reload()
    expect(_badge(ruth, "Countersigned")).to_be_visible()
    expect(ruth.locator(".signed p")).to_contain_text(
        ["Signed by Ruth Adeyemi", "Countersigned by Helen Marsh"]
    )
    _reads_who_did_what(as_person("Idris Kaya"))


def test_a_change_that_is_followed_at_once_by_the_menu_is_stored(
    as_person: Open, product: Product
) -> None:
    """Leaving the field sends the change with the press of the pointer, some ms before the click."""
    ident = _transcribed(product, "followed-by-the-menu")
    with product.opened():
        notes.draft(RUTH, ident, "clinical_notes")
    page = as_person("Ruth Adeyemi")
    page.goto(f"/session?id={ident}")
    menu = page.get_by_role("link", name="Sessions").bounding_box()
    assert menu
    statement = page.locator(".s").nth(1)
    for pressed in (0, 20, 40, 0, 20, 40):
        words = f"Reads for {pressed} minutes before {page.evaluate('Date.now()')}."
        statement.wait_for()
        statement.focus()
        page.keyboard.press("e")
        page.get_by_label("Statement", exact=True).fill(words)
        page.mouse.move(menu["x"] + 20, menu["y"] + 10)
        page.mouse.down()
        page.wait_for_timeout(pressed)
        page.mouse.up()
        link = page.locator(f'[href="/session?id={ident}"]')
        page.get_by_role("row").filter(has=link).click()  # the row, not its link alone
        expect(statement).to_contain_text(words)


def _draft(page: Page, session_id: int) -> None:
    page.goto(f"/session?id={session_id}")
    page.wait_for_selector(".u")
    page.get_by_role("button", name="Draft a note").click()
    with _dialog(page) as dialog:
        dialog.get_by_role("button", name="Draft", exact=True).click()
    page.wait_for_selector(".s")
    expect(_badge(page, "Draft")).to_be_visible()
    expect(page.locator(".written")).to_contain_text("quotes what was said and concludes nothing")


def _click_evidence(page: Page) -> None:
    """The sound moves to the passage and plays, and the lines that are lit hold the quoted words."""
    row = page.locator(".s", has=page.locator("q")).first
    quote = row.locator("q").inner_text().strip("“”")
    mark = row.locator(".ev button").first
    minutes, seconds = mark.inner_text().split(":")
    mark.click()
    expect(page.locator(".go")).to_have_attribute("aria-label", "Pause")
    assert is_playing(page)
    start = 60 * int(minutes) + int(seconds)
    page.wait_for_function(
        f"""() => {{ const audio = [...document.querySelectorAll('*')]
          .map(e => e.shadowRoot?.querySelector('audio') ?? (e.matches('audio') ? e : null))
          .find(Boolean); return audio.currentTime > {start}; }}"""
    )
    assert start <= at(page) < start + 8
    shown = " ".join(page.locator(f'.u[data-id="{ident}"] p').inner_text() for ident in lit(page))
    assert lit(page)
    assert all(word in shown for word in quote.split()[:4])
    page.keyboard.press("Space")


def _write_what_was_not_said(page: Page) -> str:
    """A quotation that nobody spoke: it is flagged, and the note cannot be signed with it."""
    row = page.locator(".s", has=page.locator("q")).first
    ident = row.get_attribute("data-id")
    assert ident
    row.focus()
    page.keyboard.press("e")
    page.get_by_label("Statement", exact=True).fill("Client: “I bought a green bicycle.”")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f'.s[data-id="{ident}"] .flag')).to_contain_text(
        "Not borne out by its passage."
    )
    page.get_by_role("button", name="Sign note").click()
    with _dialog(page) as dialog:
        expect(dialog).to_contain_text("1 statement is not borne out by its passage")
        expect(dialog).to_contain_text("green bicycle")
        expect(dialog.get_by_role("button", name="Sign note")).to_have_count(0)
        dialog.get_by_role("button", name="Back").click()
    return ident


def _sign_after_answering(page: Page, ident: str) -> None:
    row = page.locator(f'.s[data-id="{ident}"]')
    row.locator(".flag button", has_text="Remove").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Put back").click()  # as it was drafted
    expect(row.locator("q")).to_have_count(1)
    expect(row.locator(".flag")).to_have_count(0)
    _sign(page)
    expect(page.locator(".head .open")).to_have_text("Signed and locked")
    assert page.locator(".s .tools, .add:visible").count() == 0


def _sign(page: Page) -> None:
    _at_rest(page)  # what was written last is stored: the dialog signs what it was opened for
    page.get_by_role("button", name="Sign note").click()
    with _dialog(page) as dialog:
        _at_rest(page)
        dialog.get_by_role("button", name="Sign note").click()
    expect(_badge(page, "Signed")).to_be_visible()


def _at_rest(page: Page) -> None:
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def _return_with_a_comment(helen: Page, ruth: Page) -> None:
    """By the address that the therapist's page has: ids, and nothing else."""
    ident = ruth.locator(".s").first.get_attribute("data-id")
    helen.goto(f"{ruth.url}&statement={ident}")
    expect(helen.locator(f'.s[data-id="{ident}"]')).to_be_focused()
    expect(helen.get_by_role("button", name="Sign note")).to_have_count(0)
    helen.keyboard.press("e")
    assert helen.locator("textarea").count() == 0
    helen.get_by_role("button", name="Return").click()
    with _dialog(helen) as dialog:
        dialog.get_by_label("What should change").fill("Nearly there.")
        dialog.get_by_role("combobox").click()
        helen.get_by_role("option").first.click()
        helen.keyboard.press("Escape")
        expect(dialog.get_by_role("textbox")).to_have_count(2)
        dialog.get_by_role("textbox").last.fill(COMMENT)
        helen.keyboard.press("Tab")
        dialog.get_by_role("button", name="Return to the therapist").click()
    expect(_badge(helen, "Returned")).to_be_visible()


def _answer_the_comment(page: Page) -> None:
    page.reload()
    expect(_badge(page, "Returned")).to_be_visible()
    row = page.locator(".s", has=page.locator(".remark"))
    expect(row.locator(".remark")).to_contain_text(COMMENT)
    expect(row.locator(".remark")).to_contain_text("Helen Marsh")
    section = page.locator(".sec", has=page.locator(".remark"))
    section.get_by_role("button", name="Add a statement").click()
    page.get_by_label("Statement", exact=True).fill("This happened on two evenings.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".s", has_text="two evenings").locator(".own")).to_be_visible()
    _sign(page)
    expect(page.locator(".remark")).to_have_count(0)


def _countersign(page: Page) -> None:
    page.reload()
    expect(page.locator(".s", has_text="two evenings")).to_be_visible()
    page.get_by_role("button", name="Countersign").click()
    with _dialog(page) as dialog:
        expect(dialog).to_contain_text("Signed by Ruth Adeyemi")
        dialog.get_by_role("button", name="Countersign").click()
    expect(_badge(page, "Countersigned")).to_be_visible()


def _reads_who_did_what(page: Page) -> None:
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    answer = page.request.get(
        "/api/v1/access-log/export",
        params={"since": (now - day).isoformat(), "until": (now + day).isoformat()},
    )
    assert answer.ok
    text = answer.text()
    assert "bicycle" not in text  # who and when, never what
    assert COMMENT not in text
    rows = csv.DictReader(text.removeprefix("\N{BYTE ORDER MARK}").splitlines())
    did = [" ".join(row.values()) for row in rows]
    steps = ("note:draft", "note:edit", "note:sign", "note:return", "note:sign", "note:countersign")
    people = ("Ruth", "Ruth", "Ruth", "Helen", "Ruth", "Helen")
    found = iter(did)
    for step, who in zip(steps, people, strict=True):  # in this order, whatever else stands between
        assert any(step in row and who in row for row in found), f"{step} by {who} is not logged"
    refused = page.request.get("/api/v1/notes/1")
    assert refused.status == 403  # and no clinical content for whoever reads the log


@contextmanager
def _dialog(page: Page) -> Iterator[Locator]:
    """The open dialog; it is gone after what is done in it."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    yield dialog
    expect(dialog).to_have_count(0)


def _badge(page: Page, words: str) -> Locator:
    """The state of the note; before the words stands the name of its icon."""
    return page.locator(".stMarkdownBadge").filter(has_text=re.compile(rf"(^|\s){words}$"))
