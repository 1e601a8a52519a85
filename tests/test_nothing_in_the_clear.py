"""The canary: words that were said, names and file names must not be readable in anything that stays behind."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.plaintext import of_the_demo, telling, traces
from tests.product import Product
from tests.services.processing.working import slices, spoken

(SOUND,) = slices(spoken(5.0, 25.0), 1)
NAME, SPEAKER, WORDS = "Zephyrine Quillfeather", "Xanthippe", "we spoke of marzipan and albatross"
FILE = "Quillfeather-tuesday.webm"
PAPER = "The tapestry of cinnamon pelicans was folded"
WRITTEN = "a rhododendron grew behind the carousel"


@pytest.fixture(params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Product, str | None]]:
    if request.param == "sqlite":
        yield from _running(Product(tmp_path / "data"), None)
        return
    from tests.servers.postgres import database_on

    with database_on(request.getfixturevalue("postgres_server")) as url:
        yield from _running(Product(tmp_path / "data", DATABASE_URL=url), url)


def _running(product: Product, url: str | None) -> Iterator[tuple[Product, str | None]]:
    product.seed()
    product.start()
    try:
        yield product, url
    finally:
        product.stop()


def test_what_was_said_is_nowhere_in_the_clear(product: tuple[Product, str | None]) -> None:
    running, url = product
    with running.sign_in() as browser:
        ident = _upload(browser)
        _refusals(browser)
        _document(browser)
        running.wait_until_done(browser, ident)
        heard = browser.get(f"/api/v1/sessions/{ident}/transcript").json()
        assert browser.get(f"/api/v1/sessions/{ident}/audio").status_code == 200
    with running.opened():
        _names_and_corrections(ident, heard["utterances"][0]["id"])
    running.stop()
    said = telling([u["text"] for u in heard["utterances"]]) | of_the_demo()
    assert len(said) >= 20
    canaries = telling([NAME, SPEAKER, WORDS, PAPER, WRITTEN])
    assert {"zephyrine", "quillfeather", "xanthippe", "marzipan", "albatross"} <= canaries
    assert {"cinnamon", "pelicans", "rhododendron", "carousel"} <= canaries
    assert traces(said | canaries, running.folder, running.log, database=url) == set()


def _upload(browser: httpx.Client) -> int:
    answer = _post(browser, SOUND, session_id="canary-1")
    assert answer.status_code == 200, answer.text
    ident: int = answer.json()["recording_id"]
    return ident


def _document(browser: httpx.Client) -> None:
    """Uploaded, read, viewed; one that is refused; and a locked one whose password is wrong."""
    from fpdf import FPDF

    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica", size=14)
    paper.cell(0, 10, PAPER)
    form = {"userid": "1", "role": "Therapist", "feature": "letters"}
    name = f"{NAME}.pdf"
    sent = {"files": (name, bytes(paper.output()))}
    answer = browser.post("/api/v1/documents", data=form, files=sent, timeout=120)
    assert answer.status_code == 200, answer.text
    [[read]] = answer.json()
    assert "cinnamon pelicans" in read["content"]
    asked = {"file_name": read["file_name"], "file_url": read["file_url"]}
    assert browser.post("/api/v1/documents/view", json=asked).status_code == 200
    refused = {"files": (name, b"%PDF-1.7 " + PAPER.encode())}
    assert browser.post("/api/v1/documents", data=form, files=refused).status_code == 400


def _refusals(browser: httpx.Client) -> None:
    """Each is refused while the words are in its hands."""
    for content in (WORDS.encode(), SOUND[:40] + WORDS.encode() * 40, SOUND[:900]):
        assert _post(browser, content, session_id="canary-2").status_code == 400
    assert _post(browser, SOUND, therapist_clientid="5").status_code == 404
    assert browser.get(f"/api/v1/sessions/{WORDS}/transcript").status_code in (404, 422)
    assert browser.get("/api/v1/sessions/99/transcript", params={"q": WORDS}).status_code == 404
    answer = browser.post("/auth/login", data={"email": NAME, "password": WORDS, "next": "/"})
    assert answer.status_code in (200, 400, 401, 403)


def _post(browser: httpx.Client, content: bytes, **fields: str) -> httpx.Response:
    form = {
        "therapist_userid": "1",
        "therapist_clientid": "1",
        "session_id": "canary-3",
        "is_last_blob": "True",
    }
    return browser.post("/api/v1/audio", data=form | fields, files={"file": (FILE, content)})


def _names_and_corrections(ident: int, utterance: int) -> None:
    """What the pages do, through the services, on the same database."""
    from dataclasses import replace

    from models.user import Role
    from services import clients, process_notes, transcripts, treatment
    from services.access import Actor, Via
    from services.notes import drafts, editing, reading

    ruth = Actor(1, "Ruth", Role.THERAPIST, Via.COMMAND)
    client_id = clients.create_client(ruth, NAME)
    treatment.add_goal(ruth, client_id, WRITTEN)
    process_notes.write(replace(ruth, via=Via.DASHBOARD), client_id, WRITTEN)
    note = drafts.draft(ruth, ident, "dap")
    shown = reading.read(ruth, note)
    editing.add_statement(
        ruth, note, shown["sections"][0]["key"], WRITTEN, revision=shown["revision"]
    )
    transcripts.rename_speaker(ruth, ident, "S1", SPEAKER)
    transcripts.correct(ruth, ident, utterance, WORDS)
