"""Makes an administrator: `python -m commands.create_administrator --email ... --name ...
[--password-file -]`.

The password is asked for without echo, or read from a file or from standard input (`-`), never from
the command line, where other processes could read it.
"""

import argparse
import getpass
import sys
from pathlib import Path

from models.user import Role
from services import users, vault
from services.access import Actor, Via
from services.adapters.errors import IntegrationError
from services.errors import AppError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make an administrator.")
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--password-file", help="a file that holds the password, or - for stdin")
    given = parser.parse_args(arguments)
    operator = Actor(user_id=0, name="command line", role=Role.ADMINISTRATOR, via=Via.COMMAND)
    try:
        password = _password(given.password_file)
        vault.open_vault()
        users.create_user(operator, given.email, given.name, Role.ADMINISTRATOR, password=password)
    except (AppError, IntegrationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        "The administrator can sign in now. Should the phone with the second factor be lost:\n"
        f"python -m commands.reset_second_factor --email {given.email}\n"
    )
    return 0


def _password(source: str | None) -> str:
    if source == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if source:
        return Path(source).read_text(encoding="utf-8").rstrip("\r\n")
    first = getpass.getpass("Password (15 characters or more): ")
    if getpass.getpass("Once more: ") != first:
        sys.stderr.write("The two are not the same.\n")
        return _password(None)
    return first


if __name__ == "__main__":
    sys.exit(main())
