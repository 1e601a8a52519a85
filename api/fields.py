"""Types of the contract's fields, and of the ids in its paths."""

import datetime as dt
import re
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictBool, StrictInt

from services.errors import NotFound

LARGEST = 2**31 - 1  # of an id
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _is_moment(given: object) -> object:
    """Pydantic would take a number for seconds since 1970."""
    if isinstance(given, dt.datetime) or (isinstance(given, str) and RFC3339.fullmatch(given)):
        return given
    raise ValueError("must be a date and time of RFC 3339, such as 2019-08-24T14:15:22Z")


def _in_utc(given: dt.datetime) -> dt.datetime:
    try:
        return given.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


def _is_day(given: object) -> object:
    if isinstance(given, str) and DAY.fullmatch(given):
        return given
    raise ValueError("must be a day as YYYY-MM-DD")


def _is_whole(given: object) -> object:
    """JSON knows one kind of number: 5.0 is 5. Neither true nor "5" is."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    return given


Moment = Annotated[AwareDatetime, BeforeValidator(_is_moment), AfterValidator(_in_utc)]
Day = Annotated[dt.date, BeforeValidator(_is_day)]
Id = Annotated[StrictInt, Field(ge=0, le=LARGEST), BeforeValidator(_is_whole)]
PathId = Annotated[int, Path(ge=0, le=LARGEST)]
Flag = StrictBool


def left_out(**constraints: Any) -> Any:
    """The default of a field that a PATCH may leave out, but not send as null."""

    def no_default(schema: dict[str, Any]) -> None:
        schema.pop("default", None)

    return Field(default=None, json_schema_extra=no_default, **constraints)


def row_id(text: str) -> int:
    """An id out of a path. Raises NotFound for what is no id of ours: it names nothing."""
    number = whole(text)
    if number is None:
        raise NotFound("There is nothing with this id, or it is not yours to see.")
    return number


def whole(text: str) -> int | None:
    """An id sent as a string; None for what can be no id."""
    if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST:
        return int(text)
    return None
