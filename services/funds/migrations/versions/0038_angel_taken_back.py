"""Claims for lost investments and their recoveries that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

STATUSES = {
    "angel_claim": ("angelclaimstatus", "status IN ('lodged', 'reviewed', 'approved', 'refused', 'paid', 'withdrawn')"),
    "angel_recovery": ("angelrecoverystatus", "status IN ('reported', 'received', 'withdrawn')"),
}
IN_FULL = "num_nulls(withdrawn_by, withdrawn_because) = CASE status WHEN 'withdrawn' THEN 0 ELSE 2 END"


def upgrade() -> None:
    """Who took it back and why, on both; an investment whose claim was taken back may be claimed for again."""
    for table, (name, statuses) in STATUSES.items():
        op.add_column(table, sa.Column("withdrawn_by", sa.String(200)))
        op.add_column(table, sa.Column("withdrawn_because", sa.String(2000)))
        op.drop_constraint(f"ck_{table}_{name}", table)
        _check(table, name, statuses)
        _check(table, "withdrawn_in_full", IN_FULL)
    op.drop_index("uq_angel_claim_standing", "angel_claim")
    op.create_index(
        "uq_angel_claim_standing",
        "angel_claim",
        ["city_code", "investment_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('refused', 'withdrawn')"),
    )


def _check(table: str, name: str, holds: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, holds, postgresql_not_valid=True)
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")
