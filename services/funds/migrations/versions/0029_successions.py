"""Whom a merged payee is part of, refused extensions among what moved, and lines of statements by what they name."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

FACTS = (
    "fact IN ('loan.registered', 'loan.disbursed', 'loan.withdrawn', 'loan.extended', 'loan.extension_refused',"
    " 'loan.moved_out', 'loan.repaid', 'claim.lodged', 'claim.reviewed', 'claim.approved', 'claim.refused',"
    " 'claim.appealed', 'claim.appeal_rejected', 'claim.paid', 'claim.payment_returned', 'recovery.reported',"
    " 'recovery.received')"
)


def upgrade() -> None:
    """A table, a fact, and two indexes for what no statement has."""
    op.create_table(
        "payee_succession",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_payee_succession")),
        sa.CheckConstraint("successor_id <> organisation_id", name=op.f("ck_payee_succession_another")),
    )
    op.create_index("ix_payee_succession_successor", "payee_succession", ["successor_id"])
    op.drop_constraint("ck_pool_movement_fact", "pool_movement")
    op.create_check_constraint(op.f("ck_pool_movement_fact"), "pool_movement", FACTS, postgresql_not_valid=True)
    op.execute("ALTER TABLE pool_movement VALIDATE CONSTRAINT ck_pool_movement_fact")
    op.create_index("ix_statement_line_reference", "statement_line", ["city_code", "bank_reference"])
    op.create_index(
        "ix_statement_line_order", "statement_line", ["order_id"], postgresql_where=sa.text("order_id IS NOT NULL")
    )
