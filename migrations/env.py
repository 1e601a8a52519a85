"""Alembic's environment: the models' metadata, the product's own engine, batch mode for SQLite."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from models import (  # noqa: F401
    access_log,
    api,
    client,
    client_grant,
    clinic,
    document,
    instruction,
    note,
    recording,
    retention,
    second_factor,
    transcript,
    treatment,
    user,
)
from models.base import UTC, Base
from models.database import engine
from models.sealed import SealedText

QUEUE_TABLES = {  # DBOS keeps these in the same SQLite file; on PostgreSQL they have a schema of their own
    "application_versions", "dbos_migrations", "event_dispatch_kv", "notifications",
    "operation_outputs", "queues", "streams", "workflow_events", "workflow_events_history",
    "workflow_input", "workflow_output", "workflow_schedules", "workflow_status",
}  # fmt: skip


def include_object(thing: Any, name: str, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    return not (kind == "table" and name in QUEUE_TABLES)


def render_item(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations name plain types: they must still run when the models have moved on."""
    if kind == "type" and isinstance(thing, UTC):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, SealedText):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, sa.Enum):
        return f"sa.String(length={thing.length})"
    return False


def run() -> None:
    with engine().connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            include_object=include_object,
            render_item=render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
