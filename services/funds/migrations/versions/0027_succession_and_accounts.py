"""Who is paid in place of a payee that merged; of which of the city's accounts a statement is."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("payment_order", sa.Column("successor_id", sa.UUID()))
    op.add_column("bank_statement", sa.Column("account_id", sa.UUID()))
    op.execute(
        """
        UPDATE bank_statement s SET account_id = (
            SELECT a.id FROM paying_account a
             WHERE a.city_code = s.city_code AND a.approved_at <= s.taken_at
             ORDER BY a.approved_at DESC LIMIT 1)
        """
    )
    op.alter_column("bank_statement", "account_id", nullable=False)
    name = op.f("fk_bank_statement_account_id")
    op.create_foreign_key(name, "bank_statement", "paying_account", ["account_id"], ["id"], postgresql_not_valid=True)
    op.execute(f"ALTER TABLE bank_statement VALIDATE CONSTRAINT {name}")
    op.drop_constraint(op.f("uq_bank_statement_city_code_number"), "bank_statement")
    op.create_unique_constraint(op.f("uq_bank_statement_account_id_number"), "bank_statement", ["account_id", "number"])
