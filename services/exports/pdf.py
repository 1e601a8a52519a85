"""A note as PDF, by fpdf2 with its shaping engine: every script, no system library, "draft" across what is unsigned."""

from typing import TYPE_CHECKING

from services.exports.sheet import NoteSheet, moment, printable
from services.exports.typefaces import ROMAN, needed, roman

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN = 20.0  # mm
INK, QUIET, PALE = (28, 37, 41), (85, 99, 106), (226, 230, 229)
BODY, SMALL, HEADING, TITLE = 10.5, 8.5, 12.5, 18.0  # points
STROKE = 0.12  # mm around the letters of a heading: a bold cut of the variable face takes seconds to make


def note(sheet: NoteSheet) -> bytes:
    """A4, page numbers and state on every page."""
    document = _document(sheet)
    document.add_page()
    _heading(document, f"{sheet.title}", TITLE)
    _table(document, sheet.header())
    for part in sheet.parts:
        _heading(document, part.title, HEADING)
        if not part.statements:
            _words(document, part.empty, colour=QUIET)
        for said in part.statements:
            _words(document, said.text)
            marks = " · ".join(filter(None, (said.places, said.flag and f"To check: {said.flag}")))
            if marks:
                _words(document, marks, size=SMALL, colour=QUIET)
    for addendum in sheet.addenda:
        _heading(document, f"Addendum, {addendum.name}, {moment(addendum.at, sheet.zone)}", HEADING)
        _words(document, addendum.text)
    _signatures(document, sheet)
    return bytes(document.output())


def _document(sheet: NoteSheet) -> "FPDF":
    from fpdf import FPDF

    class Page(FPDF):  # type: ignore[misc]  # the library has no types
        def header(self) -> None:
            if sheet.banner:
                self.set_font(ROMAN, "", 44)
                self.set_text_color(*PALE)
                middle = self.w / 2
                wide = self.get_string_width(sheet.banner)
                with self.rotation(50, x=middle, y=self.h / 2):
                    self.text(middle - wide / 2, self.h / 2, sheet.banner)
                self.set_text_color(*INK)

        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(ROMAN, "", SMALL)
            self.set_text_color(*QUIET)
            state = sheet.banner.capitalize() or sheet.state.capitalize()
            self.cell(0, 5, f"{state} · page {self.page_no()} of {{nb}}", align="R")

    document = Page(format="A4")
    document.set_margins(MARGIN, MARGIN)
    document.set_auto_page_break(True, margin=MARGIN)
    document.set_title(f"{sheet.title} ({sheet.state})")  # shown in tabs: without the client's name
    document.set_creator("Verbatim")
    document.set_lang(sheet.language)
    _typefaces(document, sheet)
    return document


def _typefaces(document: "FPDF", sheet: NoteSheet) -> None:
    more = needed("".join(_all_words(sheet)))
    document.add_font(ROMAN, "", roman())
    for face in more:
        document.add_font(face.family, "", face.path)
    document.set_fallback_fonts([face.family for face in more], exact_match=False)
    document.set_text_shaping(True)


def _all_words(sheet: NoteSheet) -> list[str]:
    words = [value for _, value in sheet.header()]
    for part in sheet.parts:
        words += [part.title, *(one.text + one.flag + one.places for one in part.statements)]
    words += [one.name + one.text for one in sheet.addenda]
    return [*words, *(one.name for one in sheet.signatures)]


def _heading(document: "FPDF", text: str, size: float) -> None:
    if size is not TITLE:
        document.ln(3)
    document.set_font(ROMAN, "", size)
    document.set_text_color(*INK)
    document.set_draw_color(*INK)
    with document.local_context(text_mode="FILL_STROKE", line_width=STROKE):
        document.multi_cell(0, size * 0.48, printable(text), new_x="LMARGIN", new_y="NEXT")
    document.ln(1)


def _words(
    document: "FPDF", text: str, *, size: float = BODY, colour: tuple[int, int, int] = INK
) -> None:
    document.set_font(ROMAN, "", size)
    document.set_text_color(*colour)
    document.multi_cell(0, size * 0.48, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
    document.ln(1)


def _table(document: "FPDF", rows: tuple[tuple[str, str], ...]) -> None:
    document.set_font(ROMAN, "", BODY)
    document.set_draw_color(*PALE)
    with document.table(
        col_widths=(22, 78), first_row_as_headings=False, borders_layout="HORIZONTAL_LINES",
        line_height=BODY * 0.52, text_align="LEFT",
    ) as table:  # fmt: skip
        for name, value in rows:
            row = table.row()
            row.cell(name)
            row.cell(printable(value))
    document.ln(2)


def _signatures(document: "FPDF", sheet: NoteSheet) -> None:
    document.ln(4)
    for one in sheet.signatures:
        _words(document, f"{one.deed} by {one.name}, {moment(one.at, sheet.zone)}")
        if one.sha256:
            _words(document, f"SHA-256 of what was signed: {one.sha256}", size=SMALL, colour=QUIET)
    if not sheet.signatures:
        _words(document, "Not signed.", colour=QUIET)
    if sheet.drafter:
        _words(document, f"First drafted by {sheet.drafter}.", size=SMALL, colour=QUIET)
