"""Whether a file ended before its header says: it was cut off on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE, COLUMN = "audio_blobs", "is_cut_off"


def upgrade() -> None:
    column = sa.Column(COLUMN, sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column(TABLE, column)


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_column(COLUMN)
