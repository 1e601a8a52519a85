"""The access log is append-only; its chains begin.

Triggers stop changes by every path an application has. Who owns the database can still drop them:
the HMAC chain and heads exported elsewhere are what shows that (services/access_chain.py).
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHAINS = {
    "sqlite": 1,
    "postgresql": 8,
}  # one writer at a time on SQLite; eight heads to lock on PostgreSQL

SQLITE = (
    """CREATE TRIGGER access_log_no_update BEFORE UPDATE ON access_log
       BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END""",
    """CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log
       BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END""",
    # INSERT OR REPLACE deletes without firing the delete trigger unless recursive_triggers is on
    """CREATE TRIGGER access_log_no_replace BEFORE INSERT ON access_log
       WHEN EXISTS (SELECT 1 FROM access_log
                    WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))
       BEGIN SELECT RAISE(ABORT, 'access_log is append-only'); END""",
    """CREATE TRIGGER log_heads_no_delete BEFORE DELETE ON log_heads
       BEGIN SELECT RAISE(ABORT, 'log_heads is permanent'); END""",
    """CREATE TRIGGER log_heads_no_replace BEFORE INSERT ON log_heads
       WHEN EXISTS (SELECT 1 FROM log_heads WHERE chain = NEW.chain)
       BEGIN SELECT RAISE(ABORT, 'log_heads is permanent'); END""",
    """CREATE TRIGGER log_heads_one_step BEFORE UPDATE ON log_heads
       WHEN NEW.seq <> OLD.seq + 1 OR NEW.chain <> OLD.chain
       BEGIN SELECT RAISE(ABORT, 'log_heads moves by one'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION verbatim_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE FUNCTION verbatim_one_step() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.seq <> OLD.seq + 1 OR NEW.chain <> OLD.chain THEN
           RAISE EXCEPTION 'log_heads moves by one';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
       FOR EACH ROW EXECUTE FUNCTION verbatim_append_only()""",
    """CREATE TRIGGER access_log_no_truncate BEFORE TRUNCATE ON access_log
       FOR EACH STATEMENT EXECUTE FUNCTION verbatim_append_only()""",
    """CREATE TRIGGER log_heads_permanent BEFORE DELETE ON log_heads
       FOR EACH ROW EXECUTE FUNCTION verbatim_append_only()""",
    """CREATE TRIGGER log_heads_no_truncate BEFORE TRUNCATE ON log_heads
       FOR EACH STATEMENT EXECUTE FUNCTION verbatim_append_only()""",
    """CREATE TRIGGER log_heads_one_step BEFORE UPDATE ON log_heads
       FOR EACH ROW EXECUTE FUNCTION verbatim_one_step()""",
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for chain in range(CHAINS[dialect]):
        op.execute(
            f"INSERT INTO log_heads (chain, seq, mac) VALUES ({chain}, 0, '{'0' * 64}')"  # noqa: S608
        )
    op.execute("INSERT INTO clinic (id, name, vocabulary) VALUES (1, '', '')")
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("the access log is never taken down")
