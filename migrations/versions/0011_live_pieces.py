"""Live captions: pieces of sound that a worker hears before their chunk is stored, and which worker that is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BY_WHOM: tuple[tuple[str, sa.types.TypeEngine[object]], ...] = (
    ("previewed_by", sa.String(length=40)),
    ("previewed_until", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    # A guess is made anew every few seconds; the ones that are kept do not say how many words are agreed on.
    op.execute("UPDATE live_captions SET content = NULL")
    for name, kind in BY_WHOM:
        op.add_column("live_captions", sa.Column(name, kind, nullable=True))
    op.create_table(
        "live_pieces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("therapist_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_live_pieces_recording_id")
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["users.id"], name=op.f("fk_live_pieces_therapist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_pieces")),
        sa.UniqueConstraint("uid", name=op.f("uq_live_pieces_uid")),
        sa.UniqueConstraint(
            "recording_id", "position", name=op.f("uq_live_pieces_recording_id_position")
        ),
    )
    for column in ("recording_id", "therapist_id"):
        op.create_index(op.f(f"ix_live_pieces_{column}"), "live_pieces", [column])


def downgrade() -> None:
    op.drop_table("live_pieces")
    op.execute("UPDATE live_captions SET content = NULL")
    with op.batch_alter_table("live_captions") as batch:
        for name, _ in BY_WHOM:
            batch.drop_column(name)
