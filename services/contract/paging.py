"""Lists cut into pages: newest first, each page beginning after the last row of the one before.

By key and not by number, so that rows which arrive meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import datetime as dt
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_

from services.errors import Invalid

Item = TypeVar("Item")
Statement = TypeVar("Statement", bound=Select[Any])
DEFAULT, MOST = 100, 500  # rows of a page
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Wanted:
    """Which rows of a list, and how many."""

    limit: int = DEFAULT
    cursor: str | None = None
    client_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None  # exclusive


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: list[Item]
    cursor: str | None  # of the next page; None: this was the last


def cut(
    statement: Statement, wanted: Wanted, at: ColumnElement[Any], ident: ColumnElement[Any]
) -> Statement:
    """`statement` ordered by `at` and `ident`, from the cursor on; one row more than asked for says whether
    there is another page. Raises Invalid for a cursor that is none."""
    if wanted.cursor is not None:
        moment, last = _opened(wanted.cursor)
        statement = statement.where(or_(at < moment, and_(at == moment, ident < last)))
    limit = max(1, min(wanted.limit, MOST))
    return statement.order_by(at.desc(), ident.desc()).limit(limit + 1)


def cursor(at: dt.datetime, ident: int) -> str:
    """Opaque to callers: microseconds since 1970 and an id. It opens nothing: every page is authorised."""
    return base64.urlsafe_b64encode(f"{(at - EPOCH) // MICROSECOND}.{ident}".encode()).decode()


def _opened(given: str) -> tuple[dt.datetime, int]:
    try:
        moment, ident = base64.urlsafe_b64decode(given.encode()).decode("ascii").split(".")
        if int(ident) >= 1 << 31:
            raise ValueError
        return EPOCH + int(moment) * MICROSECOND, int(ident)
    except (ValueError, UnicodeError, binascii.Error, OverflowError):
        raise Invalid("This cursor is not one of ours. Take it from the Link header.") from None
