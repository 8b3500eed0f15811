"""Tables of policy, created by each service's own migrations. A later change is a later function."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

_APPEND_ONLY = """
CREATE FUNCTION policy_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER policy_snapshot_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION policy_is_append_only();
CREATE TRIGGER determination_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON determination
    FOR EACH STATEMENT EXECUTE FUNCTION policy_is_append_only();
"""


def v001() -> None:
    """Create `policy_snapshot` and `determination`, and forbid changing a row of either."""
    _create_snapshot()
    _create_determination()
    run_script(_APPEND_ONLY)


def v002() -> None:
    """Find the newest determination of a question: the references of one are what it was asked about."""
    op.create_index("ix_determination_question", "determination", ["city_code", "programme", "act", "references"])


def _create_snapshot() -> None:
    op.create_table(
        "policy_snapshot",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("pack_id", sa.String(50), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("city_code", "hash"),
    )


def _create_determination() -> None:
    op.create_table(
        "determination",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("case_id", pg.UUID(as_uuid=True)),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("rule_kind", sa.String(50), nullable=False),
        sa.Column("act", sa.String(50), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("pack_id", sa.String(50), nullable=False),
        sa.Column("snapshot_version", sa.Integer, nullable=False),
        sa.Column("snapshot_hash", sa.String(64), nullable=False),
        sa.Column("engine_version", sa.String(20), nullable=False),
        sa.Column("accepted_on", sa.Date, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inputs_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("references", pg.JSONB, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_determination_programme", "determination", ["city_code", "programme", "recorded_at"])
    op.create_index("ix_determination_case", "determination", ["city_code", "case_id"])
    op.create_index("ix_determination_inputs", "determination", ["city_code", "inputs_sha256"])
