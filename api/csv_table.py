"""Rows as CSV (RFC 4180) that a spreadsheet opens as text and runs nothing of."""

import csv
import io
from collections.abc import Iterable, Sequence

SPREADSHEET = "\N{BYTE ORDER MARK}"  # without it spreadsheets read UTF-8 as something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection


def csv_table(rows: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return SPREADSHEET + target.getvalue()


def _harmless(cell: str) -> str:
    """A number stays a number; what a spreadsheet would calculate becomes text."""
    is_number = cell.lstrip("+-").replace(".", "", 1).replace(",", "").isdigit()
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell
