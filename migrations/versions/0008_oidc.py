"""Signing in through an identity provider: whose account it is, which session there, logout tokens that were used."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_logouts",
        sa.Column("jti", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_oidc_logouts")),
    )
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("oidc_subject", sa.String(length=400), nullable=True))
        batch.create_unique_constraint(op.f("uq_users_oidc_subject"), ["oidc_subject"])
    op.add_column("sign_ins", sa.Column("oidc_sid", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_sign_ins_oidc_sid"), "sign_ins", ["oidc_sid"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_ins_oidc_sid"), "sign_ins")
    op.drop_column("sign_ins", "oidc_sid")
    with op.batch_alter_table("users") as batch:
        batch.drop_constraint(op.f("uq_users_oidc_subject"), type_="unique")
        batch.drop_column("oidc_subject")
    op.drop_table("oidc_logouts")
