"""Data keys of sealed columns: rotated, shared between processes, rewrapped, missing."""

import base64
from pathlib import Path

import pytest

from services import encryption
from services.adapters.errors import KeysUnusable
from services.adapters.keys.file import FileKeys
from services.encryption import DataKeys, columns, reseal, seal, unseal
from tests.services.encryption.letters import SECRET, Rows, fresh_keys, letter


@pytest.fixture(autouse=True)
def keys(rows: Rows, provider: FileKeys, monkeypatch: pytest.MonkeyPatch) -> DataKeys:
    return fresh_keys(rows, provider, monkeypatch)


def test_rotation_row_by_row(keys: DataKeys) -> None:
    row = letter()
    before = row.words
    assert reseal(row, "words") is False
    new = keys.add()
    assert unseal(row, "words") == SECRET
    assert reseal(row, "words") is True
    assert row.words != before
    assert base64.b64decode(row.words.stored)[1:5] == new.to_bytes(4)
    assert unseal(row, "words") == SECRET
    assert reseal(row, "words") is False
    assert reseal(row, "answer") is False


def test_a_key_made_by_another_process_is_found(
    rows: Rows, provider: FileKeys, keys: DataKeys
) -> None:
    elsewhere = DataKeys(provider, rows.load, rows.save)
    elsewhere.ensure()
    elsewhere.add()
    row = letter()
    encryption.use_data_keys(elsewhere)
    row.words = seal(row, "words", SECRET)
    encryption.use_data_keys(keys)
    assert unseal(row, "words") == SECRET


def test_rows_are_read_at_start_and_not_for_each_value(rows: Rows) -> None:
    loads = rows.loads
    for _ in range(5):
        unseal(letter(), "words")
    assert rows.loads == loads


def test_after_a_restart_the_same_keys(rows: Rows, provider: FileKeys, keys: DataKeys) -> None:
    row = letter()
    log_key = encryption.access_log_key()
    again = DataKeys(provider, rows.load, rows.save)
    again.ensure()
    encryption.use_data_keys(again)
    assert unseal(row, "words") == SECRET
    assert encryption.access_log_key() == log_key
    assert [stored.purpose for stored in rows.rows] == ["columns", "access_log"]


def test_the_logs_key_stays_and_seals_nothing(keys: DataKeys, rows: Rows) -> None:
    log_key = encryption.access_log_key()
    assert len(log_key) == 32
    assert log_key != keys.active()[1]
    keys.add("access_log")
    assert encryption.access_log_key() == log_key
    log_ids = [stored.id for stored in rows.rows if stored.purpose == "access_log"]
    assert [keys.key(key_id) for key_id in log_ids] == [None, None]


def test_data_keys_are_rewrapped_under_a_new_key(
    rows: Rows, provider: FileKeys, keys: DataKeys
) -> None:
    row = letter()
    assert keys.rewrap(rows.update) == 0
    new = provider.add_active_key()
    assert keys.rewrap(rows.update) == 2
    assert {stored.kek_id for stored in rows.rows} == {new}
    again = DataKeys(provider, rows.load, rows.save)
    again.ensure()
    encryption.use_data_keys(again)
    assert unseal(row, "words") == SECRET


def test_a_lost_key_file_stops_the_start(rows: Rows, tmp_path: Path) -> None:
    foreign = DataKeys(FileKeys.make(tmp_path / "new.json"), rows.load, rows.save)
    with pytest.raises(KeysUnusable, match="restore"):
        foreign.ensure()
    assert len(rows.rows) == 2


def test_without_keys_nothing_is_sealed(rows: Rows, provider: FileKeys) -> None:
    encryption.use_data_keys(DataKeys(provider, list, rows.save))
    with pytest.raises(RuntimeError, match="ensure"):
        letter()
    columns._data_keys = None
    with pytest.raises(RuntimeError, match="start-up"):
        letter()
