"""Takes away a lost second factor: `python -m commands.reset_second_factor --email EMAIL`.

For the only administrator, whom nobody else can help. The person's sign-ins and API tokens end; the password alone
leads on from there, to setting up another factor where one is required.
"""

import argparse
import sys

from sqlalchemy import select

from models.database import reading
from models.user import Role, User
from services import second_factor, vault
from services.access import Actor, Via
from services.adapters.errors import IntegrationError
from services.errors import AppError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Take away a lost second factor.")
    parser.add_argument("--email", required=True, help="the address that the person signs in with")
    given = parser.parse_args(arguments)
    operator = Actor(user_id=0, name="command line", role=Role.ADMINISTRATOR, via=Via.COMMAND)
    try:
        vault.open_vault()
        user_id = _user_id(given.email)
        if user_id is None:
            sys.stderr.write("There is no account with this address.\n")
            return 1
        second_factor.reset(operator, user_id)
    except (AppError, IntegrationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("The second factor is gone. The password alone leads on from here.\n")
    return 0


def _user_id(email: str) -> int | None:
    with reading() as session:
        return session.scalar(select(User.id).where(User.email == email.strip().lower()))


if __name__ == "__main__":
    sys.exit(main())
