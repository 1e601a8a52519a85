"""A table with sealed columns, and the keys it is sealed with, both in memory."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from models.sealed import Ciphertext, SealedText
from services import encryption
from services.adapters.keys.file import FileKeys
from services.encryption import DataKeys, StoredKey, columns, seal

SECRET = "Frau Müller schläft schlecht 😴"


class Base(DeclarativeBase):
    pass


class Letter(Base):
    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID]
    words: Mapped[Ciphertext] = mapped_column(SealedText)
    answer: Mapped[Ciphertext | None] = mapped_column(SealedText)


class Postcard(Base):
    __tablename__ = "postcards"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID]
    words: Mapped[Ciphertext] = mapped_column(SealedText)


class Rows:
    """The table `encryption_keys`, in memory."""

    def __init__(self) -> None:
        self.rows: list[StoredKey] = []
        self.loads = 0

    def load(self) -> list[StoredKey]:
        self.loads += 1
        return list(self.rows)

    def save(self, purpose: str, kek_id: str, wrapped: bytes) -> int:
        self.rows.append(StoredKey(len(self.rows) + 1, purpose, kek_id, wrapped, True))
        return len(self.rows)

    def update(self, key_id: int, kek_id: str, wrapped: bytes) -> None:
        self.rows[key_id - 1] = replace(self.rows[key_id - 1], kek_id=kek_id, wrapped=wrapped)


def letter(words: str = SECRET) -> Letter:
    row = Letter(uid=uuid.uuid4())
    row.words = seal(row, "words", words)
    return row


def fresh_keys(rows: Rows, provider: FileKeys, monkeypatch: pytest.MonkeyPatch) -> DataKeys:
    """In use until the test ends."""
    monkeypatch.setattr(columns, "_data_keys", None)
    keys = DataKeys(provider, rows.load, rows.save)
    keys.ensure()
    encryption.use_data_keys(keys)
    return keys
