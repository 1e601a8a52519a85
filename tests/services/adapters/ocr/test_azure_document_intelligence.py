"""The real SDK against a server that speaks the protocol: operations, waiting, failing, and what is sent."""

import io
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from services.adapters.errors import DocumentRefused, IntegrationError
from services.adapters.ocr import Field, Opened, ReadPage
from services.adapters.ocr.azure_document_intelligence import AzureReader
from tests.servers.document_intelligence import (
    KEY,
    Answer,
    DocumentIntelligence,
    document_intelligence,
    failure,
)
from tests.servers.ports import free_port
from tests.services.adapters.ocr.answers import answer
from tests.services.adapters.ocr.documents import LETTER, TABLE, Sheet, encoded, pdf, picture

PDF = "application/pdf"
CONTENT = pdf([LETTER, TABLE])


@pytest.fixture
def server() -> Iterator[DocumentIntelligence]:
    with document_intelligence(lambda *_: answer([LETTER, TABLE])) as running:
        yield running


def reader_of(server: DocumentIntelligence, **options: Any) -> AzureReader:
    return AzureReader(endpoint=server.endpoint, key=KEY, **{"poll": 0.01} | options)


def read(reader: AzureReader, content: bytes = CONTENT, **options: Any) -> list[Any]:
    return list(reader.read(io.BytesIO(content), PDF, **options))


def test_the_token_comes_before_the_waiting(server: DocumentIntelligence) -> None:
    parts = reader_of(server).read(io.BytesIO(CONTENT), PDF, language="de")
    token = next(parts)
    assert isinstance(token, str)
    assert [type(part) for part in parts] == [Opened, ReadPage, ReadPage]
    (post,) = [request for request in server.requests if request.method == "POST"]
    assert post.path.endswith("/prebuilt-layout:analyze")
    assert post.query["stringIndexType"] == ["unicodeCodePoint"]
    assert post.query["features"] == ["keyValuePairs"]
    assert post.query["locale"] == ["de"]
    assert post.body == CONTENT


def test_a_restart_takes_up_the_operation_and_pays_once(server: DocumentIntelligence) -> None:
    first = reader_of(server).read(io.BytesIO(CONTENT), PDF)
    token = next(first)
    first.close()
    parts = read(reader_of(server), operation=token, first_page=2)
    assert [part.number for part in parts if isinstance(part, ReadPage)] == [2]
    assert server.count("POST") == 1


def test_what_the_service_has_forgotten_is_begun_anew(server: DocumentIntelligence) -> None:
    token = next(reader_of(server).read(io.BytesIO(CONTENT), PDF))
    server.operations.clear()
    parts = read(reader_of(server), operation=token)
    assert isinstance(parts[0], str)
    assert len([part for part in parts if isinstance(part, ReadPage)]) == 2
    assert server.count("POST") == 2


@pytest.mark.parametrize("token", ["no token", "e30=", ""])
def test_a_token_that_is_none_begins_anew(server: DocumentIntelligence, token: str) -> None:
    parts = read(reader_of(server), operation=token)
    assert len([part for part in parts if isinstance(part, ReadPage)]) == 2


def test_pictures_go_to_the_read_model(server: DocumentIntelligence) -> None:
    content = encoded(picture(LETTER, 50), "PNG")
    list(reader_of(server).read(io.BytesIO(content), "image/png"))
    (post,) = [request for request in server.requests if request.method == "POST"]
    assert post.path.endswith("/prebuilt-read:analyze")
    assert "features" not in post.query


def test_asked_too_often_it_waits_as_long_as_it_is_told(server: DocumentIntelligence) -> None:
    server.posts += [failure(429, "429", Retry_After="1"), failure(429, "429", Retry_After="1")]
    server.gets.append(failure(429, "429", Retry_After="1"))
    began = time.monotonic()
    assert len(read(reader_of(server))) == 4
    assert time.monotonic() - began >= 3
    assert server.count("POST") == 3


