"""Exports through the door: asked why, logged, of one's own rows only, the signatures that hold."""

import io
import json

import docx as docx_reader
import pypdfium2
import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import reading
from services import clients, documents, exports, notes
from services.errors import Invalid, NotAllowed, NotFound
from services.exports import FORMATS, REASONS
from services.notes import drafts, signing
from services.notes import reading as note_reading
from tests.people import People
from tests.services.documents.papers import LETTER, SECOND, pdf, send_and_read
from tests.services.notes.noted import a_session, write_note
from tests.services.written import Lines, write_session

LINES: Lines = (
    ("Speaker 1", "How did you sleep since we met last week, Nora?"),
    ("Speaker 2", "I slept about five hours a night, and I woke up at four most days."),
    ("Speaker 1", "What did you try when you woke up so early?"),
    (
        "Speaker 2",
        "I tried the breathing that you showed me, and it helped a little with the worry.",
    ),
    ("Speaker 1", "For next week, please write down when you wake up and what you think then."),
    ("Speaker 2", "I will keep the diary next to my bed and bring it along next Tuesday."),
    ("Speaker 2", "My sister visits on Sunday, and I am looking forward to cooking with her."),
)


@pytest.fixture
def recording_id(people: People) -> int:
    client_id = clients.create_client(people.alice, "Nora Feldt")
    return write_session(people.alice, client_id, lines=LINES * 2)


@pytest.fixture
def note_id(people: People, recording_id: int) -> int:
    return drafts.draft(people.alice, recording_id, "soap")


def in_pdf(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as file:
        return "\n".join(page.get_textpage().get_text_range() for page in file)


def logged(action: str) -> list[tuple[str, str]]:
    with reading() as session:
        rows = session.execute(
            select(AccessLog.outcome, AccessLog.detail).where(AccessLog.action == action)
        )
        return [(row.outcome, row.detail) for row in rows]


def test_a_draft_is_marked_and_the_export_logged_with_its_reason(
    people: People, note_id: int
) -> None:
    made = exports.export_note(people.alice, note_id, "pdf", "client", zone="Europe/Oslo")
    text = in_pdf(made.content)
    assert "DRAFT, NOT SIGNED" in text
    assert "Alice (therapist), Nora Feldt" in " ".join(text.split())
    assert "Speaker 1" not in text
    assert made.filename == f"note-{note_id}.pdf"  # no name outside the file
    assert logged("note:export") == [("done", "format=pdf reason=client")]


def test_a_signed_note_carries_signature_and_addendum_until_it_is_opened_again(
    people: People, note_id: int
) -> None:
    _sign(people, note_id)
    signing.add_addendum(people.alice, note_id, "Her sister called on Monday.")
    text = in_pdf(exports.export_note(people.alice, note_id, "pdf", "payer").content)
    assert "Signed by Alice" in text
    assert "Her sister called on Monday." in text
    assert "DRAFT" not in text
    signing.reopen(people.alice, note_id, "A date was wrong.")
    again = in_pdf(exports.export_note(people.alice, note_id, "pdf", "payer").content)
    assert "Signed by Alice" not in again
    assert "DRAFT, NOT SIGNED" in again


def _sign(people: People, note_id: int) -> None:
    from services.notes import editing

    read = note_reading.read(people.alice, note_id)
    for section in read["sections"]:
        for statement in section["statements"]:
            if statement["level"] == "contradicted":
                editing.keep_as_own(
                    people.alice, note_id, statement["id"], revision=read["revision"]
                )
    read = note_reading.read(people.alice, note_id)
    signing.sign(people.alice, note_id, revision=read["revision"])


@pytest.mark.parametrize("kind", FORMATS["note"])
def test_every_format_of_a_note_can_be_made(people: People, note_id: int, kind: str) -> None:
    made = exports.export_note(people.alice, note_id, kind, "records")
    assert made.content_type == FORMATS["note"][kind]
    if kind == "docx":
        assert docx_reader.Document(io.BytesIO(made.content)).paragraphs
    if kind == "fhir":
        assert json.loads(made.content)["resourceType"] == "Bundle"


@pytest.mark.parametrize("kind", FORMATS["transcript"])
def test_every_format_of_a_transcript(people: People, recording_id: int, kind: str) -> None:
    made = exports.export_transcript(people.alice, recording_id, kind, "treatment")
    content = made.content
    if kind == "docx":
        text = "\n".join(one.text for one in docx_reader.Document(io.BytesIO(content)).paragraphs)
    else:
        text = content.decode()
    assert "I slept about five hours a night" in text
    assert logged("transcript:export") == [("done", f"format={kind} reason=treatment")]


def test_a_supervisor_may_and_others_may_not(people: People, note_id: int) -> None:
    assert exports.export_note(people.sam, note_id, "pdf", "records").content
    with pytest.raises(NotFound):
        exports.export_note(people.bob, note_id, "pdf", "records")
    with pytest.raises(NotAllowed):
        exports.export_note(people.dora, note_id, "pdf", "records")


@pytest.mark.parametrize(
    ("kind", "reason", "zone", "said"),
    [
        ("odt", "client", "UTC", "pdf, docx, fhir"),
        ("pdf", "curiosity", "UTC", ", ".join(REASONS)),
        ("pdf", "client", "Mars/Base", "time zone"),
        ("pdf", "client", "../etc/passwd", "time zone"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    people: People, note_id: int, kind: str, reason: str, zone: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        exports.export_note(people.alice, note_id, kind, reason, zone=zone)
    assert logged("note:export") == []


def test_what_a_letter_says_is_named_by_its_title_and_page(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    client_id = clients.create_client(alice, "Nora Feldt")
    note = write_note(alice, a_session(alice, client_id))
    letter = send_and_read(alice, "Überweisung an die Kollegen.pdf", pdf(), client_id=client_id)
    lines = [
        notes.DocumentLine(*place)
        for place, words in documents.lines(alice, letter).items()
        if words in (LETTER[2], SECOND[0])
    ]
    notes.set_evidence(alice, note, "s2", [1], revision=1, documents=lines)
    named = "0:04; Überweisung an die Kollegen, p. 1; Überweisung an die Kollegen, p. 2"
    in_docx = docx_reader.Document(
        io.BytesIO(exports.export_note(alice, note, "docx", "records").content)
    )
    cited = next(one.text for one in in_docx.paragraphs if "tram was late" in one.text)
    assert cited.endswith(f"[{named}]")
    assert named in " ".join(
        in_pdf(exports.export_note(alice, note, "pdf", "records").content).split()
    )
    documents.delete_document(alice, letter)
    gone = in_pdf(exports.export_note(alice, note, "pdf", "records").content)
    assert "a document, p. 1; a document, p. 2" in gone
    assert "Überweisung" not in gone
