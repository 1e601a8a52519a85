"""What operations may answer beside 200, as the OpenAPI document says it."""

from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """A refusal (RFC 9457). `detail` is a sentence for a person, `code` a word for a program."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class Fault(BaseModel):
    loc: list[str | int]
    msg: str
    type: str


class ValidationFaults(BaseModel):
    """Where a request does not have the form that this document describes."""

    detail: list[Fault]


WORDS = {
    400: "It has the right form and cannot be taken all the same; `detail` says why.",
    401: "No token, or one that is not valid.",
    403: "The role of this user, or the scope of this token, does not allow it.",
    404: "There is none, or it is not yours to see.",
    409: "It does not fit what is stored; nothing was changed.",
    412: "It was changed since it was read (If-Match); nothing was stored.",
    413: "Larger than what is accepted; nothing was stored.",
    416: "The file has no such bytes.",
    422: "The request does not have the form that is described here.",
    429: "Too many requests. `Retry-After` says when to go on.",
    503: "Something outside is not answering for now. Try again.",
}
EVERYWHERE = (401, 403, 429)
ETAG = {
    "ETag": {
        "description": "The state of the row, for If-Match.",
        "schema": {"type": "string"},
    }
}
LINK = {
    "Link": {
        "description": 'The next page, as rel="next"; absent on the last one.',
        "schema": {"type": "string"},
    }
}


def answers(*statuses: int, headers: dict[str, Any] | None = None) -> dict[int | str, Any]:
    """For a route's `responses`: these refusals and those that every operation knows."""
    found: dict[int | str, Any] = {}
    for status in sorted({*statuses, *EVERYWHERE}):
        if status == 422:
            found[422] = {"description": WORDS[422], "model": ValidationFaults}
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        content = {"application/problem+json": {"schema": schema}}
        found[status] = {"description": WORDS[status], "content": content}
        if status in (429, 503):
            found[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if headers:
        found[200] = {"headers": headers}
    return found
