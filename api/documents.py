"""Operations 11 and 12 of the contract: documents come in and are viewed; and what the Documents page reads."""

import asyncio
import hashlib
import json
import time
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api import form_fields
from api.byte_ranges import requested
from api.content_disposition import content_disposition
from api.csv_table import csv_table
from api.documented import answers
from api.fields import PathId
from api.identity import current_actor
from api.multipart import Form, read_form
from config import settings
from models.document import DocumentState
from services import documents, idempotency
from services.access import Actor
from services.errors import Invalid

router = APIRouter(prefix="/documents", tags=["Documents"])

LONGEST_WAIT = (
    1800.0  # seconds that an upload waits for its reading; 300 scanned pages take half of it
)
POLL = 0.3  # seconds
UNLOCK = (
    "The file is stored: give its password on its page, or send it again with the field password."
)
LOCKED = f"This PDF is locked, so nothing was read. {UNLOCK}"
NO_TEXT = "No text was found in it. If there is some to be seen, read it again in its language on its page."
_TEXT = {"type": "string", "minLength": 1, "pattern": r"\S"}
_OR_NULL = {"anyOf": [{"type": "string"}, {"type": "null"}]}
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["userid", "role", "feature", "files"],
                    "properties": {
                        "userid": _TEXT,
                        "role": {"type": "string", "enum": ["User", "Therapist"]},
                        "feature": _TEXT,
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "minItems": 1,
                        },
                        "therapist_clientid": _OR_NULL,
                        "language": _OR_NULL | {"description": "ISO 639-1, such as en."},
                        "password": _OR_NULL | {"description": "Of files that are locked."},
                        "wait": {"type": "string", "enum": ["True", "False"], "default": "True"},
                    },
                }
            }
        },
    }
}


class ExtractedDocument(BaseModel):
    """The contract's three, and what a program needs to know besides."""

    content: str = Field(description="The text that was read; empty while there is none.")
    file_name: str
    file_url: str = Field(description="The blob path, as POST /documents/view takes it.")
    document_id: int
    state: DocumentState
    problem: str | None = Field(None, description="Why there is no text, or not all of it.")


class ViewRequest(BaseModel):
    file_name: str = Field(description="The original filename.")
    file_url: str = Field(description="The full blob path that the upload returned.")


@router.post(
    "",
    summary="Upload documents",
    response_model=list[list[ExtractedDocument]],
    openapi_extra=UPLOAD,
    responses=answers(400, 404, 409, 413, 422, 503),
)
async def upload_documents(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=idempotency.LONGEST,
            description="The same key is answered as the first time, for a day.",
        ),
    ] = None,
    actor: Actor = Depends(current_actor),
) -> list[list[ExtractedDocument]]:
    """Stores the files, waits until they are read, and answers one list a file, in the order they came.

    With `wait=False` it answers as soon as they are stored: the text comes later."""
    limit = settings().max_document_mb
    form = await read_form(request, "files", most=documents.MOST_FILES, most_mb=limit)
    try:
        wait = "wait" not in form.fields or form_fields.flag(form, "wait")
        stored, was_before = await run_in_threadpool(_stored, actor, form, idempotency_key)
    finally:
        form.close()
    if was_before:
        response.headers["idempotent-replayed"] = "true"
    if wait:
        await _until_read(request, actor, [one.document_id for one in stored])
    return [[await run_in_threadpool(_extracted, actor, one)] for one in stored]


@router.post(
    "/view",
    summary="View a document",
    response_class=StreamingResponse,
    responses=answers(404, 416, 422),
)
def view_document(
    wanted: ViewRequest, request: Request, actor: Actor = Depends(current_actor)
) -> Response:
    """The file behind a path that an upload returned, decrypted as it streams."""
    return _streamed(documents.view_path(actor, wanted.file_url), request)


@router.head("/{document_id}/file", summary="How long is the file?")
@router.get("/{document_id}/file", summary="Read the file", responses=answers(404, 416, 422))
def read_document_file(
    document_id: PathId, request: Request, actor: Actor = Depends(current_actor)
) -> Response:
    """The same by the document's id, for the page's own viewer."""
    return _streamed(documents.view(actor, document_id), request)


@router.get("/{document_id}/pages/{page}", summary="Read a page", responses=answers(404, 422))
def read_document_page(
    document_id: PathId, page: PathId, actor: Actor = Depends(current_actor)
) -> dict[str, Any]:
    """What was read of a page: lines with boxes and confidence, tables, fields."""
    return documents.read_page(actor, document_id, page)


