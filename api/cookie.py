"""The sign-in cookie: a random token, good for nothing once its row is revoked. And the one of the step between
the password and the code, which opens that step and nothing else."""

from starlette.responses import Response

from config import settings

Header = tuple[bytes, bytes]


def name() -> str:
    """Over TLS the prefix makes browsers refuse a cookie set by a sub-domain or over plain http."""
    return "__Host-verbatim" if settings().over_tls else "verbatim"


def half_name() -> str:
    return name() + "-step"


def read(headers: list[Header]) -> str | None:
    """The token; None as well when the browser sends two, of which one was planted."""
    return _read(headers, name())


def read_half(headers: list[Header]) -> str | None:
    """The same of the second step."""
    return _read(headers, half_name())


def _read(headers: list[Header], wanted: str) -> str | None:
    found = [
        value.strip()
        for key, raw in headers
        if key == b"cookie"
        for crumb in raw.decode("latin-1").split(";")
        for cookie, _, value in [crumb.partition("=")]
        if cookie.strip() == wanted
    ]
    return found[0] if len(found) == 1 else None


def put(response: Response, token: str) -> None:
    """Ends with the browser session; the database ends it earlier."""
    _put(response, name(), token)


def put_half(response: Response, token: str) -> None:
    _put(response, half_name(), token)


def remove(response: Response) -> None:
    _remove(response, name())


def remove_half(response: Response) -> None:
    _remove(response, half_name())


def _put(response: Response, which: str, token: str) -> None:
    response.set_cookie(
        which, token, httponly=True, secure=settings().over_tls, samesite="lax", path="/"
    )


def _remove(response: Response, which: str) -> None:
    response.delete_cookie(
        which, httponly=True, secure=settings().over_tls, samesite="lax", path="/"
    )
