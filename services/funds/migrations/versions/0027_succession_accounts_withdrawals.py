"""Who is paid in place of a payee that merged; of which account a statement is; budget that is taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    _withdrawal()
    op.add_column("payment_order", sa.Column("successor_id", sa.UUID()))
    op.create_index(
        "ix_payment_order_successor", "payment_order", ["successor_id"],
        postgresql_where=sa.text("successor_id IS NOT NULL"),
    )  # fmt: skip
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
    _lapsed()


def _lapsed() -> None:
    name = op.f("ck_sub_fund_drawdown_share_sharestatus")
    op.drop_constraint(name, "sub_fund_drawdown_share")
    words = "status IN ('called', 'ordered', 'settled', 'received', 'lapsed')"
    op.create_check_constraint(name, "sub_fund_drawdown_share", words, postgresql_not_valid=True)
    op.execute(f"ALTER TABLE sub_fund_drawdown_share VALIDATE CONSTRAINT {name}")


def _withdrawal() -> None:
    op.create_table(
        "budget_withdrawal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("fund", sa.String(length=100), nullable=False),
        sa.Column("policy_year", sa.Integer(), nullable=False),
        sa.Column("payer_level", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("entry_id", sa.UUID()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_budget_withdrawal_amount")),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_budget_withdrawal_second_person")),
        sa.CheckConstraint(
            "num_nonnulls(decided_by, decided_at) = CASE WHEN status = 'proposed' THEN 0 ELSE 2 END",
            name=op.f("ck_budget_withdrawal_decided_in_full"),
        ),
        sa.CheckConstraint("(status = 'approved') = (entry_id IS NOT NULL)", name=op.f("ck_budget_withdrawal_booked")),
        sa.CheckConstraint("stage IN ('allotted', 'appropriated')", name=op.f("ck_budget_withdrawal_stage")),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'declined')", name=op.f("ck_budget_withdrawal_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_withdrawal")),
    )
    for name, columns in (
        ("listing", ["city_code", "recorded_at", "id"]),
        ("fund", ["city_code", "fund", "policy_year"]),
    ):
        op.create_index(op.f(f"ix_budget_withdrawal_{name}"), "budget_withdrawal", columns)
