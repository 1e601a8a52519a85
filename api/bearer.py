"""`Authorization: Bearer` under /api/: who it is, how often they may ask, and what a refusal says."""

import asyncio
from functools import cache

from starlette.responses import Response
from starlette.types import Scope

from api.problem import problem
from api.rate_limits import Buckets
from config import settings
from services import bearer
from services.signed_in import TOKEN_ENDED, TokenHolder

WRONG_A_MINUTE = 30  # tokens that are none, from one address
CHALLENGE = 'Bearer realm="Verbatim"'


def token_of(headers: dict[bytes, str]) -> str | None:
    """What stands in the header; None for no bearer token."""
    kind, _, value = headers.get(b"authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


async def identify(scope: Scope, token: str) -> TokenHolder | Response:
    """The holder, or the refusal: 401 for what is no token of ours, 429 for too often. Looked up first: behind
    one address there may be a whole clinic, and whoever tries wrong tokens must not lock out the others."""
    holder = await asyncio.to_thread(bearer.lookup, token)
    if holder is None:
        address = (scope.get("client") or ("unknown",))[0]
        wait = _wrong().wait(address)
        return _too_often(wait) if wait else refused()
    wait = _asked().wait(holder.token_id)
    return _too_often(wait) if wait else holder


def refused() -> Response:
    return problem(401, "bad-token", TOKEN_ENDED, {"www-authenticate": CHALLENGE})


def _too_often(wait: int) -> Response:
    text = f"Too many requests. Wait {wait} s, then go on; Retry-After says so too."
    return problem(429, "too-many", text, {"retry-after": str(wait)})


@cache
def _wrong() -> Buckets:
    return Buckets(WRONG_A_MINUTE, WRONG_A_MINUTE)


@cache
def _asked() -> Buckets:
    each = settings().token_requests_per_minute
    return Buckets(each, each / 4)
