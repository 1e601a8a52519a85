"""A note as PDF, DOCX and FHIR, a transcript as text, VTT and DOCX: read back with other readers."""

import base64
import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import docx as docx_reader
import pypdfium2
import pytest

from services.exports import captions, docx, fhir, pdf
from services.exports.sheet import (
    Addendum,
    NoteSheet,
    Part,
    Said,
    Signature,
    TranscriptSheet,
    Turn,
)  # fmt: skip
from services.exports.typefaces import SCRIPTS, needed

AT = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SCRIPT = "<script>alert(1)</script> & co"
WORDS = {
    "latin": "Zażółć gęślą jaźń, naïve, Ørsted",
    "greek": "Καλημέρα",
    "cyrillic": "Доброе утро",
    "arabic": "نورة",
    "hebrew": "שרה",
    "devanagari": "नमस्ते",
    "tamil": "தமிழ்",
    "thai": "สวัสดี",
    "han": "她睡不好。カウンセリング 상담",
}


def note(**changes: object) -> NoteSheet:
    sheet = NoteSheet(
        title="SOAP note",
        client="Nora Feldt",
        author="Lea Brandt",
        starts_at=AT,
        seconds=3080,
        place="Telehealth",
        attendees=("Therapist", "Nora"),
        state="draft",
        parts=(
            Part("Subjective", (Said(f"Said she slept badly. {SCRIPT}", "13:53", "Look here."),)),
            Part("Objective", ()),
        ),
        signatures=(),
        addenda=(),
        drafter="extractive-1",
        clinic="Clinic Nord",
        zone=BERLIN,
        note_uid="12345678-1234-5678-1234-567812345678",
    )
    return replace(sheet, **changes)  # type: ignore[arg-type]


SIGNED = note(
    state="signed",
    signatures=(Signature("Signed", "Lea Brandt", AT, "ab" * 32),),
    addenda=(Addendum("Lea Brandt", AT, "Called back."),),
)


def in_pdf(sheet: NoteSheet) -> str:
    with pypdfium2.PdfDocument(pdf.note(sheet)) as file:
        return "\n".join(page.get_textpage().get_text_range() for page in file)


def in_docx(sheet: NoteSheet) -> str:
    file = docx_reader.Document(io.BytesIO(docx.note(sheet)))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(one.text for one in file.paragraphs)])


