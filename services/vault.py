"""This process's keys and sealed blob store, opened once at start-up from the settings."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from config import settings
from models.clinic import EncryptionKey, KeyPurpose
from models.database import build_engine
from services import encryption
from services.adapters import wiring

FIRST_KEYS = 5653301  # of an advisory lock: any number that nothing else in the database uses


def open_vault() -> None:
    """Makes or opens the data keys; a lost or foreign key file stops the start here. Idempotent."""
    data_keys().refresh()


@cache
def blobs() -> encryption.SealedBlobs:
    """The blob store, sealing what goes in and unsealing what comes out."""
    data_keys()  # first: they prove that the key provider holds this database's keys
    return encryption.SealedBlobs(wiring.blob_store(), wiring.keys())


def beside(path: str) -> str:
    """Another path in the same folder, for a name that is taken there: both are kept."""
    there = PurePosixPath(path)
    return str(there.with_name(f"{there.stem}-{secrets.token_hex(4)}{there.suffix}"))


def new_spool(most_mb: int | None = None) -> encryption.Spool:
    """Where an upload waits, sealed, until it has been checked. Bounded by the limit of recordings, or by
    another one in MB."""
    return encryption.Spool(spool_folder(), limit=(most_mb or settings().max_upload_mb) << 20)


def spool_folder() -> Path:
    folder = settings().data_dir / "spool"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@cache
def data_keys() -> encryption.DataKeys:
    """The keys of this process. What seals and unseals goes through `services.encryption`.

    The wrapped keys in the database are the check value of the key-encryption key: AES key wrap is
    authenticated, so another key unwraps none of them. Only a database that holds no wrapped key yet
    lets a key file be made; everywhere else a missing one is an operator's slip (a disk that is not
    mounted), and a new file beside it would seal what nobody can open later. Raises KeysUnusable."""
    with _one_process_at_a_time():
        if not _load():
            wiring.make_first_key()
        keys = encryption.DataKeys(wiring.keys(), _load, _save)
        keys.ensure()
    encryption.use_data_keys(keys)
    return keys


@cache
def _engine() -> Engine:
    # Its own, without BEGIN IMMEDIATE: keys may be read while the caller holds SQLite's write lock.
    return build_engine(settings().database, begin_immediate=False)


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    """PostgreSQL hands out ids before their rows can be seen: of processes that start together on an
    empty database, each could take another row for the oldest key, which the access log goes by.
    On SQLite ids come in the order of commits."""
    if _engine().dialect.name == "sqlite":
        yield
        return
    with _engine().begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(FIRST_KEYS)))
        yield


def _load() -> list[encryption.StoredKey]:
    with Session(_engine()) as session:
        return [
            encryption.StoredKey(row.id, row.purpose, row.kek_id, row.wrapped, row.is_active)
            for row in session.scalars(select(EncryptionKey))
        ]


def _save(purpose: str, kek_id: str, wrapped: bytes) -> int:
    with Session(_engine()) as session, session.begin():
        row = EncryptionKey(purpose=KeyPurpose(purpose), kek_id=kek_id, wrapped=wrapped)
        session.add(row)
        session.flush()
        return row.id


def rewrap(ident: int, kek_id: str, wrapped: bytes) -> None:
    """Keeps a data key under another key-encryption key; for `DataKeys.rewrap`."""
    with Session(_engine()) as session, session.begin():
        row = session.get_one(EncryptionKey, ident)
        row.kek_id, row.wrapped = kek_id, wrapped
