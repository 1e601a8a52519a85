"""What people do with a document besides reading it: have it read again, give its password."""

from config import settings
from models.document import Document, DocumentState
from services import encryption
from services.access import Action, Actor, acting
from services.adapters.speech.languages import LANGUAGES
from services.documents import passwords, queueing
from services.documents.listing import UNDER_WAY
from services.errors import Conflict, Invalid


def readers() -> tuple[str, ...]:
    """Adapters that can be had here: the local one always, the cloud's where it is set up."""
    others = ("azure_document_intelligence",) if settings().document_intelligence_endpoint else ()
    return ("local", *others)


def read_again(
    actor: Actor, document_id: int, *, reader: str | None = None, language: str | None = None
) -> None:
    """Another reading, by another adapter or in another language. The present text stays until it is done.
    Raises Conflict while a reading goes on, or when the file is locked; Invalid; NotFound."""
    if reader is not None and reader not in readers():
        raise Invalid(f"Choose one of the readers that are set up: {', '.join(readers())}.")
    if language is not None and language not in LANGUAGES:
        raise Invalid("This language is not known. Choose one of the list.")
    with acting(actor, Action.DOCUMENT_CORRECT) as work:
        document = work.get(Document, document_id, lock=True)
        if document.state in UNDER_WAY:
            raise Conflict("This document is being read at this moment.")
        if document.state is DocumentState.LOCKED:
            raise Conflict("This file is locked. Give its password to have it read.")
        document.reader, document.language = reader, language
        queueing.read(work, document)
        work.detail(f"read again attempt={document.attempt}")


def unlock(actor: Actor, document_id: int, password: str) -> None:
    """Has a locked file read. The password is sealed for the one job that needs it and gone when that ends.
    Raises Conflict for a file that asks for none, Invalid, NotFound."""
    passwords.check(password)
    with acting(actor, Action.DOCUMENT_CORRECT) as work:
        document = work.get(Document, document_id, lock=True)
        if document.state is not DocumentState.LOCKED:
            raise Conflict("This file does not ask for a password.")
        document.password = encryption.seal(document, "password", password)
        queueing.read(work, document)
        work.detail(f"unlock attempt={document.attempt}")
