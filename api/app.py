"""The API under /api/v1: a thin router per service, one error shape, the guard's sign-in as the
actor."""

from typing import Literal

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response

from api import (
    access_log,
    docs,
    documents,
    exports,
    histories,
    instructions,
    notes,
    openapi,
    recorder,
    recording_rows,
    recordings,
    session_events,
    sessions,
    transcribing,
    transcripts,
)
from api.identity import current_actor
from api.problem import described, problem
from config import settings
from models.user import Role
from services.access import Actor
from services.errors import AppError, Invalid, TooMany, describe

PREFIX = "/api/v1"


class Me(BaseModel):
    user_id: int
    name: str
    role: Role
    scope: Literal["read", "write"]


def create_api() -> FastAPI:
    api = FastAPI(
        version="1", docs_url=None, redoc_url=None, generate_unique_id_function=openapi.operation_id
    )
    api.openapi = lambda: openapi.describe(api, PREFIX)  # type: ignore[method-assign]
    if settings().cors_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=settings().cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type", "if-match", "idempotency-key"],
            expose_headers=["etag", "link", "retry-after"],
        )
    for kind in (AppError, Exception):
        api.add_exception_handler(kind, _any_error)
    api.add_exception_handler(UnicodeEncodeError, _unwritable)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(RequestValidationError, _invalid)

    _own(api)
    for router in (
        instructions.router,
        recordings.router,
        recording_rows.router,
        transcribing.router,
        transcripts.router,
        histories.router,
        documents.router,
        sessions.router,
        session_events.router,
        notes.router,
        recorder.router,
        docs.router,
        exports.router,
        access_log.router,
    ):
        api.include_router(router)
    return api


def _own(api: FastAPI) -> None:
    """What is about the API itself."""

    @api.get("/health", summary="Is it running?", tags=["Service"])
    def read_health() -> dict[str, str]:
        """Answers whoever has a token; strangers ask /healthz and /readyz."""
        return {"status": "ok"}

    @api.get("/me", summary="Whose token is this?", tags=["Service"])
    def read_me(actor: Actor = Depends(current_actor)) -> Me:
        """The user that a token or a sign-in stands for, and what it may do."""
        return Me(
            user_id=actor.user_id,
            name=actor.name,
            role=actor.role,
            scope="read" if actor.reads_only else "write",
        )


async def _any_error(_request: Request, error: Exception) -> Response:
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    return described(describe(error), retry_after)


async def _unwritable(_request: Request, _error: Exception) -> Response:
    """JSON can say half a character (\\ud800), which no text can be stored with."""
    return described(describe(Invalid("The text holds half a character. Send it as UTF-8.")))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is nothing at this address.", 405: "This method is not allowed here."}
    text = words.get(status, "The request could not be read.")
    code = {404: "not-found", 405: "bad-method"}.get(status, "bad-request")
    given = (error.headers or {}) if isinstance(error, HTTPException) else {}
    headers = {name.lower(): value for name, value in given.items()}
    if status == 405:
        headers["allow"] = openapi.allowed(
            request.app, request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        )
    return problem(status, code, text, headers or None)


async def _invalid(_request: Request, error: Exception) -> Response:
    """FastAPI's own answer repeats what was sent; this one says where and why only."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    faults = [{"loc": list(f["loc"]), "msg": f["msg"], "type": f["type"]} for f in found]
    return JSONResponse({"detail": faults}, 422)  # the contract's shape
