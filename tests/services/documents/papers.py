"""Papers made by code, sent in as a page would send them, and read without the queue."""

import io
from functools import cache
from typing import Any

from services import documents, jobs, vault
from services.access import Actor
from services.documents import IncomingFile, StoredDocument, Upload
from services.documents.reading_job import read_to_the_end

LETTER = (
    "Referral letter",
    "Re: Nora Feldt, born 4 May 1988",
    "She has been troubled by low mood and poor sleep since last autumn.",
    "Sertraline 50 mg was started on 2 March and is well tolerated.",
)
SECOND = ("Medication", "Her friend Lena is a close support.")
TABLE = (("Medicine", "Dose"), ("Sertraline", "50 mg"), ("=cmd|' /C calc'!A0", "-3.5"))


@cache
def pdf(*, pages: int = 2, password: str | None = None, table: bool = False) -> bytes:
    """A PDF with a text layer: the letter, then pages of SECOND, the last one with the TABLE."""
    from fpdf import FPDF

    made = FPDF()
    if password:
        made.set_encryption(owner_password="owner", user_password=password)
    for number in range(pages):
        made.add_page()
        made.set_font("Helvetica", size=12)
        for line in LETTER if number == 0 else (*SECOND, f"Marker {number + 1}"):
            made.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    if table:
        with made.table() as drawn:
            for cells in TABLE:
                row = drawn.row()
                for cell in cells:
                    row.cell(cell)
    return bytes(made.output())


@cache
def blank() -> bytes:
    """A PDF of one page on which nothing stands."""
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    return bytes(made.output())


@cache
def scan(kind: str = "PNG") -> bytes:
    """The letter as a scanner would hand it over: a grey picture, slightly soft, no text layer."""
    import pypdfium2
    from PIL import ImageFilter

    page = pypdfium2.PdfDocument(pdf(pages=1))[0]
    picture = page.render(scale=150 / 72).to_pil().convert("L")
    target = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.5)).save(target, kind)
    return target.getvalue()


def send(
    actor: Actor,
    *files: tuple[str, bytes],
    user_id: int | None = None,
    role: str = "Therapist",
    feature: str = "letters",
    **more: Any,
) -> list[StoredDocument]:
    """Uploads files; `more` is of services.documents.Upload."""
    spools = [vault.new_spool() for _ in files]
    try:
        for spool, (_, data) in zip(spools, files, strict=True):
            spool.write(data)
        incoming = tuple(
            IncomingFile(name, spool) for (name, _), spool in zip(files, spools, strict=True)
        )
        whose = actor.user_id if user_id is None else user_id
        return documents.upload(actor, Upload(whose, role, feature, incoming, **more))
    finally:
        for spool in spools:
            spool.close()


def send_and_read(actor: Actor, name: str, data: bytes, **more: Any) -> int:
    """One file, read to its end; its document's id."""
    [stored] = send(actor, (name, data), **more)
    read(stored.document_id)
    return stored.document_id


def read(document_id: int, attempt: int = 1) -> None:
    """What the worker does, in this process."""
    read_to_the_end(jobs.document_owner(document_id), document_id, attempt)


@cache
def questionnaire(items: tuple[str, ...], answers: tuple[int, ...]) -> bytes:
    """A form with each item's wording and the one figure that was typed beside it."""
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=10)
    for number, (item, answer) in enumerate(zip(items, answers, strict=True)):
        made.set_xy(10, 20 + 12 * number)
        made.cell(150, 8, f"{number + 1}. {item[:80]}")
        made.set_xy(180, 20 + 12 * number)
        made.cell(10, 8, str(answer))
    return bytes(made.output())
