"""Providers are paid for redeemed vouchers: confirmed statements, and orders that rest on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("booked_redemption", sa.Column("determination_id", sa.UUID()))
    for column in ("determination_id", "encumbrance_entry_id"):
        op.alter_column("payment_order", column, nullable=True)
    op.create_check_constraint(
        op.f("ck_payment_order_rests_on"),
        "payment_order",
        "subject_kind = 'voucher_settlement' OR num_nulls(determination_id, encumbrance_entry_id) = 0",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE payment_order VALIDATE CONSTRAINT ck_payment_order_rests_on")
    _settlement()
    _line()


def _settlement() -> None:
    op.create_table(
        "voucher_settlement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("tranche_id", sa.UUID(), nullable=False),
        sa.Column("programme", sa.String(length=100), nullable=False),
        sa.Column("provider_id", sa.UUID(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("redeemed_fen", "reversed_fen", "total_fen")),
        sa.Column("provider_name", sa.String(length=200), nullable=False),
        sa.Column("worked_on_by", pg.JSONB(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("payment_order_id", sa.UUID()),
        sa.Column("policy_hash", sa.String(length=64)),
        *(sa.Column(name, sa.String(length=200)) for name in ("ordered_by", "annulled_by")),
        sa.Column("annulled_reason", sa.String(length=500)),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(payment_order_id, policy_hash, ordered_by) = CASE WHEN status = 'due' THEN 3 ELSE 0 END"
            " OR status = 'annulled'",
            name=op.f("ck_voucher_settlement_ordered_in_full"),
        ),
        sa.CheckConstraint(
            "num_nulls(annulled_by, annulled_reason) = CASE WHEN status = 'annulled' THEN 0 ELSE 2 END",
            name=op.f("ck_voucher_settlement_annulled_in_full"),
        ),
        sa.CheckConstraint("NOT worked_on_by ? ordered_by", name=op.f("ck_voucher_settlement_another_person")),
        sa.CheckConstraint(
            "status IN ('due', 'ordered', 'paid', 'annulled')", name=op.f("ck_voucher_settlement_status")
        ),
        sa.CheckConstraint(
            "redeemed_fen >= 0 AND reversed_fen >= 0 AND total_fen = redeemed_fen - reversed_fen AND total_fen > 0",
            name=op.f("ck_voucher_settlement_totals"),
        ),
        sa.ForeignKeyConstraint(["tranche_id"], ["allotted_tranche.id"], name=op.f("fk_voucher_settlement_tranche_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_settlement")),
    )
    op.create_index("ix_voucher_settlement_listing", "voucher_settlement", ["city_code", "recorded_at", "id"])
    op.create_index("ix_voucher_settlement_tranche", "voucher_settlement", ["tranche_id"])


def _line() -> None:
    foreign = (
        ("settlement_id", "voucher_settlement"),
        ("redemption_id", "booked_redemption"),
        ("reversal_id", "redemption_reversal"),
    )
    op.create_table(
        "voucher_settlement_line",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("settlement_id", sa.UUID(), nullable=False),
        sa.Column("redemption_id", sa.UUID()),
        sa.Column("reversal_id", sa.UUID()),
        sa.Column("annulled", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(redemption_id, reversal_id) = 1", name=op.f("ck_voucher_settlement_line_one_kind")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_voucher_settlement_line_{column}"))
            for column, table in foreign
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_settlement_line")),
    )
    op.create_index("ix_voucher_settlement_line_of", "voucher_settlement_line", ["settlement_id"])
    for column in ("redemption_id", "reversal_id"):
        name = f"uq_voucher_settlement_line_{column}"
        op.create_index(
            name, "voucher_settlement_line", [column], unique=True, postgresql_where=sa.text("NOT annulled")
        )
