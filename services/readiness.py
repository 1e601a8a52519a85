"""Whether this process can serve: the database answers, and its schema is this release's."""

from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models.database import reading

ALEMBIC = Path(__file__).parent.parent / "alembic.ini"


def is_ready() -> bool:
    try:
        with reading() as session:
            found = set(session.scalars(text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError:
        return False
    return found == _heads()


@cache
def _heads() -> frozenset[str]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    return frozenset(ScriptDirectory.from_config(Config(str(ALEMBIC))).get_heads())
