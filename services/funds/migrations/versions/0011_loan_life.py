"""Loans have a status; every fact of the pool leaves a line; banks report arrears, and losses stop new loans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0011"
down_revision = "0010"

LOAN_CHECKS = {
    "paid_out": "paid_out_fen > 0 AND paid_out_fen <= principal_fen",
    "paid_out_whole": "(paid_out_on IS NULL) = (paid_out_fen IS NULL)",
    "second_person": "extended_by <> extension_asked_by",
    "extension": "extended_to > due_on AND extended_to = extension_to",
}
# What was registered stays; only where the loan stands changes.
LOAN_STAYS = """
DROP TRIGGER append_only ON loan;
CREATE TRIGGER loan_stays BEFORE UPDATE OF id, city_code, bank_id, bank_reference, borrower_id, borrower_name,
    principal_fen, covered_fen, disbursed_on, due_on, registered_on, registered_at, registered_by, determination_id,
    recorded_at, refinances ON loan
    FOR EACH ROW EXECUTE FUNCTION funds_is_append_only();
CREATE TRIGGER loan_is_kept BEFORE DELETE OR TRUNCATE ON loan
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""
KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""
# What happened before has the times its rows kept; of a payment only the day is known.
BEFORE = """
INSERT INTO pool_movement (city_code, bank_id, object_id, bank_reference, fact, status, amount_fen, happened_at,
                           recorded_at)
SELECT city_code, bank_id, object_id, bank_reference, fact, status, amount_fen, happened_at, happened_at FROM (
    SELECT city_code, bank_id, id AS object_id, bank_reference, 'loan.registered' AS fact, status,
           principal_fen AS amount_fen, registered_at AS happened_at, 1 AS place FROM loan
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'claim.lodged', 'lodged', asked_fen, lodged_at, 2 FROM loss_claim
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'claim.reviewed', 'reviewed', asked_fen, reviewed_at, 3
    FROM loss_claim WHERE reviewed_at IS NOT NULL
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'claim.refused', 'refused', asked_fen, decided_at, 4
    FROM loss_claim WHERE status = 'refused' AND decided_at IS NOT NULL
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'claim.approved', 'approved', approved_fen, decided_at, 4
    FROM loss_claim WHERE status IN ('approved', 'paid') AND decided_at IS NOT NULL
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'claim.paid', 'paid', paid_fen,
           greatest(decided_at, paid_on::timestamp AT TIME ZONE 'Asia/Shanghai'), 5
    FROM loss_claim WHERE status = 'paid' AND paid_on IS NOT NULL
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'recovery.reported', 'reported', recovered_fen, reported_at, 6
    FROM recovery
    UNION ALL
    SELECT city_code, bank_id, id, bank_reference, 'recovery.received', 'received', returned_fen,
           greatest(reported_at, received_on::timestamp AT TIME ZONE 'Asia/Shanghai'), 7
    FROM recovery WHERE status = 'received'
) AS earlier ORDER BY happened_at, place;
"""


def upgrade() -> None:
    _give_loans_a_status()
    _create_movements()
    _create_arrears()
    _create_suspensions()
    _create_appeals()
    run_script(LOAN_STAYS)
    run_script("".join(KEPT.format(table=table) for table in ("arrears_report", "arrears_line")))
    run_script(BEFORE + KEPT.format(table="pool_movement"))


