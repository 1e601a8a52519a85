"""How much a model read and wrote for a summary, as notes have it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "therapist_session_transcript_histories"


def upgrade() -> None:
    for name in ("tokens_in", "tokens_out"):
        op.add_column(TABLE, sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        for name in ("tokens_in", "tokens_out"):
            batch.drop_column(name)
