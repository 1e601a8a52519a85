"""The file itself: authorised first, then decrypted range by range; and single pages of it as pictures."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from models.document import Document
from services import encryption, reading, vault
from services.access import Action, Actor, Work, acting
from services.adapters.errors import DocumentRefused, PasswordNeeded
from services.errors import Conflict, NotFound, Unavailable

# Types that a browser may show in the page. Anything else is handed over as a download.
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/tiff", "image/bmp"})
WIDEST = 2400  # pixels of a page's picture
NARROWEST = 200
LOCKED = "The picture of a page of a locked file cannot be shown: its password is not kept. Open the original."


@dataclass(frozen=True)
class ViewedFile:
    """Proof that `view` let this actor see this file."""

    path: str
    filename: str  # as its sender called it
    content_type: str
    size: int  # bytes of plaintext
    sha256: str

    @property
    def is_inline(self) -> bool:
        return self.content_type in INLINE


def view(actor: Actor, document_id: int) -> ViewedFile:
    """Where the file of a document is. Raises NotFound."""
    with acting(actor, Action.DOCUMENT_VIEW) as work:
        return _file(work.get(Document, document_id))


def view_path(actor: Actor, path: str) -> ViewedFile:
    """The same by the path that the upload returned, and by nothing else. Raises NotFound."""
    with acting(actor, Action.DOCUMENT_VIEW) as work:
        there = work.visible(Document).where(Document.path == path)
        # PostgreSQL refuses to look for a text with this character; no path of ours has it
        row = None if "\0" in path else work.session.scalars(there).first()
        if row is None:
            work.about("documents", 0)
            raise NotFound("There is no such document, or it is not yours to see.")
        work.saw(row)
        return _file(row)


def content(found: ViewedFile, start: int, end: int) -> Iterator[bytes]:
    """Plaintext bytes [start, end) of what `view` authorised."""
    return vault.blobs().read(found.path, start, end)


def page_image(actor: Actor, document_id: int, page: int, width: int = 1200) -> bytes:
    """A JPEG of one page, `width` pixels wide, drawn in a process that is bounded and can be killed.
    Raises NotFound for a page that is not there, Conflict for a locked file."""
    with acting(actor, Action.DOCUMENT_VIEW) as work:
        found = _page(work, document_id, page)
    stream = io.BufferedReader(vault.blobs().reader([found.path]))
    wide = min(max(width, NARROWEST), WIDEST)
    try:
        return reading.render(stream, found.content_type, page, wide)
    except PasswordNeeded:
        raise Conflict(LOCKED) from None
    except DocumentRefused as refused:
        if refused.code == "no-such-page":
            raise NotFound("The document has no such page.") from None
        raise Unavailable("This page cannot be drawn. The original can still be opened.") from None


def _page(work: Work, document_id: int, page: int) -> ViewedFile:
    document = work.get(Document, document_id)
    work.detail(f"page={page}")
    if page < 1 or (document.pages is not None and page > document.pages):
        raise NotFound("The document has no such page.")
    return _file(document)


def _file(row: Document) -> ViewedFile:
    name = encryption.unseal(row, "filename")
    return ViewedFile(row.path, name, row.content_type, row.size, row.sha256)
