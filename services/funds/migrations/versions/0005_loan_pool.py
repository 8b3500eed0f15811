"""The loan pool: partner banks, loans, loss claims, recoveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0005"
down_revision = "0004"

# funds_is_append_only stands since 0004.
KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""


def upgrade() -> None:
    _create_lending()
    _create_claims()
    _create_recoveries()
    run_script("".join(KEPT.format(table=table) for table in ("pool_bank", "loan")))


def _create_lending() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("bank_id", sa.UUID(), nullable=False),
        sa.Column("bank_reference", sa.String(length=64), nullable=False),
        sa.Column("borrower_id", sa.UUID(), nullable=False),
        sa.Column("borrower_name", sa.String(length=200), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("covered_fen", sa.BigInteger(), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("due_on > disbursed_on", name=op.f("ck_loan_term")),
        sa.CheckConstraint(
            "principal_fen > 0 AND covered_fen BETWEEN 0 AND principal_fen", name=op.f("ck_loan_amounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint(
            "city_code", "bank_id", "bank_reference", name=op.f("uq_loan_city_code_bank_id_bank_reference")
        ),
    )
    op.create_index("ix_loan_bank", "loan", ["city_code", "bank_id", "recorded_at"], unique=False)
    op.create_table(
        "pool_bank",
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("bank_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("admitted_by", sa.String(length=200), nullable=False),
        sa.Column("agreement", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("city_code", "bank_id", name=op.f("pk_pool_bank")),
    )


def _create_claims() -> None:
    op.create_table(
        "loss_claim",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("bank_id", sa.UUID(), nullable=False),
        sa.Column("bank_reference", sa.String(length=64), nullable=False),
        sa.Column("loan_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("case_number", sa.String(length=60), nullable=True),
        sa.Column("outstanding_principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("outstanding_interest_fen", sa.BigInteger(), nullable=False),
        sa.Column("recovered_fen", sa.BigInteger(), nullable=False),
        sa.Column("documents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_fen", sa.BigInteger(), nullable=False),
        sa.Column("eligible_fen", sa.BigInteger(), nullable=False),
        sa.Column("approved_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lodged_by", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "lodged",
                "reviewed",
                "approved",
                "refused",
                "paid",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.String(length=2000), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("determination_id", sa.UUID(), nullable=True),
        sa.Column("split_bp", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("layers_fen", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("policy_year", sa.Integer(), nullable=True),
        sa.Column("payment_order_id", sa.UUID(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'paid') OR (approved_fen > 0 AND determination_id IS NOT NULL"
            " AND payment_order_id IS NOT NULL AND decided_by IS NOT NULL)",
            name=op.f("ck_loss_claim_approved"),
        ),
        sa.CheckConstraint(
            "approved_fen <= eligible_fen AND eligible_fen <= asked_fen", name=op.f("ck_loss_claim_amounts")
        ),
        sa.CheckConstraint(
            "decided_by <> reviewed_by AND decided_by <> lodged_by", name=op.f("ck_loss_claim_second_person")
        ),
        sa.CheckConstraint("paid_fen IN (0, approved_fen)", name=op.f("ck_loss_claim_paid")),
        sa.CheckConstraint("reviewed_by <> lodged_by", name=op.f("ck_loss_claim_review_by_another")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loss_claim_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_claim")),
        sa.UniqueConstraint("case_id", name=op.f("uq_loss_claim_case_id")),
        sa.UniqueConstraint(
            "city_code", "bank_id", "bank_reference", name=op.f("uq_loss_claim_city_code_bank_id_bank_reference")
        ),
    )
    op.create_index("ix_loss_claim_bank", "loss_claim", ["city_code", "bank_id", "recorded_at"], unique=False)
    op.create_index(
        "uq_loss_claim_open",
        "loss_claim",
        ["city_code", "loan_id"],
        unique=True,
        postgresql_where="status <> 'refused'",
    )


def _create_recoveries() -> None:
    op.create_table(
        "recovery",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("claim_id", sa.UUID(), nullable=False),
        sa.Column("bank_id", sa.UUID(), nullable=False),
        sa.Column("bank_reference", sa.String(length=64), nullable=False),
        sa.Column("recovered_on", sa.Date(), nullable=False),
        sa.Column("recovered_fen", sa.BigInteger(), nullable=False),
        sa.Column("costs_fen", sa.BigInteger(), nullable=False),
        sa.Column("layers_fen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("determination_id", sa.UUID(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("reported", "received", name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.String(length=200), nullable=True),
        sa.Column("entry_id", sa.UUID(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status <> 'received' OR received_on IS NOT NULL", name=op.f("ck_recovery_received")),
        sa.CheckConstraint("received_by <> reported_by", name=op.f("ck_recovery_second_person")),
        sa.CheckConstraint(
            "recovered_fen > 0 AND costs_fen >= 0 AND returned_fen >= 0", name=op.f("ck_recovery_amounts")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["loss_claim.id"], name=op.f("fk_recovery_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint(
            "city_code", "bank_id", "bank_reference", name=op.f("uq_recovery_city_code_bank_id_bank_reference")
        ),
    )
    op.create_index(op.f("ix_recovery_claim_id"), "recovery", ["claim_id"], unique=False)
