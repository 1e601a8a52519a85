"""An operator's slip with the key file costs nothing: no start, nothing sealed, nothing written beside it, and all
that was confirmed opens once the file is back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config import settings
from services import vault
from services.adapters import wiring
from services.adapters.errors import KeysUnusable
from services.adapters.keys.file import FileKeys
from services.errors import describe
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks

CHUNKS = webm_chunks()

Configure = Callable[..., None]


def _taken_away(path: Path) -> None:
    path.unlink()


def _exchanged(path: Path) -> None:
    path.unlink()
    FileKeys.make(path)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


SLIPS = [_taken_away, _exchanged, _truncated, _emptied]
every_slip = pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__.strip("_"))


def _beside(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.parent.glob("*key*")}


@every_slip
def test_a_running_process_stores_nothing_until_the_file_is_back(
    people: People, slip: Callable[[Path], None]
) -> None:
    recorder, path = Recorder(people.alice), settings().keys_path
    confirmed = {recorder.send(CHUNKS[0], sequence=0).path: CHUNKS[0]}
    right = path.read_bytes()
    slip(path)
    wrong = _beside(path)
    with pytest.raises(KeysUnusable) as refused:
        recorder.send(CHUNKS[1], sequence=1)
    assert set(vault.blobs().list("")) == set(confirmed)
    assert _beside(path) == wrong
    told = describe(refused.value)
    assert (told.status, told.code, told.retryable) == (503, "keys-unusable", True)
    path.write_bytes(right)
    path.chmod(0o600)
    for number in (1, 2):  # the recorder kept them and sends them again
        stored = recorder.send(CHUNKS[number], sequence=number, last=number == 2)
        confirmed[stored.path] = CHUNKS[number]
    assert {one: b"".join(vault.blobs().read(str(one))) for one in confirmed} == confirmed


@every_slip
def test_a_start_is_refused_and_writes_no_key(
    people: People, configure: Configure, slip: Callable[[Path], None]
) -> None:
    recorder, path = Recorder(people.alice), settings().keys_path
    stored = recorder.send(CHUNKS[0], sequence=0).path
    right = path.read_bytes()
    slip(path)
    wrong = _beside(path)
    for opened in (vault.open_vault, vault.blobs):  # the dashboard and the worker; a command
        configure()
        with pytest.raises(KeysUnusable, match="restore"):
            opened()
    assert _beside(path) == wrong
    path.write_bytes(right)
    path.chmod(0o600)
    configure()
    vault.open_vault()
    assert b"".join(vault.blobs().read(str(stored))) == CHUNKS[0]


def test_reading_goes_on_without_the_file(people: People) -> None:
    stored = Recorder(people.alice).send(CHUNKS[0], sequence=0).path
    settings().keys_path.unlink()
    assert b"".join(vault.blobs().read(str(stored))) == CHUNKS[0]


def test_an_older_file_is_refused_after_a_rotation(people: People, configure: Configure) -> None:
    from commands.rotate_keys import rotate

    path = settings().keys_path
    before = path.read_bytes()
    rotate(new_keys=True)
    recorder = Recorder(people.alice)
    stored = recorder.send(CHUNKS[0], sequence=0).path
    after = path.read_bytes()
    path.write_bytes(before)
    with pytest.raises(KeysUnusable, match="exchanged"):
        recorder.send(CHUNKS[1], sequence=1)
    configure()
    with pytest.raises(KeysUnusable, match="restore"):
        vault.open_vault()
    path.write_bytes(after)
    configure()
    assert b"".join(vault.blobs().read(str(stored))) == CHUNKS[0]


def test_the_keys_alone_make_no_file(sqlite_database: str, configure: Configure) -> None:
    settings().keys_path.unlink()
    configure()
    with pytest.raises(KeysUnusable, match="no key file"):
        wiring.keys()
    assert not settings().keys_path.exists()
