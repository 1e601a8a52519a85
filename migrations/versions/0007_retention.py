"""Retention: policies, the record of what was purged, chunks whose sound is gone; and spoken addenda."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=True),
        sa.Column("audio_kept", sa.String(length=20), nullable=False),
        sa.Column("audio_days", sa.Integer(), nullable=False),
        sa.Column("record_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_retention_policies_therapist_client_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_policies")),
        sa.UniqueConstraint(
            "therapist_client_id", name=op.f("uq_retention_policies_therapist_client_id")
        ),
    )
    op.create_table(
        "purges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("blobs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
    )
    op.create_index(op.f("ix_purges_at"), "purges", ["at"])
    op.add_column("audio_blobs", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("recordings") as batch:
        batch.add_column(sa.Column("addendum_to", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_recordings_addendum_to"), "recordings", ["addendum_to"], ["id"]
        )
    op.create_index(op.f("ix_recordings_addendum_to"), "recordings", ["addendum_to"])


def downgrade() -> None:
    op.drop_index(op.f("ix_recordings_addendum_to"), "recordings")
    with op.batch_alter_table("recordings") as batch:
        batch.drop_constraint(op.f("fk_recordings_addendum_to"), type_="foreignkey")
        batch.drop_column("addendum_to")
    with op.batch_alter_table("audio_blobs") as batch:
        batch.drop_column("purged_at")
    op.drop_table("purges")
    op.drop_table("retention_policies")
