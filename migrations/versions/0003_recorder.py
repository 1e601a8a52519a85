"""The recorder: its local key, events, captions; note format, and recordings that are waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("note_format", sa.String(length=40), nullable=True))
    op.add_column("recordings", sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "recorder_keys",
        *_of_a_recording(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_constraints("recorder_keys"),
        sa.UniqueConstraint("recording_id", name=op.f("uq_recorder_keys_recording_id")),
    )
    op.create_table(
        "recording_events",
        *_of_a_recording(),
        sa.Column("sent_as", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_constraints("recording_events"),
        sa.UniqueConstraint(
            "recording_id", "sent_as", name=op.f("uq_recording_events_recording_id_sent_as")
        ),
    )
    op.create_table(
        "live_captions",
        *_of_a_recording(),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        *_constraints("live_captions"),
        sa.UniqueConstraint("recording_id", name=op.f("uq_live_captions_recording_id")),
    )
    for table in ("recorder_keys", "recording_events", "live_captions"):
        op.create_index(op.f(f"ix_{table}_therapist_id"), table, ["therapist_id"])
    op.create_index(op.f("ix_recording_events_recording_id"), "recording_events", ["recording_id"])


def downgrade() -> None:
    for table in ("live_captions", "recording_events", "recorder_keys"):
        op.drop_table(table)
    with op.batch_alter_table("recordings") as batch:
        batch.drop_column("wait_until")
        batch.drop_column("note_format")


def _of_a_recording() -> list[sa.Column[object]]:
    """What every one of these tables begins with."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
    ]


def _constraints(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f(f"fk_{table}_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f(f"fk_{table}_therapist_id")
        ),
    ]
