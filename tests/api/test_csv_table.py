"""A table as CSV for a spreadsheet."""

import csv
import io

from api.csv_table import csv_table


def test_a_spreadsheet_runs_nothing() -> None:
    cells = ["=1+1", "@x", "-3.5", "+1,000", "-x", "plain", 'q"', "\tx"]
    [row] = csv.reader(io.StringIO(csv_table([cells]).removeprefix("\N{BYTE ORDER MARK}")))
    assert row == ["'=1+1", "'@x", "-3.5", "+1,000", "'-x", "plain", 'q"', "'\tx"]