@router.get(
    "/{document_id}/pages/{page}/image",
    summary="See a page",
    responses=answers(404, 409, 422, 503),
)
def see_document_page(
    document_id: PathId, page: PathId, width: int = 1200, actor: Actor = Depends(current_actor)
) -> Response:
    """A picture of a page, `width` pixels wide."""
    picture = documents.page_image(actor, document_id, page, width)
    headers = {"cache-control": "private, no-store"}
    return Response(picture, headers=headers, media_type="image/jpeg")


@router.get(
    "/{document_id}/pages/{page}/tables/{table}",
    summary="Take a table away",
    responses=answers(404, 422),
)
def read_document_table(
    document_id: PathId, page: PathId, table: PathId, actor: Actor = Depends(current_actor)
) -> Response:
    """A table of a page as CSV, to take away."""
    rows = documents.read_table(actor, document_id, page, table)
    headers = {
        "content-disposition": content_disposition(f"table-{page}-{table + 1}.csv", inline=False),
        "cache-control": "private, no-store",
    }
    return Response(csv_table(rows), headers=headers, media_type="text/csv; charset=utf-8")


def _upload(form: Form) -> documents.Upload:
    user_id = form_fields.required_ident(form, "userid")
    if not form.files:
        raise Invalid("The form has no file. Send one or more in the field named files.")
    return documents.Upload(
        user_id=user_id,
        role=form_fields.required(form, "role"),
        feature=form_fields.required(form, "feature"),
        files=tuple(documents.IncomingFile(name or "document", file) for name, file in form.files),
        client_id=form_fields.ident(form, "therapist_clientid"),
        language=form_fields.text(form, "language"),
        password=form.fields.get("password") or None,
    )


def _fingerprint(form: Form) -> str:
    """Of everything that was sent and where to, so that one key cannot stand for two requests. Not of a password:
    the hash is kept, and a short one could be guessed from it."""
    files = [(name, file.sha256) for name, file in form.files]
    fields = {name: value for name, value in form.fields.items() if name != "password"}
    sent = json.dumps(["POST /documents", fields, files], sort_keys=True)
    return hashlib.sha256(sent.encode()).hexdigest()


def _stored(
    actor: Actor, form: Form, key: str | None
) -> tuple[list[documents.StoredDocument], bool]:
    """The files of the form, and whether they were stored by the same request before."""
    incoming = _upload(form)
    if key is None:
        return documents.upload(actor, incoming), False
    found = idempotency.begin(actor, key, _fingerprint(form))
    if found is not None:
        return [documents.StoredDocument(**one) for one in found.body], True
    try:
        stored = documents.upload(actor, incoming)
    except BaseException:
        idempotency.forget(actor, key)
        raise
    idempotency.keep(actor, key, idempotency.Answer(200, [asdict(one) for one in stored]))
    return stored, False


async def _until_read(request: Request, actor: Actor, ids: list[int]) -> None:
    """Until the last one is read, or cannot be, or nobody listens any more."""
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline and not await request.is_disconnected():
        found = await run_in_threadpool(documents.watch, actor, ids)
        if not any(progress.is_under_way for progress in found):
            return
        await asyncio.sleep(POLL)


def _extracted(actor: Actor, stored: documents.StoredDocument) -> ExtractedDocument:
    found = documents.watch(actor, [stored.document_id])
    state = found[0].state if found else DocumentState.FAILED
    problem = found[0].error if found else "This document was removed."
    if state is DocumentState.LOCKED:
        problem = LOCKED if problem is None else f"{problem} {UNLOCK}"
    is_read = state is DocumentState.READ
    content = documents.read_text(actor, stored.document_id) if is_read else ""
    if is_read and not content.strip():
        problem = problem or NO_TEXT
    return ExtractedDocument(
        content=content,
        file_name=stored.filename,
        file_url=stored.path,
        document_id=stored.document_id,
        state=state,
        problem=problem,
    )


def _streamed(found: documents.ViewedFile, request: Request) -> Response:
    etag = f'"{found.sha256[:32]}"'
    asked = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        asked = None
    wanted = requested(asked, found.size)
    start, end = wanted or (0, found.size)
    headers = {
        "accept-ranges": "bytes",
        "content-length": str(end - start),
        "content-disposition": content_disposition(found.filename, inline=found.is_inline),
        "cache-control": "private, no-store",
        "etag": etag,
    }
    if wanted:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
    kind = found.content_type if found.is_inline else "application/octet-stream"
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    body = documents.content(found, start, end)
    return StreamingResponse(body, status, headers, media_type=kind)
