"""What every key provider promises, run against every one that the wiring names. Azure's real
client works here with a key of the test's own instead of a vault's."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.adapters.errors import KeysUnusable
from services.adapters.keys import KeyProvider
from services.adapters.keys.azure_key_vault import AzureKeyVaultKeys
from services.adapters.keys.file import FileKeys
from services.adapters.wiring import KEYS
from tests.servers.key_vault import LocalVault


@dataclass
class Case:
    """`again` makes the provider anew, as after a restart; `rotate` makes another key active."""

    again: Callable[[], KeyProvider]
    rotate: Callable[[], Any]
    foreign: KeyProvider


@pytest.fixture(params=sorted(KEYS))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    if request.param == "file":
        path = tmp_path / "keys.json"
        keys = FileKeys.make(path)
        foreign = FileKeys.make(tmp_path / "others.json")
        return Case(lambda: FileKeys(path), keys.add_active_key, foreign)
    vault, other = LocalVault("ours"), LocalVault("others")
    return Case(
        lambda: AzureKeyVaultKeys(vault.key_id, vault.client),
        vault.add_version,
        AzureKeyVaultKeys(other.key_id, other.client),
    )


def test_a_data_key_comes_back_also_after_a_restart(case: Case) -> None:
    data_key = os.urandom(32)
    key_id, wrapped = case.again().wrap(data_key)
    assert data_key not in wrapped
    assert case.again().unwrap(key_id, wrapped) == data_key
    assert case.again().active_key_id() == key_id


def test_key_ids_and_wrapped_keys_fit_the_header_of_a_blob(case: Case) -> None:
    key_id, wrapped = case.again().wrap(os.urandom(32))
    assert key_id.isascii()
    assert len(key_id) + len(wrapped) <= 1000


def test_an_altered_wrapped_key_is_refused(case: Case) -> None:
    key_id, wrapped = case.again().wrap(os.urandom(32))
    for altered in (
        wrapped[:-1] + bytes([wrapped[-1] ^ 1]),
        bytes([wrapped[0] ^ 1]) + wrapped[1:],
        wrapped[:-8],
        b"",
    ):
        with pytest.raises(KeysUnusable):
            case.again().unwrap(key_id, altered)


def test_a_foreign_key_is_refused(case: Case) -> None:
    foreign_id, foreign = case.foreign.wrap(os.urandom(32))
    own_id, _ = case.again().wrap(os.urandom(32))
    for key_id in (foreign_id, own_id, "nothing", ""):
        with pytest.raises(KeysUnusable):
            case.again().unwrap(key_id, foreign)


def test_after_rotation_the_old_key_still_unwraps(case: Case) -> None:
    data_key = os.urandom(32)
    old_id, old = case.again().wrap(data_key)
    case.rotate()
    new_id, new = case.again().wrap(data_key)
    assert new_id != old_id
    assert case.again().active_key_id() == new_id
    assert case.again().unwrap(old_id, old) == data_key
    assert case.again().unwrap(new_id, new) == data_key
