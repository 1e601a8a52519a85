"""Rows that others refer to. Whoever may see a row sees whom it names: these are not asked about by themselves."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import select

from models.base import Base
from models.user import User
from services.access import Work

Row = TypeVar("Row", bound=Base)


def by_id(work: Work, model: type[Row], ids: Collection[int]) -> dict[int, Row]:
    key = model.id  # type: ignore[attr-defined]
    return {row.id: row for row in work.session.scalars(select(model).where(key.in_(ids)))}  # type: ignore[attr-defined]


def names(work: Work, ids: Collection[int]) -> dict[int, str]:
    """What people with an account are called, by the account's id."""
    return dict(work.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
