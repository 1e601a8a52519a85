"""Ciphertext as a value, and the column type that stores it. What turns it into words and back is
`services.encryption`."""

from dataclasses import dataclass

from sqlalchemy import Dialect, Text
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator


@dataclass(frozen=True, slots=True, repr=False)
class Ciphertext:
    """Base64 as stored. Printed anywhere, it shows its length and nothing else."""

    stored: str

    def __repr__(self) -> str:
        return f"<Ciphertext of {len(self.stored)} characters>"

    __str__ = __repr__


class PlaintextRefused(TypeError, DontWrapMixin):
    """Not wrapped by SQLAlchemy: its StatementError would print the parameters, the plaintext
    too."""


class SealedText(TypeDecorator[Ciphertext]):
    """A Text column that takes Ciphertext and nothing else. It can't be searched or sorted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Ciphertext | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Ciphertext):
            raise PlaintextRefused(
                f"a sealed column takes Ciphertext, not {type(value).__name__}: "
                'write row.column = seal(row, "column", text)'
            )
        return value.stored

    def process_result_value(self, value: str | None, dialect: Dialect) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)
