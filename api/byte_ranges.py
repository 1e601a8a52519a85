"""Single byte ranges of RFC 9110: what a player asks for when it seeks."""

import re

from services.errors import AppError


class RangeNotSatisfiable(AppError):
    status, code = 416, "range-not-satisfiable"


def requested(header: str | None, size: int) -> tuple[int, int] | None:
    """[start, end) of a Range header, or None for the whole. Several ranges, and what is no range, are
    ignored, as the RFC allows. Raises RangeNotSatisfiable."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", (header or "").replace(" ", ""))
    if not found or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    else:
        start, end = max(0, size - int(last)), size
    if start >= size or start >= end:
        raise RangeNotSatisfiable("The file has no such bytes.")
    return start, end
