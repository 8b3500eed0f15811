"""A bank's reference is its own: another bank of the city may use the same."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
# Empty is a bank nobody named, as of what was told before: it may be any.
BANK = sa.Column("bank_code", sa.String(12), nullable=False, server_default="")


def upgrade() -> None:
    for table in ("payment_advice", "clawback_part", "clawback_receipt"):
        op.add_column(table, BANK.copy())
    keys = ["city_code", "bank_code", "bank_reference"]
    op.create_unique_constraint(op.f("uq_payment_advice_city_code_bank_code_bank_reference"), "payment_advice", keys)
    op.drop_constraint(op.f("uq_payment_advice_city_code_bank_reference"), "payment_advice")
    op.create_index("ix_payment_advice_reference", "payment_advice", ["city_code", "bank_reference"])
    for name, table, where in (
        ("uq_clawback_receipt", "clawback_part", "bank_reference IS NOT NULL"),
        ("uq_clawback_receipt_entered", "clawback_receipt", "declined_by IS NULL"),
    ):
        op.drop_index(name, table)
        op.create_index(name, table, keys, unique=True, postgresql_where=sa.text(where))
