"""The file itself by ranges, on a disk and in Azure's emulator; pages as pictures; guessed paths."""

import io
import uuid

import pytest
from PIL import Image
from sqlalchemy import select

from models.access_log import AccessLog
from models.database import sessions
from services import documents
from services.errors import NotFound
from tests.conftest import Configure
from tests.people import People
from tests.services.documents.papers import pdf, read, scan, send, send_and_read


@pytest.fixture(params=["local", "azure"])
def stored_there(
    request: pytest.FixtureRequest, sqlite_database: str, configure: Configure
) -> People:
    """Alice and the others, with the blobs on a disk or in the emulator."""
    if request.param == "azure":
        from azure.storage.blob import ContainerClient

        connection = request.getfixturevalue("azurite_connection_string")
        name = uuid.uuid4().hex
        with ContainerClient.from_connection_string(connection, name) as container:
            container.create_container()
        configure(
            VERBATIM_BLOB_STORE="azure",
            VERBATIM_AZURE_STORAGE_CONNECTION_STRING=connection,
            VERBATIM_AZURE_STORAGE_CONTAINER=name,
        )
        from services.vault import open_vault

        open_vault()
    return People()


def test_every_byte_and_any_range(stored_there: People) -> None:
    alice, data = stored_there.alice, pdf() + bytes(200_000)
    [stored] = send(alice, ("letter.pdf", data))
    read(stored.document_id)
    found = documents.view(alice, stored.document_id)
    assert (found.filename, found.content_type, found.size) == (
        "letter.pdf",
        "application/pdf",
        len(data),
    )
    assert found.is_inline
    assert documents.view_path(alice, stored.path) == found
    for start, end in ((0, len(data)), (0, 1), (65_530, 65_550), (len(data) - 5, len(data))):
        assert b"".join(documents.content(found, start, end)) == data[start:end]
    assert documents.read_text(alice, stored.document_id)


def test_a_page_as_a_picture(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    [letter, picture] = send(alice, ("letter.pdf", pdf()), ("scan.png", scan()))
    for ident in (letter.document_id, picture.document_id):
        with Image.open(io.BytesIO(documents.page_image(alice, ident, 1, 600))) as drawn:
            assert (drawn.format, drawn.width) == ("JPEG", 600)
            assert drawn.convert("L").getextrema()[0] < 100  # there is ink on it
    for number in (0, -1, 3):
        with pytest.raises(NotFound):
            documents.page_image(alice, letter.document_id, number)
    with Image.open(io.BytesIO(documents.page_image(alice, letter.document_id, 1, 10**6))) as drawn:
        assert drawn.width == 2400


def test_a_path_is_no_way_in(people: People) -> None:
    ident = send_and_read(people.alice, "intake_form.pdf", pdf(), feature="intake-forms")
    path = documents.read_document(people.alice, ident).path
    tried = (path, f"./{path}", "../keys.json", path.replace("/", "%2f"), "", path.upper())
    for guess in tried:
        with pytest.raises(NotFound):
            documents.view_path(people.bob, guess)
    for guess in tried[1:]:
        with pytest.raises(NotFound):
            documents.view_path(people.alice, guess)
    with sessions()() as session:
        views = session.scalars(select(AccessLog).where(AccessLog.action == "document:view")).all()
    assert [row.outcome for row in views] == ["refused"] * (2 * len(tried) - 1)
    assert {row.subject_type for row in views} == {"documents"}
