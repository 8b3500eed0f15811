"""Money demanded back, awards nobody applied for, and reports on what bound money was spent on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0017"
down_revision = "0016"

MOMENT, UUID = sa.DateTime(timezone=True), sa.Uuid()
HELD = "status IN ('approved', 'paid')"
ENTITLED = "'opened', 'waiting_policy', 'waiting_facts', 'refused', 'payable', 'approved', 'paid', 'stopped'"
ORDERED = "'prepared', 'released', 'batched', 'settled', 'reopened', 'cancelled'"
CHECKS = {
    "entitlement": {
        "status": f"status IN ({ENTITLED})",
        "one_source": "num_nonnulls(recognition_id, evaluation_id) = 1",
        "confirmed_and_published": (
            f"NOT {HELD} OR evaluation_id IS NULL OR num_nulls(confirmed_by, confirmed_at, list_id) = 0"
        ),
    },
    "payment_order": {
        "status": f"status IN ({ORDERED})",
        "offset_never_above": "offset_fen BETWEEN 0 AND amount_fen",
    },
}
# What came of a debt is written once.
KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON clawback_part
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""


def upgrade() -> None:
    _publicity_list()
    _clawback()
    _spending_report()
    _clawback_instalment()
    _clawback_part()
    _entitlement()
    op.add_column("payment_order", sa.Column("offset_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("payment_order", "offset_fen", server_default=None)
    for table, checks in CHECKS.items():
        op.drop_constraint(f"ck_{table}_status", table)
        for name, condition in checks.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    run_script(KEPT)


def _publicity_list() -> None:
    op.create_table(
        "publicity_list",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publicity_list"),
    )
    op.create_index("ix_publicity_list_listing", "publicity_list", ["city_code", "recorded_at", "id"])


def _clawback() -> None:
    op.create_table(
        "clawback",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("subject_id", UUID, nullable=False),
        sa.Column("payee_id", UUID, nullable=False),
        sa.Column("payee_name", sa.String(200), nullable=False),
        sa.Column("case_id", UUID),
        sa.Column(
            "cause",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("source_id", UUID),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("clauses", postgresql.JSONB(), nullable=False),
        sa.Column("demanded_fen", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.String(200), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column(
            "status",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("policy_version", sa.Integer()),
        sa.Column("notified_by", sa.String(200)),
        sa.Column("notified_at", MOMENT),
        sa.Column("object_until_on", sa.Date()),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("objection", sa.Text()),
        sa.Column("objected_by", sa.String(200)),
        sa.Column("objected_at", MOMENT),
        sa.Column("opinion", sa.Text()),
        sa.Column("decided_fen", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", MOMENT),
        sa.Column("pay_until_on", sa.Date()),
        sa.Column("entry_id", UUID),
        sa.Column("collected_fen", sa.BigInteger(), nullable=False),
        sa.Column("written_off_fen", sa.BigInteger(), nullable=False),
        sa.Column("plan_made_by", sa.String(200)),
        sa.Column("plan_approved_by", sa.String(200)),
        sa.Column("write_off_reason", sa.Text()),
        sa.Column("write_off_proposed_by", sa.String(200)),
        sa.Column("write_off_approved_by", sa.String(200)),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "NOT status IN ('receivable', 'collected', 'written_off')"
            " OR num_nulls(decided_by, decided_at, pay_until_on, entry_id) = 0",
            name="ck_clawback_decided_in_full",
        ),
        sa.CheckConstraint(
            "status NOT IN ('collected', 'written_off') OR collected_fen + written_off_fen = decided_fen",
            name="ck_clawback_ended_whole",
        ),
        sa.CheckConstraint("collected_fen + written_off_fen <= decided_fen", name="ck_clawback_never_above"),
        sa.CheckConstraint("collected_fen >= 0 AND written_off_fen >= 0", name="ck_clawback_parts"),
        sa.CheckConstraint("decided_by <> found_by", name="ck_clawback_second_person"),
        sa.CheckConstraint("demanded_fen > 0 AND decided_fen BETWEEN 0 AND demanded_fen", name="ck_clawback_demand"),
        sa.CheckConstraint("plan_approved_by <> plan_made_by", name="ck_clawback_plan_by_two"),
        sa.CheckConstraint("write_off_approved_by <> write_off_proposed_by", name="ck_clawback_written_off_by_two"),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name="fk_clawback_order_id"),
        sa.CheckConstraint(
            "cause IN ('recognition_ended', 'false_evidence', 'use_restriction_broken', 'recalculated')",
            name="ck_clawback_cause",
        ),
        sa.CheckConstraint(
            "status IN ('found', 'notified', 'objected', 'receivable', 'dropped', 'collected', 'written_off')",
            name="ck_clawback_status",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clawback"),
    )
    op.create_index("ix_clawback_listing", "clawback", ["city_code", "status", "recorded_at", "id"])
    op.create_index("ix_clawback_order", "clawback", ["order_id"])
    op.create_index("ix_clawback_payee", "clawback", ["city_code", "payee_id"])
    op.create_index(
        "uq_clawback_source",
        "clawback",
        ["order_id", "cause", "source_id"],
        unique=True,
        postgresql_where=sa.text("source_id IS NOT NULL"),
    )


def _spending_report() -> None:
    op.create_table(
        "spending_report",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("payee_id", UUID, nullable=False),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("submitted_by", sa.String(200)),
        sa.Column("submitted_at", MOMENT),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text()),
        sa.Column("checked_by", sa.String(200)),
        sa.Column("checked_at", MOMENT),
        sa.Column("short_fen", sa.BigInteger(), nullable=False),
        sa.Column("determination_id", UUID),
        sa.Column("clawback_id", UUID),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("(status = 'short') = (short_fen > 0)", name="ck_spending_report_short"),
        sa.CheckConstraint("amount_fen > 0 AND short_fen BETWEEN 0 AND amount_fen", name="ck_spending_report_amounts"),
        sa.CheckConstraint("checked_by <> submitted_by", name="ck_spending_report_second_person"),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name="fk_spending_report_order_id"),
        sa.CheckConstraint(
            "status IN ('expected', 'overdue', 'submitted', 'in_order', 'short')", name="ck_spending_report_status"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_spending_report"),
        sa.UniqueConstraint("order_id", name="uq_spending_report_order_id"),
    )
    op.create_index("ix_spending_report_listing", "spending_report", ["city_code", "status", "recorded_at", "id"])
    op.create_index("ix_spending_report_payee", "spending_report", ["city_code", "payee_id"])


def _clawback_instalment() -> None:
    op.create_table(
        "clawback_instalment",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("clawback_id", UUID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="ck_clawback_instalment_amount"),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawback.id"], name="fk_clawback_instalment_clawback_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clawback_instalment"),
        sa.UniqueConstraint("clawback_id", "due_on", name="uq_clawback_instalment_clawback_id_due_on"),
    )


def _clawback_part() -> None:
    op.create_table(
        "clawback_part",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("clawback_id", UUID, nullable=False),
        sa.Column(
            "kind",
            sa.String(40),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.String(100)),
        sa.Column("order_id", UUID),
        sa.Column("entry_id", UUID, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("(kind = 'received') = (bank_reference IS NOT NULL)", name="ck_clawback_part_received"),
        sa.CheckConstraint("(kind = 'set_off') = (order_id IS NOT NULL)", name="ck_clawback_part_set_off"),
        sa.CheckConstraint("amount_fen > 0", name="ck_clawback_part_amount"),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawback.id"], name="fk_clawback_part_clawback_id"),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name="fk_clawback_part_order_id"),
        sa.CheckConstraint("kind IN ('received', 'set_off', 'written_off')", name="ck_clawback_part_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_clawback_part"),
    )
    op.create_index("ix_clawback_part_of", "clawback_part", ["clawback_id"])
    op.create_index(
        "ix_clawback_part_order", "clawback_part", ["order_id"], postgresql_where=sa.text("order_id IS NOT NULL")
    )
    op.create_index(
        "uq_clawback_receipt",
        "clawback_part",
        ["city_code", "bank_reference"],
        unique=True,
        postgresql_where=sa.text("bank_reference IS NOT NULL"),
    )


def _entitlement() -> None:
    op.add_column("entitlement", sa.Column("evaluation_id", UUID))
    op.add_column("entitlement", sa.Column("evaluation_year", sa.Integer()))
    op.add_column("entitlement", sa.Column("grade", sa.String(40)))
    op.add_column("entitlement", sa.Column("confirmed_by", sa.String(200)))
    op.add_column("entitlement", sa.Column("confirmed_at", MOMENT))
    op.add_column("entitlement", sa.Column("list_id", UUID))
    op.add_column("entitlement", sa.Column("recognition_ended_on", sa.Date()))
    op.alter_column("entitlement", "recognition_id", existing_type=UUID, nullable=True)
    op.alter_column("entitlement", "level", existing_type=sa.VARCHAR(40), nullable=True)
    op.alter_column("entitlement", "designation", existing_type=sa.VARCHAR(40), nullable=True)
    op.create_unique_constraint(
        "uq_entitlement_city_code_programme_evaluation_id",
        "entitlement",
        ["city_code", "programme", "evaluation_id"],
    )
    op.create_index(
        "uq_entitlement_evaluation",
        "entitlement",
        ["city_code", "programme", "carrier_id", "evaluation_year"],
        unique=True,
        postgresql_where=sa.text("status IN ('approved', 'paid') AND evaluation_id IS NOT NULL"),
    )
    op.create_foreign_key("fk_entitlement_list_id", "entitlement", "publicity_list", ["list_id"], ["id"])
    op.drop_index("uq_entitlement_once", "entitlement")
    op.create_index(
        "uq_entitlement_once",
        "entitlement",
        ["city_code", "programme", "carrier_id", "level"],
        unique=True,
        postgresql_where=sa.text(f"{HELD} AND recognition_id IS NOT NULL"),
    )