@pytest.mark.parametrize("read", [in_pdf, in_docx])
def test_a_note_says_everything_and_that_it_is_a_draft(read: Callable[[NoteSheet], str]) -> None:
    text = read(note())
    for words in (
        "SOAP note", "Nora Feldt", "24 Nov 2026", "10:00 to 10:51 (Europe/Berlin), 51 min",
        "Telehealth", "Said she slept badly.", SCRIPT, "13:53", "To check: Look here.",
        "Not assessed", "DRAFT, NOT SIGNED", "Not signed.", "extractive-1",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("read", [in_pdf, in_docx])
def test_a_signed_note_shows_who_and_what_was_signed(read: Callable[[NoteSheet], str]) -> None:
    text = read(SIGNED)
    assert "DRAFT" not in text.upper().replace("DRAFTED", "")
    for words in ("Signed by Lea Brandt", "ab" * 32, "Called back."):
        assert words in text.replace("\r\n", "").replace("\n", " ") or words in text


@pytest.mark.parametrize("script", WORDS)
def test_every_letter_of_a_script_is_drawn(script: str) -> None:
    """No letter falls to the empty box that stands for a missing one: glyph 0 of its typeface."""
    from fontTools.ttLib import TTFont

    from services.exports.typefaces import roman

    paths = [roman(), *(face.path for face in needed(WORDS[script]))]
    maps = []
    for path in paths:
        with TTFont(path) as face:
            maps.append(face.getBestCmap())
    letters = {letter for letter in WORDS[script] if not letter.isspace()}
    assert not [letter for letter in letters if not any(ord(letter) in one for one in maps)]
    assert pdf.note(note(client=WORDS[script])).startswith(b"%PDF-")


def test_letters_that_join_are_joined() -> None:
    """The text layer alone would pass with unjoined letters: the picture must differ from unshaped ones."""
    joined, apart = "نورة", "ن\u200cو\u200cر\u200cة"
    pictures = [_client_line(note(client=name)) for name in (joined, apart)]
    assert pictures[0] != pictures[1]


def _client_line(sheet: NoteSheet) -> bytes:
    with pypdfium2.PdfDocument(pdf.note(sheet)) as file:
        picture: bytes = file[0].render(scale=2).to_pil().crop((200, 150, 600, 260)).tobytes()
    return picture


def test_only_the_scripts_in_use_are_loaded() -> None:
    assert needed(WORDS["latin"] + WORDS["greek"] + WORDS["cyrillic"]) == ()
    assert [face.family for face in needed("שרה 상담")] == ["hebrew", "han"]
    assert all(face.path.is_file() for face in SCRIPTS)


@pytest.mark.parametrize("make", [pdf.note, docx.note])
def test_control_characters_and_long_words_break_nothing(
    make: Callable[[NoteSheet], bytes],
) -> None:
    hostile = "a\x00b\x1f\ud800c " + "x" * 3000
    made = make(note(client=hostile, parts=(Part("Plan", (Said(hostile),) * 40),)))
    assert len(made) > 1000


def test_fhir_is_a_valid_document_with_the_pdf_inside() -> None:
    from fhir.resources.R4B.bundle import Bundle

    data = json.loads(fhir.bundle(SIGNED, "soap", AT))
    Bundle.model_validate(data)
    kinds = [entry["resource"]["resourceType"] for entry in data["entry"]]
    assert kinds == ["Composition", "Patient", "Practitioner", "DocumentReference"]
    composition, reference = data["entry"][0]["resource"], data["entry"][3]["resource"]
    assert composition["status"] == "final"
    assert composition["attester"][0]["mode"] == "professional"
    known = {entry["fullUrl"] for entry in data["entry"]}
    assert {composition["subject"]["reference"], composition["author"][0]["reference"]} <= known
    assert base64.b64decode(reference["content"][0]["attachment"]["data"]).startswith(b"%PDF-")
    divs = [section["text"]["div"] for section in composition["section"]]
    assert "&lt;script&gt;" in divs[0]
    assert "<script" not in divs[0]
    assert "Not assessed" in divs[1]


def test_fhir_of_a_draft_is_preliminary_and_attested_by_nobody() -> None:
    composition = json.loads(fhir.bundle(note(), "soap", AT))["entry"][0]["resource"]
    assert composition["status"] == "preliminary"
    assert "attester" not in composition


def transcript() -> TranscriptSheet:
    turns = (
        Turn("Therapist", 0.0, 4.0, "How was the week?"),
        Turn("Nora <b>", 3661.5, 3661.5, "Bad --> worse & <i>long</i>\n\nyes"),
    )
    return TranscriptSheet("Nora Feldt", "Lea Brandt", AT, 3662, turns, "", BERLIN)


def test_a_transcript_as_text_and_docx() -> None:
    text = captions.text(transcript()).decode()
    assert "Client: Nora Feldt" in text
    assert "[1:01:01] Nora <b>: Bad --> worse" in text
    file = docx_reader.Document(io.BytesIO(docx.transcript(transcript())))
    assert "0:00  Therapist: How was the week?" in [one.text for one in file.paragraphs]


def test_vtt_keeps_its_cues_whatever_is_said() -> None:
    cues = captions.vtt(transcript()).decode().split("\n\n")
    assert cues[0] == "WEBVTT"
    assert len(cues) == 3
    number, times, words = cues[2].strip().split("\n")
    assert (number, times) == ("2", "01:01:01.500 --> 01:01:01.501")
    assert words == ("<v Nora &lt;b&gt;>Bad --&gt; worse &amp; &lt;i&gt;long&lt;/i&gt; yes</v>")
