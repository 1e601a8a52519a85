"""The API under /api/v1: a thin router per service, one error shape, the guard's sign-in as the
actor."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api import access_log, recorder, recordings, sessions
from api.problem import described, problem
from services.errors import AppError, TooMany, describe

PREFIX = "/api/v1"


def create_api() -> FastAPI:
    api = FastAPI(title="Verbatim", version="1", docs_url=None, redoc_url=None)
    for kind in (AppError, Exception):
        api.add_exception_handler(kind, _any_error)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(RequestValidationError, _invalid)

    @api.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    for router in (recordings.router, recorder.router, sessions.router, access_log.router):
        api.include_router(router)
    return api


async def _any_error(_request: Request, error: Exception) -> Response:
    retry_after = error.retry_after if isinstance(error, TooMany) else None
    return described(describe(error), retry_after)


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is nothing at this address.", 405: "This method is not allowed here."}
    text = words.get(status, "The request could not be read.")
    return problem(status, {404: "not-found", 405: "bad-method"}.get(status, "bad-request"), text)


async def _invalid(_request: Request, error: Exception) -> Response:
    """FastAPI's own answer repeats what was sent; this one says where and why only."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    faults = [{"loc": list(f["loc"]), "msg": f["msg"], "type": f["type"]} for f in found]
    return JSONResponse({"detail": faults}, 422)  # the contract's shape
