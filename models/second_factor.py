"""The second factor of local accounts: a time-based code (RFC 6238), recovery codes, and the step between the
password and the code."""

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Sealable, now
from models.sealed import Ciphertext, SealedText


class SecondFactor(Sealable, Base):
    """There is a row once a first code has confirmed it; without one the password is enough."""

    __tablename__ = "second_factors"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    secret: Mapped[Ciphertext] = mapped_column(SealedText)  # Base32, as the app has it
    last_step: Mapped[int]  # of the last code that was taken; it and older ones are used up
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """Opens once instead of a code of the app. Kept as an HMAC under the sealed secret."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_mac: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[dt.datetime | None]


class HalfSignIn(Base):
    """The password was right, the code is still to come. It opens nothing. The browser has a cookie of its own for
    it; only its SHA-256 is stored."""

    __tablename__ = "half_sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    # the password that becomes theirs with this sign-in, as argon2id; None: it stays as it is
    password_hash: Mapped[str | None] = mapped_column(String(200))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
