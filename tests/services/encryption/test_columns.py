"""Sealed columns in a real database, their keys, and what an attacker with the database may try."""

import base64
import copy
import pickle
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from models.sealed import Ciphertext, PlaintextRefused, SealedText
from services import encryption
from services.adapters.errors import KeysUnusable
from services.adapters.keys.file import FileKeys
from services.encryption import (
    DataKeys,
    SealBroken,
    StoredKey,
    columns,
    reseal,
    seal,
    seal_json,
    unseal,
    unseal_at,
    unseal_json,
)

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


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def provider(tmp_path: Path) -> FileKeys:
    return FileKeys(tmp_path / "keys.json")


@pytest.fixture(autouse=True)
def keys(rows: Rows, provider: FileKeys, monkeypatch: pytest.MonkeyPatch) -> DataKeys:
    monkeypatch.setattr(columns, "_data_keys", None)
    keys = DataKeys(provider, rows.load, rows.save)
    keys.ensure()
    encryption.use_data_keys(keys)
    return keys


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def letter(words: str = SECRET) -> Letter:
    row = Letter(uid=uuid.uuid4())
    row.words = seal(row, "words", words)
    return row


def test_stored_as_base64_and_read_back(session: Session) -> None:
    row = letter()
    session.add(row)
    session.commit()
    session.expunge_all()
    again = session.scalars(select(Letter)).one()
    assert unseal(again, "words") == SECRET
    assert again.answer is None
    stored = session.scalar(text("SELECT words FROM letters"))
    raw = base64.b64decode(stored, validate=True)
    assert raw[:5] == b"\x01\x00\x00\x00\x01"
    assert len(raw) == 1 + 4 + 12 + len(SECRET.encode()) + 16
    selected = session.execute(select(Letter.uid, Letter.words)).one()
    assert unseal_at("letters", "words", selected.uid, selected.words) == SECRET


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_any_text(words: str) -> None:
    try:
        words.encode()
    except UnicodeEncodeError:
        return
    assert unseal(letter(words), "words") == words


def test_json() -> None:
    row = letter()
    value = {"turns": [{"speaker": "A", "text": SECRET, "start": 0.5}], "empty": None}
    row.words = seal_json(row, "words", value)
    assert unseal_json(row, "words") == value


def test_the_same_text_never_looks_the_same() -> None:
    row = letter()
    assert seal(row, "words", SECRET) != seal(row, "words", SECRET)


def test_ciphertext_shows_nothing(session: Session) -> None:
    row = letter()
    for shown in (repr(row.words), str(row.words), f"{row.words}", f"{[row.words]}"):
        assert row.words.stored not in shown
        assert str(len(row.words.stored)) in shown
    assert copy.deepcopy(row.words) == row.words
    assert pickle.loads(pickle.dumps(row.words)) == row.words  # our own bytes


def test_plaintext_is_refused_and_not_shown(session: Session) -> None:
    session.add(Letter(uid=uuid.uuid4(), words=SECRET))
    with pytest.raises(PlaintextRefused, match="seal\\(row") as raised:
        session.flush()
    assert SECRET not in str(raised.value)
    session.rollback()
    for statement in (
        select(Letter).where(Letter.words == SECRET),
        select(Letter).where(Letter.words.like(f"%{SECRET}%")),
        select(Letter).where(Letter.words.in_([SECRET])),
    ):
        with pytest.raises(PlaintextRefused):
            session.execute(statement)


def test_a_row_needs_its_identity_and_a_column_its_name() -> None:
    with pytest.raises(TypeError, match="uid"):
        seal(Letter(), "words", SECRET)
    with pytest.raises(AttributeError, match="no column wrods"):
        seal(letter(), "wrods", SECRET)
    with pytest.raises(ValueError, match="nothing is sealed in answer"):
        unseal(letter(), "answer")


def test_moved_ciphertext_is_refused() -> None:
    row, other = letter(), letter("another row")
    other.words = row.words
    with pytest.raises(SealBroken):
        unseal(other, "words")
    row.answer = row.words
    with pytest.raises(SealBroken):
        unseal(row, "answer")
    with pytest.raises(SealBroken):
        unseal(Postcard(uid=row.uid, words=row.words), "words")
    assert unseal(row, "words") == SECRET


@pytest.mark.parametrize("position", [0, 1, 4, 5, 16, 17, 30, -17, -1])
def test_every_changed_bit_is_refused(position: int, caplog: pytest.LogCaptureFixture) -> None:
    row = letter()
    raw = bytearray(base64.b64decode(row.words.stored))
    raw[position] ^= 1
    row.words = Ciphertext(base64.b64encode(raw).decode())
    with pytest.raises(SealBroken) as raised:
        unseal(row, "words")
    assert raised.value.__context__ is None
    (record,) = caplog.records
    assert record.__dict__["f"]["place"] == f"v1:letters:words:{row.uid}"
    assert SECRET not in caplog.text
    assert row.words.stored not in caplog.text


@pytest.mark.parametrize("stored", ["", "=", "AQ==", "AQAAAAE=", "no base64!", SECRET, "A" * 80])
def test_what_is_no_ciphertext_is_refused(stored: str) -> None:
    row = letter()
    row.words = Ciphertext(stored)
    with pytest.raises(SealBroken):
        unseal(row, "words")


def test_bytes_for_a_context() -> None:
    sealed = encryption.seal_bytes(b"\x00\xff", "queue")
    assert sealed.isascii()
    assert encryption.unseal_bytes(sealed, "queue") == b"\x00\xff"
    with pytest.raises(SealBroken):
        encryption.unseal_bytes(sealed, "cookie")
    with pytest.raises(SealBroken):
        encryption.unseal_bytes(letter().words.stored, "queue")


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
    foreign = DataKeys(FileKeys(tmp_path / "new.json"), rows.load, rows.save)
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
