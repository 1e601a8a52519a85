"""The pages of the clinical work, held to WCAG 2.2 AA by axe-core in both themes."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.user import Role
from services import notes, summaries
from services.access import Actor, Via
from services.jobs import owner
from services.processing import playback_file, stored
from tests.browser import axe
from tests.browser.chromium import PATIENCE
from tests.browser.session_page import statement
from tests.product import Product
from tests.services.documents.papers import pdf, send_and_read
from tests.services.recordings.sending import Recorder
from tests.services.written import spoken
from tests.sounds import encode, tone

pytestmark = pytest.mark.browser

LINES = (
    ("Speaker 1", "Good to see you, Nora. How have the evenings been since we last met here?"),
    ("Speaker 2", "I felt worn out and I cried in the kitchen on Monday, for an hour, all alone."),
    ("Speaker 1", "When it is like that, have you thought of ending your life, or of hurting yourself?"),
    ("Speaker 2", "Sometimes I think it would be easier not to wake up, but I would not do it."),
    ("Speaker 1", "Would you do the slow breathing every evening until next week, as we did today?"),
    ("Speaker 2", "Yes, I will do it after the news, before I go to bed, and write it in the diary."),
)  # fmt: skip
RUTH = Actor(1, "Ruth Adeyemi", Role.THERAPIST, Via.COMMAND)
Open = Callable[[str], Page]


class Case:
    """A product with a session that has a note with a statement to check, a signed one, and a letter."""

    def __init__(self, product: Product) -> None:
        self.product = product
        with product.opened():
            _, signed = self._session("dap")
            notes.sign(RUTH, signed, revision=notes.read(RUTH, signed)["revision"])
            self.session, self.note = self._session("soap")
            revision = notes.read(RUTH, self.note)["revision"]
            first = next(s for s in notes.read(RUTH, self.note)["sections"] if s["statements"])
            self.checked = str(first["statements"][0]["id"])
            notes.edit_statement(
                RUTH, self.note, self.checked, "Client: “I bought a bicycle.”", revision=revision
            )
            self.letter = send_and_read(RUTH, "Referral letter.pdf", pdf(), client_id=1)

    def _session(self, instruction: str) -> tuple[int, int]:
        """As the worker leaves it, and its note."""
        recorder = Recorder(RUTH)
        self.client = recorder.client_id
        sound = encode(tone(48.0), "wav")
        ident = recorder.send(sound, last=True, session_id=instruction).recording_id
        worker = owner(ident)
        stored.add_transcript(worker, ident, spoken(LINES))
        playback_file.prepare(worker, ident)
        summary = summaries.summarise(*stored.utterances(worker, ident))
        stored.finish(worker, ident, summary, summaries.AUTHOR)
        return ident, notes.draft(RUTH, ident, instruction)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    product = Product(tmp_path_factory.mktemp("axe") / "data", VERBATIM_SUPERVISE_WORKER="0")
    product.seed()
    try:
        product.start()
        yield Case(product)
    finally:
        product.stop()


@pytest.fixture(scope="module")
def rules() -> str:
    return axe.script()


@pytest.fixture(params=["light", "dark"])
def as_stranger(chromium: Browser, case: Case, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme=request.param,
        base_url=case.product.url,
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def as_person(as_stranger: Page) -> Open:
    def page_of(name: str) -> Page:
        as_stranger.goto("/")
        as_stranger.get_by_role("button", name=re.compile(name)).click()
        as_stranger.get_by_role("heading", level=1).wait_for()
        return as_stranger

    return page_of


def test_the_note_beside_the_transcript(as_person: Open, case: Case, rules: str) -> None:
    page = as_person("Ruth Adeyemi")
    page.goto(f"/session?id={case.session}")
    page.wait_for_selector(".u")
    expect(statement(page, case.checked).locator(".flag")).to_be_visible()
    found = {"as it opens": axe.broken_rules(page, rules)}
    statement(page, case.checked).focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Move to another section").wait_for()
    found["with a menu"] = axe.broken_rules(page, rules)
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Statement").wait_for()
    found["while a statement is written"] = axe.broken_rules(page, rules)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sign note").click()
    expect(page.get_by_role("dialog")).to_contain_text("bicycle")
    found["sign dialog"] = axe.broken_rules(page, rules)
    none_broken(found)


def test_history_and_documents(as_person: Open, case: Case, rules: str) -> None:
    page = as_person("Ruth Adeyemi")
    page.goto(f"/history?client={case.client}")
    page.get_by_role("heading", name="Sessions, newest first").wait_for()
    found = {"history": axe.broken_rules(page, rules)}
    page.goto("/documents")
    page.get_by_role("table").first.wait_for()
    found["documents"] = axe.broken_rules(page, rules)
    page.goto(f"/document?id={case.letter}")
    page.get_by_text("low mood and poor sleep").first.wait_for()
    found["a document"] = axe.broken_rules(page, rules)
    none_broken(found)


def test_sessions_and_record(as_person: Open, rules: str) -> None:
    page = as_person("Ruth Adeyemi")
    page.goto("/sessions")
    page.get_by_role("table").first.wait_for()
    found = {"sessions": axe.broken_rules(page, rules)}
    page.goto("/record")
    page.get_by_role("button", name="Start recording").wait_for()
    found["record"] = axe.broken_rules(page, rules)
    none_broken(found)


def test_review(as_person: Open, case: Case, rules: str) -> None:
    page = as_person("Helen Marsh")
    page.goto("/review")
    page.get_by_role("table").or_(page.get_by_text("Ruth Adeyemi")).first.wait_for()
    none_broken({"review": axe.broken_rules(page, rules)})


def test_sign_in(as_stranger: Page, rules: str) -> None:
    as_stranger.goto("/")
    as_stranger.get_by_role("button", name="Sign in").wait_for()
    found = {"form": axe.broken_rules(as_stranger, rules)}
    as_stranger.get_by_label("Email").fill("nobody@clinic.example")
    as_stranger.get_by_label("Password", exact=True).fill("not the password at all")
    as_stranger.get_by_role("button", name="Sign in").click()
    as_stranger.get_by_role("alert").wait_for()
    found["after a wrong password"] = axe.broken_rules(as_stranger, rules)
    none_broken(found)


def test_a_broken_rule_is_found_in_a_shadow_tree_too(as_stranger: Page, rules: str) -> None:
    as_stranger.goto("/")
    as_stranger.evaluate("""() => {
      const host = document.querySelector('main').appendChild(document.createElement('div'));
      host.id = 'planted';
      host.attachShadow({ mode: 'open' }).innerHTML = '<p>faint</p><button></button>';
      const faint = host.shadowRoot.firstChild.style;  // the page's policy refuses a style in the markup
      [faint.color, faint.background] = ['#aaa', '#fff'];
    }""")
    found = sorted(axe.broken_rules(as_stranger, rules))
    assert [one.split(" (")[0] for one in found] == [
        "button-name: #planted >>> button",
        "color-contrast: #planted >>> p",
    ]


def none_broken(found: dict[str, list[str]]) -> None:
    broken = [f"{place}: {one}" for place, ones in found.items() for one in ones]
    assert not broken, "\n".join(broken)
