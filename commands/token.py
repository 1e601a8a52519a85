"""Makes an API token for a person: `python -m commands.token --user EMAIL [--scope read] [--days 30] [--name NAME]`.

Prints the token and nothing else on standard output, so that a script can keep it. It is shown this once.
"""

import argparse
import sys

from sqlalchemy import select

from models.database import reading
from models.user import User
from services import api_tokens, vault
from services.access import Actor, Via
from services.adapters.errors import IntegrationError
from services.errors import AppError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make an API token for a person.")
    parser.add_argument("--user", required=True, help="the e-mail address they sign in with")
    parser.add_argument("--scope", choices=list(api_tokens.Scope), default=api_tokens.Scope.WRITE)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--name", default="command line", help="what will use it")
    given = parser.parse_args(arguments)
    try:
        vault.open_vault()
        actor = _actor(given.user)
        if actor is None:
            sys.stderr.write("Nobody with that address may sign in here.\n")
            return 1
        scope = api_tokens.Scope(given.scope)
        made = api_tokens.create(actor, given.name, scope, given.days)
    except (AppError, IntegrationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(f"For {actor.name}, scope {scope}, until {made.token.expires_at:%d %b %Y}.\n")
    sys.stdout.write(f"{made.secret}\n")
    return 0


def _actor(email: str) -> Actor | None:
    with reading() as session:
        user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None or user.disabled_at is not None:
        return None
    return Actor(user.id, user.name, user.role, Via.COMMAND)


if __name__ == "__main__":
    sys.exit(main())
