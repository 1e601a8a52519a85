"""Operations 11 and 12 over HTTP, what the page's own viewer asks for, and what strangers get."""

import csv
import io
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from config import settings
from models.access_log import AccessLog
from models.client import TherapistClient
from models.database import sessions
from models.document import Document, DocumentState
from models.user import Role
from services import clients, vault
from services.access import Actor
from tests.api.asking import asking
from tests.people import People, enrol
from tests.services.documents.papers import LETTER, TABLE, blank, pdf, read, scan, send_and_read


@pytest.fixture
def worker(sqlite_people: People) -> Iterator[None]:
    """Reads in a thread of this process whatever is waiting, as the worker does in its own."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(0.05):
            with sessions()() as session:
                waiting = session.execute(
                    select(Document.id, Document.attempt).where(
                        Document.state == DocumentState.WAITING
                    )
                ).all()
            for ident, attempt in waiting:
                read(ident, attempt)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


def post(client: TestClient, actor: Actor, *files: tuple[str, bytes], **fields: Any) -> Any:
    form = {"userid": str(actor.user_id), "role": "Therapist", "feature": "intake-forms"} | fields
    sent = {name: value for name, value in form.items() if value is not None}
    return client.post("/documents", data=sent, files=[("files", file) for file in files])


@pytest.mark.usefixtures("worker")
def test_the_contracts_answer(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    with asking(alice) as client:
        answer = post(client, alice, ("intake_form.pdf", pdf()), ("Nora Feldt.png", scan()))
    assert answer.status_code == 200
    [[form], [picture]] = answer.json()
    assert form["file_name"] == "intake_form.pdf"
    folder = f"intake-forms/Therapist/{alice.user_id}/"
    assert form["file_url"].startswith(folder)
    assert form["file_url"].endswith("/intake_form.pdf")
    assert all(line in form["content"] for line in LETTER)
    assert picture["file_name"] == "Nora Feldt.png"
    assert "Feldt" not in picture["file_url"]
    assert "Sertraline 50 mg" in picture["content"]
    assert {form["state"], picture["state"]} == {"read"}


def test_without_waiting_the_text_comes_later(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    with asking(alice) as client:
        [[first]] = post(client, alice, ("a.pdf", pdf()), wait="False").json()
        read(first["document_id"])
        page = client.get(f"/documents/{first['document_id']}/pages/1").json()
    assert (first["content"], first["state"], first["problem"]) == ("", "waiting", None)
    assert [line["text"] for line in page["lines"]] == list(LETTER)


def test_sent_again_under_its_key_it_is_stored_once(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    form = {
        "userid": str(alice.user_id),
        "role": "Therapist",
        "feature": "letters",
        "wait": "False",
    }
    answers = []
    with asking(alice) as client:
        for data in (pdf(), pdf(), pdf(pages=1)):
            answers.append(
                client.post(
                    "/documents", data=form, files=[("files", ("a.pdf", data))],
                    headers={"idempotency-key": "one-and-the-same"},
                )
            )  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[0].json() == answers[1].json()
    replayed = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert replayed == [None, "true", None]
    assert len(list(vault.blobs().list(""))) == 1


def test_a_clients_own_upload(sqlite_people: People) -> None:
    nora = clients.create_client(sqlite_people.alice, "Nora Feldt")
    clara = enrol("clara", Role.CLIENT)
    with sessions()() as session, session.begin():
        session.get_one(TherapistClient, nora).client_user_id = clara.user_id
    with asking(clara) as client:
        [[sent]] = post(client, clara, ("a.pdf", pdf()), role="User", wait="False").json()
        seen = client.post("/documents/view", json={"file_name": "a", "file_url": sent["file_url"]})
    assert sent["file_url"].startswith(f"intake-forms/User/{clara.user_id}/")
    assert seen.content == pdf()


BAD: dict[str, tuple[dict[str, Any], tuple[str, bytes], int]] = {
    "userid missing": ({"userid": None}, ("a.pdf", pdf()), 422),
    "userid null": ({"userid": "null"}, ("a.pdf", pdf()), 404),
    "userid a name": ({"userid": "therapist1"}, ("a.pdf", pdf()), 404),
    "somebody else's userid": ({"userid": "4711"}, ("a.pdf", pdf()), 404),
    "role missing": ({"role": None}, ("a.pdf", pdf()), 422),
    "role Doctor": ({"role": "Doctor"}, ("a.pdf", pdf()), 400),
    "feature missing": ({"feature": None}, ("a.pdf", pdf()), 422),
    "feature a path": ({"feature": "../../etc"}, ("a.pdf", pdf()), 400),
    "somebody else's client": ({"therapist_clientid": "4711"}, ("a.pdf", pdf()), 404),
    "wait maybe": ({"wait": "maybe"}, ("a.pdf", pdf()), 422),
    "html called pdf": ({}, ("a.pdf", b"<script>alert(1)</script>"), 400),
    "svg": ({}, ("a.svg", b"<svg onload='alert(1)'/>"), 400),
    "word": ({}, ("a.docx", b"PK\3\4" + bytes(200)), 400),
    "empty": ({}, ("a.pdf", b""), 400),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_sentence_and_stores_nothing(sqlite_people: People, case: str) -> None:
    fields, file, status = BAD[case]
    with asking(sqlite_people.alice) as client:
        answer = post(client, sqlite_people.alice, ("good.pdf", pdf()), file, **fields)
    assert answer.status_code == status
    if status == 422:  # the contract's own shape
        assert answer.json()["detail"][0]["loc"][0] == "body"
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].endswith(".")
    assert not list(vault.blobs().list(""))
    with sessions()() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0
    assert not list((settings().data_dir / "spool").iterdir())


def test_files_that_are_too_large_or_too_many(
    sqlite_people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "max_document_mb", 1)
    alice = sqlite_people.alice
    with asking(alice) as client:
        large = post(client, alice, ("a.pdf", pdf() + bytes(2 << 20)))
        many = post(client, alice, *[(f"{n}.pdf", b"%PDF-") for n in range(21)])
        none = client.post("/documents", data={"userid": "1", "role": "User", "feature": "other"})
    assert (large.status_code, many.status_code, none.status_code) == (413, 400, 400)
    assert "larger than 1 MB" in large.json()["detail"]
    assert "at most 20 files" in many.json()["detail"]


@pytest.fixture
def ident(sqlite_people: People) -> int:
    return send_and_read(sqlite_people.alice, "Überweisung, Nora.pdf", pdf(table=True))


def path_of(ident: int) -> str:
    with sessions()() as session:
        return session.get_one(Document, ident).path


def test_the_file_as_it_was(sqlite_people: People, ident: int) -> None:
    data = pdf(table=True)
    with asking(sqlite_people.alice) as client:
        body = {"file_name": "Überweisung, Nora.pdf", "file_url": path_of(ident)}
        whole = client.post("/documents/view", json=body)
        head = client.head(f"/documents/{ident}/file")
        part = client.get(f"/documents/{ident}/file", headers={"range": "bytes=10-19"})
        etag = whole.headers["etag"]
        same = {"range": "bytes=10-19", "if-range": etag}
        other = {"range": "bytes=10-19", "if-range": '"other"'}
        ranged = client.get(f"/documents/{ident}/file", headers=same)
        again = client.get(f"/documents/{ident}/file", headers=other)
        beyond = client.get(f"/documents/{ident}/file", headers={"range": f"bytes={len(data)}-"})
    assert whole.content == data
    for answer in (whole, head):
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-length"] == str(len(data))
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["cache-control"] == "private, no-store"
        shown = answer.headers["content-disposition"]
        assert shown.startswith('inline; filename="Uberweisung_ Nora.pdf"; ')
        assert unquote(shown.partition("UTF-8''")[2]) == "Überweisung, Nora.pdf"
    assert head.content == b""
    assert (part.status_code, part.content) == (206, data[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(data)}"
    assert (ranged.status_code, again.status_code, beyond.status_code) == (206, 200, 416)


def test_pages_pictures_and_tables(sqlite_people: People, ident: int) -> None:
    with asking(sqlite_people.alice) as client:
        image = client.get(f"/documents/{ident}/pages/2/image", params={"width": 400})
        table = client.get(f"/documents/{ident}/pages/2/tables/0")
        missing = [
            client.get(f"/documents/{ident}/pages/{rest}").status_code
            for rest in ("3", "3/image", "0/image", "1/tables/0", "2/tables/9")
        ]
    assert (image.headers["content-type"], image.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert table.headers["content-disposition"].startswith('attachment; filename="table-2-1.csv"')
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    harmless = [[cell if cell[0] != "=" else f"'{cell}" for cell in row] for row in TABLE]
    assert rows == harmless
    assert missing == [404] * 5


def test_somebody_elses_is_not_found_and_logged(sqlite_people: People, ident: int) -> None:
    body = {"file_name": "a.pdf", "file_url": path_of(ident)}
    routes = ("file", "pages/1", "pages/1/image", "pages/2/tables/0")
    with asking(sqlite_people.bob) as client:
        statuses = [client.post("/documents/view", json=body).status_code]
        statuses += [client.get(f"/documents/{ident}/{route}").status_code for route in routes]
        for guess in ("../../keys.json", "%2e%2e/keys.json", "intake-forms/Therapist/1/x.pdf"):
            view = client.post("/documents/view", json=body | {"file_url": guess})
            statuses.append(view.status_code)
    assert statuses == [404] * 8
    with sessions()() as session:
        log = session.scalars(
            select(AccessLog.outcome).where(AccessLog.actor_id == sqlite_people.bob.user_id)
        ).all()
    assert log == ["refused"] * 8
    with asking(None) as client:
        assert client.get(f"/documents/{ident}/file").status_code == 401
        assert client.post("/documents/view", json=body).status_code == 401
    with asking(sqlite_people.dora) as client:
        assert client.get(f"/documents/{ident}/file").status_code == 403


def test_a_view_without_its_fields_is_the_contracts_422(sqlite_people: People) -> None:
    with asking(sqlite_people.alice) as client:
        answer = client.post("/documents/view", json={"file_name": "Nora Feldt.pdf"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "file_url"]
    assert "Feldt" not in answer.text


@pytest.mark.usefixtures("worker")
def test_a_page_without_text_says_so_and_a_name_has_no_hidden_signs(
    sqlite_people: People,
) -> None:
    with asking(sqlite_people.alice) as client:
        [[empty]] = post(client, sqlite_people.alice, ("scan\u202efdp.pdf", blank())).json()
    assert (empty["state"], empty["content"]) == ("read", "")
    assert "No text was found" in empty["problem"]
    assert empty["file_name"] == "scanfdp.pdf"


def test_a_locked_file_says_so_and_is_read_with_its_password(sqlite_people: People) -> None:
    alice, locked = sqlite_people.alice, ("a.pdf", pdf(password="marigold"))
    with asking(alice) as client:
        [[without]] = post(client, alice, locked).json()
        [[given]] = post(client, alice, locked, password="marigold", wait="False").json()
        [[wrong]] = post(client, alice, locked, password="tulip", wait="False").json()
    assert (without["state"], without["content"]) == ("locked", "")
    assert "password" in without["problem"]
    for sent, state in ((given, DocumentState.READ), (wrong, DocumentState.LOCKED)):
        assert (sent["state"], sent["problem"]) == ("waiting", None)
        read(sent["document_id"])
        with sessions()() as session:
            row = session.get_one(Document, sent["document_id"])
        assert (row.state, row.password) == (state, None)


@pytest.mark.parametrize("number", ["99999999999999999999999", "2147483648", "-1", "x"])
def test_numbers_that_no_page_has(sqlite_people: People, ident: int, number: str) -> None:
    with asking(sqlite_people.alice) as client:
        statuses = [
            client.get(f"/documents/{path}").status_code
            for path in (
                f"{number}/file",
                f"{number}/pages/1",
                f"{ident}/pages/{number}",
                f"{ident}/pages/{number}/image",
                f"{ident}/pages/1/tables/{number}",
            )
        ]
    assert statuses == [422] * 5


def test_a_path_that_no_database_looks_for_is_not_found(people: People) -> None:
    with asking(people.alice) as client:
        body = {"file_name": "a.pdf", "file_url": "letters/\0/a.pdf"}
        assert client.post("/documents/view", json=body).status_code == 404


def test_a_language_that_is_none_is_refused(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    with asking(alice) as client:
        answer = post(client, alice, ("a.pdf", pdf()), language="klingon, as it is spoken")
    assert answer.status_code == 400
    assert "language" in answer.json()["detail"]
