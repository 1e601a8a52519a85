"""Brings the database to this version: the product's tables by Alembic, the queue's by DBOS."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from config import settings

ROOT = Path(__file__).parent.parent


def migrate() -> None:
    """Idempotent; safe to run by several processes one after another."""
    url = make_url(settings().database)
    if url.database and url.drivername.startswith("sqlite"):
        file = Path(url.database)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)  # SQLite gives its journals the mode of the file
    command.upgrade(Config(str(ROOT / "alembic.ini")), "head")
    _prepare_queue()


def _prepare_queue() -> None:
    from dbos import DBOS

    DBOS.migrate(settings().database)


if __name__ == "__main__":
    migrate()
