"""What every table shares: names of constraints, UTC times, identities made before insert."""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class UTC(TypeDecorator[dt.datetime]):
    """Aware UTC in, aware UTC out, on SQLite too (which would hand back a naive value)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: UTC(),
        # words in a VARCHAR, not a native type: a new member needs no migration
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=20,
            values_callable=lambda members: [member.value for member in members],
        ),
    }

    def __repr__(self) -> str:  # a row never prints its columns
        return f"<{type(self).__name__} {getattr(self, 'id', '?')}>"


class Sealable:
    """A row that carries ciphertext: its UUID is made before insert, the ciphertext is bound to it."""

    uid: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4, unique=True)

    def __init__(self, **columns: object) -> None:
        columns.setdefault("uid", uuid.uuid4())
        super().__init__(**columns)
