"""What only the key file has: its mode, its text, and several processes that want it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.adapters.errors import IntegrationError, KeysUnusable
from services.adapters.keys.file import FileKeys

ROOT = Path(__file__).resolve().parents[3]
DATA_KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "keys.json"


def test_is_made_for_its_owner_alone(path: Path) -> None:
    previous = os.umask(0)
    try:
        FileKeys.make(path)
    finally:
        os.umask(previous)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_is_not_made_where_it_must_exist(path: Path) -> None:
    with pytest.raises(KeysUnusable, match="no key file"):
        FileKeys(path)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o700, 0o620])
def test_a_wider_mode_stops_the_start(path: Path, mode: int) -> None:
    FileKeys.make(path)
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        FileKeys.make(path)
    path.chmod(0o400)
    FileKeys.make(path)


MALFORMED = [
    *("", "{", "[]", "null", '{"version": 1}', '{"version": 1, "active": "a", "keys": {}}'),
    '{"version": 1, "active": "a", "keys": {"a": "c2hvcnQ="}}',
    '{"version": 1, "active": "a", "keys": {"a": "no base64!"}}',
    '{"version": 1, "active": "a", "keys": {"a": 5}}',
    '{"version": 1, "active": ["a"], "keys": {"a": "%s"}}',
    '{"version": 1, "active": "b", "keys": {"a": "%s"}}',
    '{"version": 2, "active": "a", "keys": {"a": "%s"}}',
    '{"version": 1, "active": "a", "keys": ["%s"]}',
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_file_stops_the_start_and_is_left_alone(path: Path, text: str) -> None:
    FileKeys.make(path)
    key = next(iter(json.loads(path.read_text())["keys"].values()))
    content = text.replace("%s", key)
    path.write_text(content)
    with pytest.raises(KeysUnusable, match="malformed") as raised:
        FileKeys.make(path)
    assert key not in repr(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert path.read_text() == content


def test_keys_show_nowhere(path: Path) -> None:
    keys = FileKeys.make(path)
    text = path.read_text()
    key = next(iter(json.loads(text)["keys"].values()))
    assert key not in repr(keys)
    assert key not in str(keys)


def test_a_new_active_key_is_seen_by_everyone_at_once(path: Path) -> None:
    here, elsewhere = FileKeys.make(path), FileKeys.make(path)
    old_id, old = elsewhere.wrap(DATA_KEY)
    new_id = here.add_active_key()
    assert elsewhere.active_key_id() == new_id
    assert elsewhere.wrap(DATA_KEY)[0] == new_id
    assert here.unwrap(old_id, old) == DATA_KEY
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_a_file_that_vanished_stops_wrapping_but_not_reading(path: Path) -> None:
    keys = FileKeys.make(path)
    key_id, wrapped = keys.wrap(DATA_KEY)
    path.unlink()
    with pytest.raises(IntegrationError):
        keys.wrap(DATA_KEY)
    assert keys.unwrap(key_id, wrapped) == DATA_KEY


def test_processes_that_start_at_once_share_one_key(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from services.adapters.keys.file import FileKeys; "
        "print(FileKeys.make(Path(sys.argv[1])).active_key_id())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)], cwd=ROOT, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    ids = {process.communicate()[0] for process in processes}
    assert len(ids) == 1
    assert b"file-" in ids.pop()


def test_processes_that_add_at_once_lose_no_key(path: Path) -> None:
    FileKeys.make(path)
    script = (
        "import sys; from pathlib import Path; from services.adapters.keys.file import FileKeys\n"
        "for _ in range(10): FileKeys.make(Path(sys.argv[1])).add_active_key()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], cwd=ROOT) for _ in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert len(json.loads(path.read_text())["keys"]) == 31
