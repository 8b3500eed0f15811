"""Claims and recoveries a bank took back, and recoveries of all claims by the day they were recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

STATUSES = {
    "loss_claim": (
        "status IN ('lodged', 'reviewed', 'approved', 'refused', 'partly_paid', 'paid', 'appealed', 'withdrawn')"
    ),
    "recovery": "status IN ('reported', 'received', 'withdrawn')",
}
FACTS = (
    "fact IN ('loan.registered', 'loan.disbursed', 'loan.withdrawn', 'loan.extended', 'loan.extension_refused',"
    " 'loan.moved_out', 'loan.repaid', 'claim.lodged', 'claim.reviewed', 'claim.withdrawn', 'claim.approved',"
    " 'claim.refused', 'claim.appealed', 'claim.appeal_rejected', 'claim.paid', 'claim.payment_returned',"
    " 'recovery.reported', 'recovery.withdrawn', 'recovery.received')"
)
IN_FULL = "num_nulls(withdrawn_by, withdrawn_because) = CASE status WHEN 'withdrawn' THEN 0 ELSE 2 END"


def upgrade() -> None:
    """Who took it back and why, on both; a loan whose claim was taken back may be claimed for again."""
    for table, statuses in STATUSES.items():
        op.add_column(table, sa.Column("withdrawn_by", sa.String(200)))
        op.add_column(table, sa.Column("withdrawn_because", sa.String(2000)))
        op.drop_constraint(f"ck_{table}_status", table)
        _check(table, "status", statuses)
        _check(table, "withdrawn_in_full", IN_FULL)
    op.drop_constraint("ck_pool_movement_fact", "pool_movement")
    _check("pool_movement", "fact", FACTS)
    op.drop_index("uq_loss_claim_open", "loss_claim")
    op.create_index(
        "uq_loss_claim_open",
        "loss_claim",
        ["city_code", "loan_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('refused', 'withdrawn')"),
    )
    op.create_index("ix_recovery_city", "recovery", ["city_code", "recorded_at"])


def _check(table: str, name: str, holds: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, holds, postgresql_not_valid=True)
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")
