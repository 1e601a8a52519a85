"""The OpenAPI document: what FastAPI makes of the routes, with the words, the tags, the ways to sign in and
the refusals that every operation shares."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from api import cookie
from api.documented import EVERYWHERE, WORDS, Problem, ValidationFaults

TITLE = "Verbatim: voice recordings, transcription and documents"
DESCRIPTION = """
Recordings of therapy sessions become transcripts with speaker labels, summaries and notes; documents become
text. Everything is encrypted at rest, every read is logged, and every call sees exactly the rows that its user
sees in the dashboard: what is not yours is *not found*.

**Tokens.** Make one under *My account*, or with `make token USER=email`, and send it as
`Authorization: Bearer vbt_...`. A token of the scope *read* changes nothing.

**Encrypted fields.** `transcript` and `transcript_summary` go out as stored: AES-256-GCM, Base64. Ask with
`Accept: application/json; phi=clear`, or at `.../text`, to get them in clear; the access log says so. Writing
takes either: what a GET of the same row returned, or plain text.

**Lists** are newest first; `Link` names the next page. **Changes** take `If-Match` with the ETag of the last
GET: 412 means that somebody was faster. **Uploads** may be sent again: the same piece is stored once, and the
same `Idempotency-Key` is answered as the first time. **Refusals** are `application/problem+json`; 422 alone says
field by field what is wrong with the form of a request.
"""
TAGS = [
    ("Instructions", "How each kind of documentation is written, personalised where the user has their own."),
    ("Recordings", "Audio comes in, a piece or a whole file at a time, and is looked after."),
    ("Transcription", "The transcripts of a day, waited for."),
    ("Transcripts", "What was said, with speaker labels, and its summary."),
    ("Transcript history", "Every version of every summary."),
    ("Documents", "Files come in, their text comes out; the files themselves, streamed."),
    ("Sessions", "What the session page reads: words with times, sound by range, events as they happen."),
    ("Notes", "Notes with the evidence of every statement."),
    ("Recorder", "What the recorder in the browser needs beside sending its audio."),
    ("Exports", "Notes and transcripts as files."),
    ("Access log", "For the privacy officer."),
    ("Service", "Whether the service runs."),
]  # fmt: skip
CHANGING = ("post", "put", "patch", "delete")
METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


def describe(api: FastAPI, prefix: str) -> dict[str, Any]:
    """Made once and kept on `api`, as FastAPI does."""
    if api.openapi_schema is None:
        document = get_openapi(
            title=TITLE,
            version=api.version,
            description=DESCRIPTION.strip(),
            routes=api.routes,
            servers=[{"url": prefix}],
            tags=[{"name": name, "description": words} for name, words in TAGS],
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (Problem, ValidationFaults):
            made = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= made.pop("$defs", {})
            schemas[model.__name__] = made
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)  # ours says the same without repeating what was sent
        document["components"]["securitySchemes"] = _ways_in()
        document["security"] = [{"token": []}, {"signIn": []}]
        for path, operations in document["paths"].items():
            for method in METHODS:
                if method in operations:
                    _complete(path, method, operations[method])
        api.openapi_schema = document
    return api.openapi_schema


def operation_id(route: APIRoute) -> str:
    """The name of the route's function, which clients that are generated call their methods."""
    return f"{route.name}_head" if route.methods == {"HEAD"} else route.name


def allowed(api: FastAPI, path: str) -> str:
    """For the Allow header of a 405: every method of an address. The framework names those of the first of
    its routes only."""
    paths = api.openapi()["paths"]
    templates = [path] if path in paths else [t for t in paths if compile_path(t)[0].match(path)]
    found = {method.upper() for template in templates for method in paths[template]}
    return ", ".join(sorted(found or {"GET"}))


def _ways_in() -> dict[str, Any]:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token of a user.",
        },
        "signIn": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie.name(),
            "description": "The dashboard's own sign-in, for pages of the same origin.",
        },
    }


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """The refusals that the middlewares and the one door can answer anywhere."""
    responses = operation["responses"]
    if "422" in responses:
        schema = {"$ref": "#/components/schemas/ValidationFaults"}
        responses["422"] = {
            "description": WORDS[422],
            "content": {"application/json": {"schema": schema}},
        }
    expected = [400, *EVERYWHERE]
    if "{" in path or "requestBody" in operation:
        expected.append(404)
    if method in CHANGING:
        expected.append(409)
    if "requestBody" in operation:
        expected.append(413)
    for status in expected:
        responses.setdefault(str(status), _refusal(status))
    operation["responses"] = dict(sorted(responses.items()))


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[str, Any] = {
        "description": WORDS[status],
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status == 429:
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found
