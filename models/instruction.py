"""Documentation instructions that people wrote: a clinic's, a user's own, a user's own for one client.

Built-in ones are code (`services/instructions/catalogue`) and have no rows.
"""

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.sealed import Ciphertext, SealedText


class Instruction(Sealable, Base):
    """A variant of a built-in type. Its text is in its versions."""

    __tablename__ = "instructions"

    id: Mapped[int] = mapped_column(primary_key=True)
    instruction_type: Mapped[str] = mapped_column(String(40), index=True)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # None: clinic-wide
    therapist_client_id: Mapped[int | None] = mapped_column(ForeignKey("therapist_clients.id"))
    version: Mapped[int] = mapped_column(default=1)  # the newest
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    deleted_at: Mapped[dt.datetime | None]


class InstructionVersion(Sealable, Base):
    """Append-only."""

    __tablename__ = "instruction_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    instruction_id: Mapped[int] = mapped_column(ForeignKey("instructions.id"), index=True)
    version: Mapped[int]
    built_in_version: Mapped[int]  # of the built-in one that it was made from
    content: Mapped[Ciphertext] = mapped_column(SealedText)  # JSON; a client may be named in it
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("instruction_id", "version"),)
