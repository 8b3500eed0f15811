"""Budgets, approvals, payments, entitlements, tranches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0004"
down_revision = "0003"

ID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
KEPT = (
    "approval",
    "appropriation",
    "allotment",
    "payment_batch",
    "payment_advice",
    "allotted_tranche",
    "booked_redemption",
)
APPEND_ONLY = """
CREATE FUNCTION funds_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'funds_append_only';
END $$;
"""
GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""
# What an order is about stays; only where it stands changes.
ORDER_STAYS = """
CREATE TRIGGER order_stays BEFORE UPDATE OF id, city_code, number, subject_kind, subject_id, fund, policy_year,
    payer_level, determination_id, amount_fen, payee_id, prepared_by ON payment_order
    FOR EACH ROW EXECUTE FUNCTION funds_is_append_only();
CREATE TRIGGER order_is_kept BEFORE DELETE OR TRUNCATE ON payment_order
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""


def upgrade() -> None:
    _create_budgets()
    _create_approval()
    _create_batch()
    _create_order()
    _create_advice()
    _create_entitlement()
    _create_tranches()
    run_script(APPEND_ONLY + "".join(GUARD.format(table=table) for table in KEPT) + ORDER_STAYS)


def _create_budgets() -> None:
    op.create_table(
        "fund",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("programme", sa.String(100), primary_key=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
    )
    for table in ("appropriation", "allotment"):
        ruled = [sa.Column("determination_id", ID)] if table == "appropriation" else []
        op.create_table(
            table,
            sa.Column("id", ID, primary_key=True),
            sa.Column("city_code", sa.String(20), nullable=False),
            sa.Column("fund", sa.String(100), nullable=False),
            sa.Column("policy_year", sa.Integer, nullable=False),
            sa.Column("payer_level", sa.String(20), nullable=False),
            sa.Column("amount_fen", sa.BigInteger, nullable=False),
            sa.Column("document", sa.String(200), nullable=False),
            *ruled,
            sa.Column("entry_id", ID, nullable=False),
            sa.Column("made_by", sa.String(200), nullable=False),
            sa.Column("made_at", MOMENT, nullable=False),
            sa.Column("recorded_at", MOMENT, nullable=False),
            sa.CheckConstraint("amount_fen > 0", name="amount"),
        )
        op.create_index(f"ix_{table}_fund", table, ["city_code", "fund", "policy_year"])


def _create_approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("case_id", ID),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.Column("prepared_by", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("subject_id", "step", "round"),
        sa.CheckConstraint("approved_by <> prepared_by", name="not_by_preparer"),
        sa.CheckConstraint("approved_by <> decided_by", name="not_by_decider"),
    )
    op.create_index("ix_approval_case", "approval", ["city_code", "case_id"])


def _create_batch() -> None:
    op.create_table(
        "payment_series",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("series", sa.String(20), primary_key=True),
        sa.Column("last_number", sa.Integer, nullable=False),
    )
    op.create_table(
        "payment_batch",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("orders", sa.Integer, nullable=False),
        sa.Column("total_fen", sa.BigInteger, nullable=False),
        sa.Column("file", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("city_code", "sequence"),
        sa.CheckConstraint("orders > 0 AND total_fen > 0", name="totals"),
    )


def _create_order() -> None:
    op.create_table(
        "payment_order",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", ID, nullable=False, unique=True),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("programme", "fund")),
        sa.Column("policy_year", sa.Integer, nullable=False),
        sa.Column("payer_level", sa.String(20), nullable=False),
        sa.Column("case_id", ID),
        sa.Column("determination_id", ID, nullable=False),
        sa.Column("clauses", pg.JSONB, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("payee_id", ID, nullable=False),
        *(sa.Column(name, sa.String(200), nullable=False) for name in ("payee_name", "account_name")),
        sa.Column("account_number", sa.String(40), nullable=False),
        sa.Column("bank_name", sa.String(200), nullable=False),
        *_order_progress(),
        sa.UniqueConstraint("city_code", "number"),
    )
    op.create_index("ix_payment_order_status", "payment_order", ["city_code", "status", "recorded_at"])
    op.create_index("ix_payment_order_payee", "payment_order", ["city_code", "payee_id"])


def _order_progress() -> list[sa.schema.SchemaItem]:
    statuses = "'prepared', 'released', 'batched', 'settled', 'reopened'"
    settled = "settled_on IS NOT NULL AND payment_entry_id IS NOT NULL"
    return [
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("prepared_by", sa.String(200), nullable=False),
        sa.Column("released_by", sa.String(200)),
        sa.Column("released_at", MOMENT),
        sa.Column("encumbrance_entry_id", ID, nullable=False),
        sa.Column("batch_id", ID, sa.ForeignKey("payment_batch.id")),
        sa.Column("batch_line", sa.Integer),
        sa.Column("payment_entry_id", ID),
        sa.Column("settled_on", sa.Date),
        sa.Column("bank_reference", sa.String(100)),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint(f"status IN ({statuses})", name="status"),
        sa.CheckConstraint("released_by <> prepared_by", name="second_person"),
        sa.CheckConstraint(f"status <> 'settled' OR ({settled})", name="settled"),
        sa.CheckConstraint("status <> 'batched' OR (batch_id IS NOT NULL AND released_by IS NOT NULL)", name="batched"),
    ]


def _create_advice() -> None:
    op.create_table(
        "payment_advice",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("order_id", ID, sa.ForeignKey("payment_order.id"), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("bank_reference", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("entry_id", ID),
        sa.Column("told_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("city_code", "bank_reference"),
        sa.CheckConstraint("kind IN ('settled', 'rejected', 'returned')", name="kind"),
    )
    op.create_index("uq_payment_advice_once", "payment_advice", ["order_id", "attempt", "kind"], unique=True)


def _create_entitlement() -> None:
    op.create_table(
        "entitlement",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("programme", "fund")),
        *(sa.Column(name, ID, nullable=False) for name in ("carrier_id", "recognition_id", "organisation_id")),
        sa.Column("case_id", ID),
        *(sa.Column(name, sa.String(40), nullable=False) for name in ("carrier_kind", "level", "designation")),
        sa.Column("recognised_on", sa.Date, nullable=False),
        sa.Column("recognition_decided_by", sa.String(200), nullable=False),
        sa.Column("accepted_on", sa.Date, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        *_entitlement_progress(),
        sa.UniqueConstraint("city_code", "programme", "recognition_id"),
    )
    op.create_index("ix_entitlement_organisation", "entitlement", ["city_code", "organisation_id"])
    op.create_index("ix_entitlement_status", "entitlement", ["city_code", "status", "recorded_at"])
    op.create_index(
        "uq_entitlement_once",
        "entitlement",
        ["city_code", "programme", "carrier_id", "level"],
        unique=True,
        postgresql_where=sa.text("status IN ('approved', 'paid')"),
    )


def _entitlement_progress() -> list[sa.schema.SchemaItem]:
    statuses = "'opened', 'waiting_policy', 'waiting_facts', 'refused', 'payable', 'approved', 'paid'"
    approved = " AND ".join(
        f"{name} IS NOT NULL"
        for name in ("approved_by", "determination_id", "payment_order_id", "encumbrance_entry_id")
    )
    four_eyes = "approved_by <> prepared_by AND approved_by <> recognition_decided_by"
    return [
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("determination_id", ID),
        sa.Column("policy_version", sa.Integer),
        sa.Column("reasons", pg.JSONB, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("prepared_by", sa.String(200), nullable=False),
        sa.Column("approved_by", sa.String(200)),
        sa.Column("approved_at", MOMENT),
        sa.Column("policy_year", sa.Integer),
        sa.Column("payment_order_id", ID),
        sa.Column("encumbrance_entry_id", ID),
        sa.Column("paid_on", sa.Date),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(f"status IN ({statuses})", name="status"),
        sa.CheckConstraint("status NOT IN ('payable', 'approved', 'paid') OR amount_fen > 0", name="amount"),
        sa.CheckConstraint(four_eyes, name="second_person"),
        sa.CheckConstraint(f"status NOT IN ('approved', 'paid') OR ({approved})", name="approved"),
        sa.CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid"),
    ]


def _create_tranches() -> None:
    op.create_table(
        "allotted_tranche",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("programme", "fund")),
        sa.Column("policy_year", sa.Integer, nullable=False),
        sa.Column("payer_level", sa.String(20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("allotted_by", sa.String(200), nullable=False),
        sa.Column("allotted_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
    )
    op.create_index("ix_allotted_tranche_programme", "allotted_tranche", ["city_code", "programme", "policy_year"])
    op.create_table(
        "booked_redemption",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("tranche_id", ID, sa.ForeignKey("allotted_tranche.id"), nullable=False),
        sa.Column("voucher_id", ID, nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("booked_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
    )
    op.create_index("ix_booked_redemption_tranche_id", "booked_redemption", ["tranche_id"])