def test_fields_and_ticks() -> None:
    made = answer([Sheet(LETTER.lines, fields=(("Name", "Rosalind Amber"),))])
    place = [0.8, 2.35, 0.9, 2.35, 0.9, 2.45, 0.8, 2.45]
    mark = {"polygon": place, "confidence": 0.9, "span": {"offset": 0, "length": 1}}
    made["pages"][0]["selectionMarks"] = [mark | {"state": "selected"}]
    made["keyValuePairs"].append(made["keyValuePairs"][0] | {"value": None})
    with document_intelligence(lambda *_: made) as server:
        (page,) = [part for part in read(reader_of(server)) if isinstance(part, ReadPage)]
    named, empty, ticked = page.fields
    assert (named.name, named.value, named.confidence) == ("Name", "Rosalind Amber", 0.91)
    assert (empty.name, empty.value) == ("Name", "")
    assert isinstance(ticked, Field)
    assert (ticked.value, ticked.confidence) == ("[x]", 0.9)
    assert ticked.name.startswith("Mrs Amber")


def test_selection_marks_in_the_text_become_signs() -> None:
    made = answer([Sheet((LETTER.lines[3],))])
    made["pages"][0]["lines"][0]["content"] = ":selected: Yes :unselected: No"
    with document_intelligence(lambda *_: made) as server:
        (page,) = [part for part in read(reader_of(server)) if isinstance(part, ReadPage)]
    assert page.text == "[x] Yes [ ] No"


@pytest.mark.parametrize(("angle", "turned"), [(0.4, 0), (90, 270), (-90, 90), (179.8, 180)])
def test_how_the_page_lies(angle: float, turned: int) -> None:
    with document_intelligence(lambda *_: answer([LETTER], angle=angle)) as server:
        (page,) = [part for part in read(reader_of(server)) if isinstance(part, ReadPage)]
    assert page.rotation == turned
    assert (page.width, page.height) == (612, 792)


def test_where_key_value_pairs_are_unknown_the_rest_is_read(server: DocumentIntelligence) -> None:
    server.knows_pairs = False
    assert len(read(reader_of(server))) == 4
    assert server.count("POST") == 2


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (failure(400, "InvalidRequest", "InvalidContent"), "unreadable"),
        (failure(400, "InvalidRequest", "InvalidContentLength"), "too-large"),
        (failure(400, "InvalidRequest", "InvalidContentDimensions"), "too-large"),
    ],
)
def test_refused_documents_get_a_sentence(
    server: DocumentIntelligence, refusal: Answer, code: str
) -> None:
    server.posts.append(refusal)
    with pytest.raises(DocumentRefused) as caught:
        read(reader_of(server))
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("refusal", "retryable"),
    [
        (failure(401, "401"), False),
        (failure(403, "Forbidden"), False),
        (failure(404, "NotFound", "ModelNotFound"), False),
        (failure(418, "Teapot"), False),
        (Answer(302, {}, {"Location": "http://127.0.0.1:1/elsewhere"}), False),
    ],
)
def test_other_refusals_are_ours_and_quote_nothing(
    server: DocumentIntelligence,
    refusal: Answer,
    retryable: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    server.posts.append(refusal)
    with pytest.raises(IntegrationError) as caught:
        read(reader_of(server))
    assert caught.value.retryable is retryable
    assert "Person" not in str(caught.value) + caplog.text
    assert caught.value.__cause__ is None
    assert server.count("POST") == 1


@pytest.mark.parametrize("code", ["InternalServerError", "InvalidContent"])
def test_an_operation_that_fails(code: str) -> None:
    error = {"code": code, "message": "A. Person", "details": [{"code": code, "message": "x"}]}
    with document_intelligence(lambda *_: {"error": error}) as server:
        with pytest.raises(IntegrationError) as caught:
            read(reader_of(server))
    assert isinstance(caught.value, DocumentRefused) is (code == "InvalidContent")
    assert caught.value.retryable is (code == "InternalServerError")
    assert "Person" not in str(caught.value)


def test_nobody_there() -> None:
    reader = AzureReader(endpoint=f"http://127.0.0.1:{free_port()}", key=KEY, retries=0)
    with pytest.raises(IntegrationError, match="could not be reached") as caught:
        read(reader)
    assert caught.value.retryable


def test_patience_ends() -> None:
    with document_intelligence(lambda *_: answer([LETTER]), polls=10_000) as server:
        with pytest.raises(IntegrationError, match="too long") as caught:
            read(reader_of(server, patience=0.3))
    assert caught.value.retryable


def test_no_address_no_reader() -> None:
    with pytest.raises(ValueError, match="VERBATIM_DOCUMENT_INTELLIGENCE_ENDPOINT"):
        AzureReader(endpoint=None, key=KEY)
