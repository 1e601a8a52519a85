"""Errors as RFC 9457 problem documents, one shape for the guard, the limits and the API."""

from http import HTTPStatus

from starlette.responses import JSONResponse

from services.errors import Described


def problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **more: object
) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return JSONResponse(body | more, status, headers, media_type="application/problem+json")


def described(error: Described, retry_after: int | None = None) -> JSONResponse:
    headers = {"retry-after": str(retry_after)} if retry_after else None
    return problem(error.status, error.code, error.text, headers)
