"""Taking in documents: the first half of the contract's operation 12.

Every file of an upload is looked at before any is stored; then all of them are stored and entered, or none.
Their reading is queued in the transaction that enters them.
"""

import contextlib
import datetime as dt
import io
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from models.client import TherapistClient
from models.document import Document, DocumentRole, DocumentState
from models.user import Role
from services import encryption, reading, vault
from services.access import Action, Actor, Work, acting
from services.adapters.errors import (
    BlobExists,
    DocumentRefused,
    IntegrationError,
    PasswordNeeded,
    StorageFull,
)
from services.adapters.speech.languages import LANGUAGES
from services.adapters.visible_text import visible
from services.documents import passwords, paths, queueing
from services.errors import AppError, Invalid, NotAllowed, NotFound, Unavailable

MOST_FILES = 20  # of one upload
LONGEST_NAME = 255  # characters
NOT_YOURS = "There is nobody with that userid for whom you may add documents."


@dataclass(frozen=True)
class IncomingFile:
    """`content` is read here and closed by its maker."""

    filename: str
    content: encryption.Spool


@dataclass(frozen=True)
class Upload:
    """What operation 12 of the contract takes; `client_id`, `language` and `password` are additions of ours."""

    user_id: int
    role: str
    feature: str
    files: tuple[IncomingFile, ...]
    client_id: int | None = None  # of the therapist's clients: whose document it is
    language: str | None = None  # of the text; None: the client's
    password: str | None = field(default=None, repr=False)  # of files that are locked


@dataclass(frozen=True)
class StoredDocument:
    document_id: int
    path: str
    filename: str


@dataclass(frozen=True)
class _Whose:
    therapist_id: int | None
    client_id: int | None
    language: str | None


@dataclass(frozen=True)
class _Seen:
    """A file that was looked at."""

    file: IncomingFile
    content_type: str
    pages: int | None
    is_locked: bool


def upload(actor: Actor, incoming: Upload) -> list[StoredDocument]:
    """Stores the files of an upload, in order, and queues their reading. Answers once they are durable.

    Raises Invalid, NotFound, TooLarge, Unavailable; in each case nothing of any file is kept."""
    role, feature = paths.role(incoming.role), paths.feature(incoming.feature)
    if not 0 < len(incoming.files) <= MOST_FILES:
        raise Invalid(f"Send 1 to {MOST_FILES} files at a time.")
    if incoming.language is not None and incoming.language not in LANGUAGES:
        raise Invalid("This language is not known. Send its ISO 639-1 code, such as en or de.")
    if incoming.password is not None:
        passwords.check(incoming.password)
    with acting(actor, Action.DOCUMENT_WATCH) as work:
        if not actor.may(Action.DOCUMENT_UPLOAD):
            raise NotAllowed("Your role does not allow this.")
        whose = _whose(work, incoming, role)
    seen = [_looked_at(file) for file in incoming.files]
    stored = _store_all(incoming.user_id, role, feature, seen)
    try:
        return _enter(actor, incoming, whose, list(zip(seen, stored, strict=True)))
    except AppError:  # surely rolled back; after any other error rows may stand, so the blobs stay
        _take_back(stored)
        raise


def _whose(work: Work, incoming: Upload, role: DocumentRole) -> _Whose:
    """Therapists add documents of their own and of their clients, a client adds only their own: for the therapist
    who took them on last, unless they say which; before anybody did, for themselves alone."""
    if work.actor.role is Role.CLIENT:
        if role is not DocumentRole.USER or incoming.user_id != work.actor.user_id:
            raise NotFound(NOT_YOURS)
        # Clients see no clinical row; this one only says who reads what they send in.
        theirs = select(TherapistClient).where(
            TherapistClient.client_user_id == incoming.user_id,
            TherapistClient.deleted_at.is_(None),
        )
    elif role is DocumentRole.USER:
        theirs = work.visible(TherapistClient).where(
            TherapistClient.client_user_id == incoming.user_id
        )
    else:
        return _own(work, incoming)
    if incoming.client_id is not None:
        theirs = theirs.where(TherapistClient.id == incoming.client_id)
    newest = theirs.order_by(TherapistClient.created_at.desc(), TherapistClient.id.desc())
    found = list(work.session.scalars(newest.limit(2)))
    if not found:
        if work.actor.role is not Role.CLIENT or incoming.client_id is not None:
            raise NotFound(NOT_YOURS)
        return _Whose(None, None, incoming.language)
    if len(found) > 1 and work.actor.role is not Role.CLIENT:
        raise Invalid("Say which client record: send therapist_clientid.")
    work.saw(found[0])
    return _of(found[0], incoming)


