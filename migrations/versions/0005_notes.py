"""Instructions, notes and their versions, process notes, goals and measures, grants."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["users.id"], name=op.f("fk_client_grants_granted_by")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_client_grants_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_client_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_grants")),
    )
    with op.batch_alter_table("client_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_grants_therapist_client_id"),
            ["therapist_client_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_client_grants_user_id"), ["user_id"], unique=False)
    op.create_table(
        "instructions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_type", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("therapist_client_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_instructions_owner_id")),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_instructions_therapist_client_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
        sa.UniqueConstraint("uid", name=op.f("uq_instructions_uid")),
    )
    with op.batch_alter_table("instructions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instructions_instruction_type"), ["instruction_type"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_instructions_owner_id"), ["owner_id"], unique=False)
    op.create_table(
        "instruction_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("built_in_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_instruction_versions_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["instruction_id"],
            ["instructions.id"],
            name=op.f("fk_instruction_versions_instruction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_versions")),
        sa.UniqueConstraint(
            "instruction_id", "version", name=op.f("uq_instruction_versions_instruction_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_instruction_versions_uid")),
    )
    with op.batch_alter_table("instruction_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instruction_versions_instruction_id"), ["instruction_id"], unique=False
        )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("therapist_session_id", sa.Integer(), nullable=False),
        sa.Column("instruction_type", sa.String(length=40), nullable=False),
        sa.Column("instruction_id", sa.Integer(), nullable=True),
        sa.Column("instruction_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("mentions_risk", sa.Boolean(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instruction_id"], ["instructions.id"], name=op.f("fk_notes_instruction_id")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_notes_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_notes_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(["therapist_id"], ["users.id"], name=op.f("fk_notes_therapist_id")),
        sa.ForeignKeyConstraint(
            ["therapist_session_id"],
            ["therapist_sessions.id"],
            name=op.f("fk_notes_therapist_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("uid", name=op.f("uq_notes_uid")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_recording_id"), ["recording_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notes_therapist_client_id"), ["therapist_client_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notes_therapist_id"), ["therapist_id"], unique=False)
        batch_op.create_index(
            "ix_notes_therapist_id_state", ["therapist_id", "state"], unique=False
        )
    op.create_table(
        "note_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=True),
        sa.Column("tokens_out", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_note_versions_author_id")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_note_versions_note_id")),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_note_versions_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_versions")),
        sa.UniqueConstraint("note_id", "version", name=op.f("uq_note_versions_note_id_version")),
        sa.UniqueConstraint("uid", name=op.f("uq_note_versions_uid")),
    )
    with op.batch_alter_table("note_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_versions_note_id"), ["note_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_note_versions_therapist_id"), ["therapist_id"], unique=False
        )
    op.create_table(
        "process_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_process_notes_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_process_notes_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_process_notes_therapist_client_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_notes")),
        sa.UniqueConstraint("uid", name=op.f("uq_process_notes_uid")),
    )
    with op.batch_alter_table("process_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_notes_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_process_notes_therapist_client_id"),
            ["therapist_client_id"],
            unique=False,
        )
    op.create_table(
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_goals_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(["therapist_id"], ["users.id"], name=op.f("fk_goals_therapist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
        sa.UniqueConstraint("uid", name=op.f("uq_goals_uid")),
    )
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goals_therapist_client_id"), ["therapist_client_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_goals_therapist_id"), ["therapist_id"], unique=False)
    op.create_table(
        "measurements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_client_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_measurements_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["users.id"], name=op.f("fk_measurements_entered_by")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_measurements_goal_id")),
        sa.ForeignKeyConstraint(
            ["therapist_client_id"],
            ["therapist_clients.id"],
            name=op.f("fk_measurements_therapist_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_measurements_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
        sa.UniqueConstraint("uid", name=op.f("uq_measurements_uid")),
    )
    with op.batch_alter_table("measurements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurements_therapist_client_id"), ["therapist_client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_measurements_therapist_id"), ["therapist_id"], unique=False
        )


def downgrade() -> None:
    for table in (
        "measurements",
        "goals",
        "process_notes",
        "note_versions",
        "notes",
        "instruction_versions",
        "instructions",
        "client_grants",
    ):
        op.drop_table(table)
