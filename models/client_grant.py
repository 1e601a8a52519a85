"""Access to one client for another therapist: a co-therapist, or cover for a time."""

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, now


class ClientGrant(Base):
    """Holds from `since` until `until` (None: until it is revoked)."""

    __tablename__ = "client_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    therapist_client_id: Mapped[int] = mapped_column(ForeignKey("therapist_clients.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    granted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    since: Mapped[dt.datetime] = mapped_column(default=now)
    until: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