def _own(work: Work, incoming: Upload) -> _Whose:
    if incoming.user_id != work.actor.user_id:
        raise NotFound(NOT_YOURS)
    if incoming.client_id is None:
        return _Whose(work.actor.user_id, None, incoming.language)
    return _of(work.get(TherapistClient, incoming.client_id), incoming)


def _of(client: TherapistClient, incoming: Upload) -> _Whose:
    return _Whose(client.therapist_id, client.id, incoming.language or client.language)


def _looked_at(file: IncomingFile) -> _Seen:
    """Type by the bytes and limits, before anything is stored. Raises Invalid."""
    file = replace(file, filename=visible(file.filename))
    if not 0 < len(file.filename) <= LONGEST_NAME:
        raise Invalid(f"A file needs a name of at most {LONGEST_NAME} characters.")
    try:
        opened = reading.inspect(io.BufferedReader(file.content.reader()), file.filename)
    except PasswordNeeded:
        return _Seen(file, "application/pdf", None, True)
    except DocumentRefused as refused:
        raise Invalid(f"{refused} Nothing was stored.") from refused
    return _Seen(file, opened.content_type, opened.pages or None, False)


def _store_all(user_id: int, role: DocumentRole, feature: str, seen: list[_Seen]) -> list[str]:
    """The paths, in order; whatever fails, nothing of any file is kept."""
    stored: list[str] = []
    try:
        for one in seen:
            stored.append(_store(user_id, role, feature, one))
    except BaseException:
        _take_back(stored)
        raise
    return stored


def _take_back(paths_stored: list[str]) -> None:
    for path in paths_stored:
        # a storage that fails now as well keeps sealed bytes that no row names
        with contextlib.suppress(IntegrationError):
            vault.blobs().delete(path)


def _store(user_id: int, role: DocumentRole, feature: str, one: _Seen) -> str:
    day = dt.datetime.now(dt.UTC).date()
    path = paths.document(feature, role, user_id, day, one.file.filename, one.content_type)
    try:
        while True:
            try:
                vault.blobs().put(path, one.file.content.pieces(), one.content_type)
                return path
            except BlobExists:
                path = vault.beside(path)
    except StorageFull as error:
        raise Unavailable(
            "The server has no room left, so nothing was stored. Tell your administrator."
        ) from error


def _enter(
    actor: Actor, incoming: Upload, whose: _Whose, files: list[tuple[_Seen, str]]
) -> list[StoredDocument]:
    with acting(actor, Action.DOCUMENT_UPLOAD) as work:
        entered = []
        for one, path in files:
            row = Document(
                user_id=incoming.user_id,
                role=paths.role(incoming.role),
                feature=paths.feature(incoming.feature),
                therapist_id=whose.therapist_id,
                therapist_client_id=whose.client_id,
                path=path,
                content_type=one.content_type,
                size=one.file.content.size,
                sha256=one.file.content.sha256,
                pages=one.pages,
                language=whose.language,
                attempt=0,
                shown_attempt=0,
            )
            row.filename = encryption.seal(row, "filename", one.file.filename)
            work.add(row)
            if one.is_locked and incoming.password is None:
                row.state = DocumentState.LOCKED
            else:
                if one.is_locked:
                    row.password = encryption.seal(row, "password", incoming.password or "")
                queueing.read(work, row)
            entered.append(StoredDocument(row.id, path, one.file.filename))
        return entered
