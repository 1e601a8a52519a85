"""The way back for the only administrator: a lost second factor is taken away from the command line."""

import pytest
from sqlalchemy import select

from commands import create_administrator, reset_second_factor
from models.access_log import AccessLog
from models.database import reading
from services import sign_in
from tests.people import PASSWORD, People
from tests.second_factors import equip


def test_it_opens_the_way_for_the_password(
    sqlite_people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    equip(sqlite_people.adam)
    assert reset_second_factor.main(["--email", " Adam@clinic.example"]) == 0
    assert "gone" in capsys.readouterr().out
    token = sign_in.sign_in("adam@clinic.example", PASSWORD, "127.0.0.1")
    assert sign_in.lookup(token) is not None
    with reading() as session:
        reset = AccessLog.action == "second_factor:reset"
        row = session.scalars(select(AccessLog).where(reset)).one()
    assert (row.actor_name, row.via) == ("command line", "command")


@pytest.mark.parametrize(
    ("email", "said"),
    [("nobody@clinic.example", "no account"), ("bob@clinic.example", "no second factor")],
)
def test_what_cannot_be_is_said(
    sqlite_people: People, capsys: pytest.CaptureFixture[str], email: str, said: str
) -> None:
    assert reset_second_factor.main(["--email", email]) == 1
    assert said in capsys.readouterr().err


def test_making_an_administrator_says_how(
    sqlite_people: People, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("eleven quiet violet harbours\n"))
    given = ["--email", "root@clinic.example", "--name", "Root", "--password-file", "-"]
    assert create_administrator.main(given) == 0
    said = capsys.readouterr().out
    assert "python -m commands.reset_second_factor --email root@clinic.example" in said
