"""Sealed columns in a real database, and what an attacker with the database may try."""

import base64
import copy
import pickle
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from models.sealed import Ciphertext, PlaintextRefused
from services import encryption
from services.adapters.keys.file import FileKeys
from services.encryption import (
    DataKeys,
    SealBroken,
    seal,
    seal_json,
    unseal,
    unseal_at,
    unseal_json,
)
from tests.services.encryption.letters import (
    SECRET,
    Base,
    Letter,
    Postcard,
    Rows,
    fresh_keys,
    letter,
)


@pytest.fixture(autouse=True)
def keys(rows: Rows, provider: FileKeys, monkeypatch: pytest.MonkeyPatch) -> DataKeys:
    return fresh_keys(rows, provider, monkeypatch)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


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
