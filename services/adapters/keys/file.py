"""Key-encryption keys in one file that only its owner may read; data keys wrapped with AES key wrap
(RFC 3394).

The file is JSON: `{"version": 1, "active": ID, "keys": {ID: Base64 of 32 bytes, ...}}`. Whoever
loses it loses everything that was encrypted: back it up apart from the data.
"""

import base64
import binascii
import errno
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_bytes, token_hex

from services.adapters.errors import IntegrationError, KeysUnusable

KEY_BYTES = 32
WIDEST_MODE = 0o600
Identity = tuple[int, int, int]  # inode, time of change in ns, size: another file, another identity


class FileKeys:
    """Reads the file. One that is missing, that others may read or that is malformed raises
    KeysUnusable; so does, from then on, one that no longer holds the key that was active when it was
    read before: another installation's file must not seal anything here."""

    @classmethod
    def make(cls, path: Path) -> "FileKeys":
        """The file of a first set-up with one new key, or the file that is there."""
        path = Path(path).absolute()
        if not path.exists():
            key_id = _new_id()
            with _translated():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with suppress(FileExistsError):  # another process was first: its key it is
                    _store(path, key_id, {key_id: token_bytes(KEY_BYTES)}, replace=False)
        return cls(path)

    def __init__(self, path: Path) -> None:
        self._path = Path(path).absolute()
        self._seen: Identity | None = None
        self._read: tuple[str, dict[str, bytes]] = ("", {})  # active id, keys; swapped as one
        self._refresh()

    def active_key_id(self) -> str:
        return self._refresh()[0]

    def wrap(self, data_key: bytes) -> tuple[str, bytes]:
        from cryptography.hazmat.primitives.keywrap import aes_key_wrap

        active, keys = self._refresh()
        return active, aes_key_wrap(keys[active], data_key)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

        key = self._read[1].get(key_id) or self._refresh()[1].get(key_id)
        if key is None:
            raise KeysUnusable("the key file lacks a key that data was encrypted with: restore it")
        try:
            return aes_key_unwrap(key, wrapped)
        except (InvalidUnwrap, ValueError):
            raise KeysUnusable("a wrapped data key was altered") from None

    def add_active_key(self) -> str:
        """A new key that wraps from now on, in every process; the old ones still unwrap. Its id."""
        with _translated(), self._alone():
            keys = self._refresh()[1]
            key_id = _new_id()
            _store(self._path, key_id, {**keys, key_id: token_bytes(KEY_BYTES)}, replace=True)
        return key_id

    def _refresh(self) -> tuple[str, dict[str, bytes]]:
        """(active id, keys), read again if the file is not the one last read."""
        with _translated(), open(self._path, "rb") as file:
            status = os.fstat(file.fileno())
            identity = (status.st_ino, status.st_mtime_ns, status.st_size)
            if identity == self._seen:
                return self._read
            _check_owner(status)
            text = file.read()
        active, keys = _parse(text)
        was, known = self._read
        if was and keys.get(was) != known[was]:
            raise KeysUnusable("the key file was exchanged for another one: restore the right one")
        self._read = active, keys
        self._seen = identity
        return self._read

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with _folder(self._path.parent) as folder:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield


def _store(path: Path, active: str, keys: dict[str, bytes], *, replace: bool) -> None:
    """The whole file or nothing, on disk before this returns. Raises FileExistsError."""
    encoded = {key_id: base64.b64encode(key).decode() for key_id, key in keys.items()}
    text = json.dumps({"version": 1, "active": active, "keys": encoded}, indent=1)
    temporary = path.with_name(f".{path.name}.{token_hex(8)}")
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, WIDEST_MODE)
    try:
        with open(file, "wb") as opened:
            opened.write(text.encode())
            opened.flush()
            os.fsync(file)
        if replace:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)
        with _folder(path.parent) as folder:
            os.fsync(folder)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise KeysUnusable("there is no key file: restore it, or name it in the settings") from None
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "unknown")
        text = f"the key file could not be read or written: {name}"
        raise IntegrationError(text, retryable=False) from None


def _new_id() -> str:
    return f"file-{token_hex(4)}"


def _check_owner(status: os.stat_result) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if mode & ~WIDEST_MODE:
        raise KeysUnusable(
            f"the key file has mode {mode:04o}: others may read the keys. "
            "Run chmod 600 on it, and add a new key if anyone else could have read it"
        )
    if status.st_uid not in (os.geteuid(), 0):
        raise KeysUnusable("the key file belongs to someone else: run chown on it")


def _parse(text: bytes) -> tuple[str, dict[str, bytes]]:
    """(active id, keys). The cause of a failure is not chained: it would hold the file's text."""
    try:
        content = json.loads(text)
        keys = {
            str(key_id): base64.b64decode(key, validate=True)
            for key_id, key in content["keys"].items()
        }
        active = content["active"]
        sound = content["version"] == 1 and active in keys
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        sound = False
    if not sound or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeysUnusable("the key file is malformed: restore it from its backup")
    return active, keys
