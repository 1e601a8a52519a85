"""The vault: keys made once, kept for good, and a start without the right ones that stops."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from config import settings
from models.clinic import EncryptionKey, KeyPurpose
from models.database import sessions
from services import encryption, vault
from services.errors import TooLarge

Configure = Callable[..., None]


def keys() -> list[tuple[int, KeyPurpose]]:
    with sessions()() as session:
        rows = session.scalars(select(EncryptionKey).order_by(EncryptionKey.id))
        return [(row.id, row.purpose) for row in rows]


def test_processes_that_start_together_agree_on_the_logs_key(database: str) -> None:
    with sessions()() as session, session.begin():
        session.execute(delete(EncryptionKey))
    start = vault.data_keys.__wrapped__  # as another process would: with nothing cached
    vault._engine()
    with ThreadPoolExecutor(6) as pool:
        made = [future.result() for future in [pool.submit(start) for _ in range(6)]]
    assert len({one.access_log_key() for one in made}) == 1
    sealed = [encryption.seal_bytes(b"said", "here") for _ in made]
    assert {encryption.unseal_bytes(one, "here") for one in sealed} == {b"said"}
    if database.startswith("postgresql"):
        assert sorted(purpose for _, purpose in keys()) == ["access_log", "columns"]


def test_opening_again_makes_no_further_keys(sqlite_database: str, configure: Configure) -> None:
    before = keys()
    assert [purpose for _, purpose in before] == ["columns", "access_log"]
    sealed = encryption.seal_bytes(b"said", "here")
    vault.open_vault()
    configure()  # a new start
    vault.open_vault()
    assert keys() == before
    assert encryption.unseal_bytes(sealed, "here") == b"said"


def test_keys_and_spool_are_for_their_owner_alone(sqlite_database: str) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(settings().keys_path) == 0o600
    assert mode(vault.spool_folder()) == 0o700


def test_an_upload_may_be_as_large_as_the_settings_say(
    sqlite_database: str, configure: Configure
) -> None:
    configure(VERBATIM_MAX_UPLOAD_MB="1")
    vault.open_vault()
    with vault.new_spool() as spool:
        spool.write(bytes(1 << 20))
        with pytest.raises(TooLarge, match="larger than 1 MB"):
            spool.write(b"x")


def test_what_lies_in_the_store_is_sealed(sqlite_database: str) -> None:
    vault.blobs().put("1/1/2026-11-24/a.webm", [b"spoken ", b"words"], "audio/webm")
    assert b"".join(vault.blobs().read("1/1/2026-11-24/a.webm", 2, 9)) == b"oken wo"
    for path in settings().data_dir.rglob("*"):
        assert not path.is_file() or b"spoken" not in path.read_bytes()
