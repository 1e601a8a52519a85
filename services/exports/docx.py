"""Notes and transcripts as DOCX, by python-docx."""

import io
from typing import TYPE_CHECKING

from services.exports.sheet import NoteSheet, TranscriptSheet, moment, position, printable

if TYPE_CHECKING:
    from docx.document import Document

QUIET = (85, 99, 106)


def note(sheet: NoteSheet) -> bytes:
    document = _document(sheet.title, sheet.header(), sheet.banner, sheet.language)
    for part in sheet.parts:
        document.add_heading(printable(part.title), 2)
        if not part.statements:
            _quiet(document, part.empty)
        for said in part.statements:
            paragraph = document.add_paragraph(printable(said.text))
            if said.places:
                _small(paragraph, f"  [{said.places}]")
            if said.flag:
                _quiet(document, f"To check: {said.flag}")
    for addendum in sheet.addenda:
        document.add_heading(
            printable(f"Addendum, {addendum.name}, {moment(addendum.at, sheet.zone)}"), 2
        )
        document.add_paragraph(printable(addendum.text))
    for one in sheet.signatures:
        line = f"{one.deed} by {one.name}, {moment(one.at, sheet.zone)}"
        paragraph = document.add_paragraph(printable(line))
        if one.sha256:
            _small(paragraph, f"\nSHA-256 of what was signed: {one.sha256}")
    if not sheet.signatures:
        _quiet(document, "Not signed.")
    if sheet.drafter:
        _quiet(document, f"First drafted by {sheet.drafter}.")
    return _bytes(document)


def transcript(sheet: TranscriptSheet) -> bytes:
    document = _document("Transcript", sheet.header(), "", sheet.language)
    for turn in sheet.turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{position(turn.start)}  {printable(turn.speaker)}: ").bold = True
        paragraph.add_run(printable(turn.text))
    return _bytes(document)


def _document(
    title: str, rows: tuple[tuple[str, str], ...], banner: str, language: str
) -> "Document":
    from docx import Document

    document = Document()
    document.core_properties.title = title  # without the client's name
    document.core_properties.author = ""
    document.core_properties.language = language
    if banner:
        document.sections[0].header.paragraphs[0].text = banner
        _quiet(document, banner)
    document.add_heading(printable(title), 1)
    table = document.add_table(len(rows), 2, style="Light List")
    for row, (name, value) in zip(table.rows, rows, strict=True):
        row.cells[0].text, row.cells[1].text = name, printable(value)
    return document


def _quiet(document: "Document", text: str) -> None:
    from docx.shared import RGBColor

    run = document.add_paragraph().add_run(printable(text))
    run.font.color.rgb = RGBColor(*QUIET)


def _small(paragraph: object, text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)  # type: ignore[attr-defined]
    run.font.size, run.font.color.rgb = Pt(8), RGBColor(*QUIET)


def _bytes(document: "Document") -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