def _give_loans_a_status() -> None:
    run_script("ALTER TABLE loan DISABLE TRIGGER append_only;")
    op.add_column("loan", sa.Column("status", sa.String(40), nullable=False, server_default="disbursed"))
    op.add_column("loan", sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"))
    run_script("UPDATE loan SET status = 'registered' WHERE disbursed_on > registered_on;")
    op.alter_column("loan", "status", server_default=None)
    op.alter_column("loan", "version", server_default=None)
    op.create_check_constraint(
        op.f("ck_loan_status"), "loan", "status IN ('registered', 'disbursed', 'repaid', 'withdrawn')"
    )
    op.add_column("loan", sa.Column("refinances", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("loan", "refinances", server_default=None)
    for name in ("paid_out_on", "extension_to", "extended_to", "repaid_on", "moved_out_on"):
        op.add_column("loan", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("loan", sa.Column("paid_out_fen", sa.BigInteger(), nullable=True))
    op.add_column("loan", sa.Column("extension_reason", sa.String(2000), nullable=True))
    for name in ("extension_asked_by", "extended_by"):
        op.add_column("loan", sa.Column(name, sa.String(200), nullable=True))
    for name, holds in LOAN_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_loan_{name}"), "loan", holds)


def _create_movements() -> None:
    op.create_table(
        "pool_movement",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("bank_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("bank_reference", sa.String(64), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_pool_movement")),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_pool_movement_amount")),
        sa.CheckConstraint(
            "fact IN ('loan.registered', 'loan.disbursed', 'loan.withdrawn', 'loan.extended', 'loan.moved_out',"
            " 'loan.repaid', 'claim.lodged', 'claim.reviewed', 'claim.approved', 'claim.refused', 'claim.appealed',"
            " 'claim.appeal_rejected',"
            " 'claim.paid', 'claim.payment_returned', 'recovery.reported', 'recovery.received')",
            name=op.f("ck_pool_movement_fact"),
        ),
    )
    op.create_index("ix_pool_movement_day", "pool_movement", ["city_code", "bank_id", "happened_at", "seq"])
    op.create_index("ix_pool_movement_object", "pool_movement", ["object_id", "seq"])


def _create_arrears() -> None:
    op.create_table(
        "arrears_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("bank_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("overdue_fen", sa.BigInteger(), nullable=False),
        sa.Column("reported_by", sa.String(200), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_report")),
        sa.UniqueConstraint(
            "city_code", "bank_id", "month", "revision", name=op.f("uq_arrears_report_city_code_bank_id_month_revision")
        ),
        sa.CheckConstraint(
            "revision >= 1 AND (revision = 1) = (reason IS NULL)", name=op.f("ck_arrears_report_revision")
        ),
        sa.CheckConstraint("overdue_fen BETWEEN 0 AND balance_fen", name=op.f("ck_arrears_report_amounts")),
    )
    op.create_table(
        "arrears_line",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("bank_reference", sa.String(64), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("days_overdue", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "loan_id", name=op.f("pk_arrears_line")),
        sa.ForeignKeyConstraint(["report_id"], ["arrears_report.id"], name=op.f("fk_arrears_line_report_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_arrears_line_loan_id")),
        sa.CheckConstraint("balance_fen >= 0 AND days_overdue >= 0", name=op.f("ck_arrears_line_figures")),
    )


def _create_suspensions() -> None:
    op.create_table(
        "pool_suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("bank_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("ratio_bp", sa.BigInteger(), nullable=False),
        sa.Column("line_bp", sa.Integer(), nullable=False),
        sa.Column("resume_bp", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(200), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(2000), nullable=True),
        sa.Column("lifted_by", sa.String(200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_determination_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_suspension")),
        sa.CheckConstraint("lifted_by <> proposed_by", name=op.f("ck_pool_suspension_second_person")),
        sa.CheckConstraint("status <> 'lifted' OR lifted_by IS NOT NULL", name=op.f("ck_pool_suspension_lifted")),
        sa.CheckConstraint(
            "status NOT IN ('lifted', 'cured') OR ended_at IS NOT NULL", name=op.f("ck_pool_suspension_ended")
        ),
        sa.CheckConstraint(
            "status IN ('suspended', 'lift_proposed', 'lifted', 'cured')", name=op.f("ck_pool_suspension_status")
        ),
    )
    op.create_index(
        "uq_pool_suspension_standing",
        "pool_suspension",
        ["city_code", "bank_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('suspended', 'lift_proposed')"),
        postgresql_nulls_not_distinct=True,
    )


def _create_appeals() -> None:
    op.drop_constraint("ck_loss_claim_status", "loss_claim")
    op.create_check_constraint(
        op.f("ck_loss_claim_status"),
        "loss_claim",
        "status IN ('lodged', 'reviewed', 'approved', 'refused', 'paid', 'appealed')",
    )
    op.create_table(
        "loss_appeal",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("grounds", sa.String(2000), nullable=False),
        sa.Column("documents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lodged_by", sa.String(200), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_by", sa.String(200), nullable=False),
        sa.Column("refused_determination_id", sa.Uuid(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.String(2000), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_loss_appeal")),
        sa.ForeignKeyConstraint(["claim_id"], ["loss_claim.id"], name=op.f("fk_loss_appeal_claim_id")),
        sa.CheckConstraint(
            "decided_by <> refused_by AND decided_by <> lodged_by", name=op.f("ck_loss_appeal_another_person")
        ),
        sa.CheckConstraint(
            "num_nulls(granted, opinion, decided_by, decided_at) IN (0, 4)", name=op.f("ck_loss_appeal_decided_in_full")
        ),
    )
