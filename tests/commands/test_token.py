"""`make token USER=email`: a token on standard output, and nothing else there."""

import pytest

from commands import token
from services import bearer
from tests.people import People


def test_it_prints_a_token_that_works(
    sqlite_people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    assert token.main(["--user", "Alice@clinic.example ", "--scope", "read", "--days", "1"]) == 0
    printed = capsys.readouterr()
    holder = bearer.lookup(printed.out.strip())
    assert holder is not None
    assert (holder.user_id, holder.reads_only) == (sqlite_people.alice.user_id, True)
    assert "scope read" in printed.err


def test_nobody_of_that_name(sqlite_people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert token.main(["--user", "nobody@clinic.example"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "may sign in" in printed.err


def test_a_wrong_length_is_told(sqlite_people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert token.main(["--user", "alice@clinic.example", "--days", "1000"]) == 1
    assert "1 to 365" in capsys.readouterr().err
