"""The sign-in cookie: a random token, good for nothing once its row is revoked."""

from starlette.responses import Response

from config import settings

Header = tuple[bytes, bytes]


def name() -> str:
    """Over TLS the prefix makes browsers refuse a cookie set by a sub-domain or over plain http."""
    return "__Host-verbatim" if settings().over_tls else "verbatim"


def read(headers: list[Header]) -> str | None:
    """The token; None as well when the browser sends two, of which one was planted."""
    found = [
        value.strip()
        for key, raw in headers
        if key == b"cookie"
        for crumb in raw.decode("latin-1").split(";")
        for cookie, _, value in [crumb.partition("=")]
        if cookie.strip() == name()
    ]
    return found[0] if len(found) == 1 else None


def put(response: Response, token: str) -> None:
    """Ends with the browser session; the database ends it earlier."""
    response.set_cookie(
        name(), token, httponly=True, secure=settings().over_tls, samesite="lax", path="/"
    )


def remove(response: Response) -> None:
    response.delete_cookie(
        name(), httponly=True, secure=settings().over_tls, samesite="lax", path="/"
    )
