"""`python -m commands.rotate_keys [--continue]`: new keys, and everything that is stored moved under them.

May run while people work, and be interrupted: old keys go on unsealing, and `--continue` takes up where it
stopped without making new keys again. Processes that run meanwhile seal with the keys that they started with:
restart them, then run it once more with `--continue` to move what they wrote. With keys in Azure Key Vault
make a new version of the key there first.
"""

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Iterator

from sqlalchemy import select

import models
from config import settings
from models.base import Base, Sealable
from models.database import sessions
from models.sealed import SealedText
from services import encryption, safe_log, vault
from services.adapters import wiring
from services.adapters.keys.file import FileKeys

BATCH = 200  # rows a transaction


def rotate(*, new_keys: bool, told: Callable[[str, int], None] = lambda *_: None) -> dict[str, int]:
    """What was moved, by kind. `told` hears of each kind as it is done."""
    data_keys, keys = vault.data_keys(), wiring.keys()
    if new_keys:
        if isinstance(keys, FileKeys):
            keys.add_active_key()
        data_keys.add()
    moved = {"data keys": data_keys.rewrap(vault.rewrap)}
    told("data keys", moved["data keys"])
    for table in _sealed_tables():
        moved[table.__tablename__] = sum(_reseal(table))
        told(table.__tablename__, moved[table.__tablename__])
    blobs = vault.blobs()
    moved["files"] = sum(blobs.rewrap(path) for path in blobs.list(""))
    told("files", moved["files"])
    return moved


def _sealed_tables() -> list[type[Base]]:
    for module in pkgutil.iter_modules(
        models.__path__, "models."
    ):  # a table is known once it is imported
        importlib.import_module(module.name)
    return [
        mapper.class_
        for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
        if _sealed_columns(mapper.class_)
    ]


def sealed_columns() -> list[str]:
    """table.column of all that is moved."""
    return [
        f"{table.__tablename__}.{column}"
        for table in _sealed_tables()
        for column in _sealed_columns(table)
    ]


def _sealed_columns(table: type[Base]) -> list[str]:
    return [
        column.key for column in table.__mapper__.columns if isinstance(column.type, SealedText)
    ]


def _reseal(table: type[Base]) -> Iterator[int]:
    """Rows moved, batch by batch; each batch is a transaction of its own."""
    columns, key, last = _sealed_columns(table), table.__mapper__.primary_key[0], 0
    while True:
        with sessions()() as session, session.begin():
            wanted = select(table).where(key > last).order_by(key).limit(BATCH).with_for_update()
            rows = session.scalars(wanted).all()
            if not rows:
                return
            last = rows[-1].id  # type: ignore[attr-defined]  # every table has one
            yield sum(_moved(row, columns) for row in rows)


def _moved(row: Base, columns: list[str]) -> bool:
    assert isinstance(row, Sealable)  # a table with sealed columns is
    return any([encryption.reseal(row, column) for column in columns])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m commands.rotate_keys", description=__doc__)
    parser.add_argument("--continue", dest="goes_on", action="store_true", help="no new keys")
    chosen = parser.parse_args()
    safe_log.install()
    vault.open_vault()
    rotate(new_keys=not chosen.goes_on, told=lambda kind, count: print(f"{kind}: {count} moved"))
    if settings().keys == "file":
        print(
            f"Back up {settings().keys_path.name} again, apart from the data. The older keys in it "
            "are needed for backups that were made before."
        )


if __name__ == "__main__":
    main()
