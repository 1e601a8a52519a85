"""The keys that columns are sealed with: rows of `encryption_keys`, each wrapped by the key
provider."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from secrets import token_bytes
from threading import Lock

from services.adapters.keys import KeyProvider

COLUMNS = "columns"
ACCESS_LOG = "access_log"
KEY_BYTES = 32


@dataclass(frozen=True)
class StoredKey:
    """One row, wrapped. `purpose` is "columns" or "access_log"."""

    id: int
    purpose: str
    kek_id: str
    wrapped: bytes
    is_active: bool


Load = Callable[[], Iterable[StoredKey]]
Save = Callable[[str, str, bytes], int]
Rewrap = Callable[[int, str, bytes], None]


class DataKeys:
    """`load` returns every row. `save(purpose, kek_id, wrapped)` inserts an active row, commits and
    returns its id.

    `load` is called again when ciphertext names a key that was made after start-up. That may happen
    while the caller has a transaction open, so it must read over a connection of its own and take
    no write lock: on SQLite not with BEGIN IMMEDIATE, which would wait for its own caller."""

    def __init__(self, provider: KeyProvider, load: Load, save: Save) -> None:
        self._provider, self._load, self._save = provider, load, save
        self._rows: dict[int, StoredKey] = {}
        self._keys: dict[int, bytes] = {}
        self._lock = Lock()

    def ensure(self) -> None:
        """At start-up, in no transaction: makes the first key of each purpose and opens those in
        use, so that a lost or foreign key file stops the start. Raises KeysUnusable,
        IntegrationError."""
        self.refresh()
        for purpose in (COLUMNS, ACCESS_LOG):
            if not any(row.purpose == purpose for row in self._rows.values()):
                self.add(purpose)
        self.active()
        self.access_log_key()

    def refresh(self) -> None:
        """Reads the rows again: after a rotation each process must, to seal with the new key."""
        rows = {row.id: row for row in self._load()}
        with self._lock:
            self._rows = rows

    def active(self) -> tuple[int, bytes]:
        """(id, key) that columns are sealed with now: the newest active one, should there be
        two."""
        ids = [row.id for row in self._rows.values() if row.purpose == COLUMNS and row.is_active]
        if not ids:
            raise RuntimeError("no data key yet: call ensure() at start-up")
        return max(ids), self._opened(max(ids))

    def access_log_key(self) -> bytes:
        """The oldest one, for good: the log's chain is verified from its first row on."""
        ids = [row.id for row in self._rows.values() if row.purpose == ACCESS_LOG]
        if not ids:
            raise RuntimeError("no data key yet: call ensure() at start-up")
        return self._opened(min(ids))

    def key(self, key_id: int) -> bytes | None:
        """The key of that id, or None when there is no such row or it is for something else."""
        if key_id not in self._rows:
            self.refresh()
        row = self._rows.get(key_id)
        return self._opened(key_id) if row and row.purpose == COLUMNS else None

    def add(self, purpose: str = COLUMNS) -> int:
        """A new active key, in no transaction. Older ones still unseal; `reseal` moves rows
        over."""
        kek_id, wrapped = self._provider.wrap(token_bytes(KEY_BYTES))
        key_id = self._save(purpose, kek_id, wrapped)
        self.refresh()
        return key_id

    def rewrap(self, update: Rewrap) -> int:
        """Wraps every data key under the active key-encryption key through `update(id, kek_id,
        wrapped)`. Returns how many needed it."""
        active = self._provider.active_key_id()
        behind = [row for row in self._rows.values() if row.kek_id != active]
        for row in behind:
            update(row.id, *self._provider.wrap(self._opened(row.id)))
        self.refresh()
        return len(behind)

    def _opened(self, key_id: int) -> bytes:
        if key_id not in self._keys:
            row = self._rows[key_id]
            self._keys[key_id] = self._provider.unwrap(row.kek_id, row.wrapped)
        return self._keys[key_id]
