"""Angel compensation; and of the loan pool: instalments, negligence, closing, suspension by order, quotas."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0016"
down_revision = "0015"

MOMENT, TEXT, LONG = sa.DateTime(timezone=True), sa.String(200), sa.String(2000)
JSON = postgresql.JSONB(astext_type=sa.Text())
CLAIM_CHECKS = {
    "status": "status IN ('lodged', 'reviewed', 'approved', 'refused', 'partly_paid', 'paid', 'appealed')",
    "paid": "paid_fen BETWEEN 0 AND approved_fen",
    "approved": "status NOT IN ('approved', 'partly_paid', 'paid') OR (approved_fen > 0"
    " AND determination_id IS NOT NULL AND payment_order_id IS NOT NULL AND decided_by IS NOT NULL)",
    "closed_in_full": "num_nulls(closed_on, closed_by, closed_because) IN (0, 3)",
}
KEPT = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON angel_loss
    FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only();
"""


def upgrade() -> None:
    _registration()
    _investment()
    _loss()
    _claim()
    _recovery()
    run_script(KEPT)
    _instalments()
    _claims_of_the_pool()
    _suspensions()


def _instalments() -> None:
    op.add_column("payment_order", sa.Column("not_before", sa.Date(), nullable=True))
    op.create_table(
        "loss_instalment",
        *_own(),
        _column("claim_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("amount_fen", sa.BigInteger()),
        _column("due_on", sa.Date()),
        _column("payment_order_id", sa.Uuid()),
        _column("paid_on", sa.Date(), null=True),
        _column("recorded_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_instalment")),
        sa.ForeignKeyConstraint(["claim_id"], ["loss_claim.id"], name=op.f("fk_loss_instalment_claim_id")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_loss_instalment_claim_id_number")),
        sa.CheckConstraint("amount_fen > 0 AND number > 0", name=op.f("ck_loss_instalment_amounts")),
    )


def _claims_of_the_pool() -> None:
    op.add_column("loss_claim", sa.Column("negligence", JSON, nullable=False, server_default="[]"))
    op.alter_column("loss_claim", "negligence", server_default=None)
    op.add_column("loss_claim", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("loss_claim", sa.Column("closed_by", TEXT, nullable=True))
    op.add_column("loss_claim", sa.Column("closed_because", LONG, nullable=True))
    for name, holds in CLAIM_CHECKS.items():
        if name != "closed_in_full":
            op.drop_constraint(f"ck_loss_claim_{name}", "loss_claim")
        op.create_check_constraint(op.f(f"ck_loss_claim_{name}"), "loss_claim", holds)
    op.add_column("recovery", sa.Column("after_closure", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("recovery", "after_closure", server_default=None)


def _suspensions() -> None:
    for name in ("ratio_bp", "line_bp", "resume_bp", "determination_id"):
        op.alter_column("pool_suspension", name, nullable=True)
    op.add_column("pool_suspension", sa.Column("ordered_by", TEXT, nullable=True))
    op.add_column("pool_suspension", sa.Column("ordered_because", LONG, nullable=True))
    op.create_check_constraint(
        op.f("ck_pool_suspension_cause"),
        "pool_suspension",
        "num_nulls(ratio_bp, line_bp, resume_bp, determination_id) = CASE WHEN ordered_by IS NULL THEN 0 ELSE 4 END"
        " AND (ordered_by IS NULL) = (ordered_because IS NULL)",
    )
    op.add_column("pool_bank", sa.Column("quota_fen", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_pool_bank_quota"), "pool_bank", "quota_fen > 0")


def _column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def _own() -> tuple[sa.Column[Any], ...]:
    return (_column("id", sa.Uuid()), _column("city_code", sa.String(20)))


def _filed() -> tuple[sa.Column[Any], ...]:
    return (_column("filed_by", TEXT), _column("filed_at", MOMENT))


def _reviewed() -> tuple[sa.Column[Any], ...]:
    return (
        _column("status", sa.String(40)),
        _column("reviewed_by", TEXT, null=True),
        _column("reviewed_at", MOMENT, null=True),
        _column("opinion", LONG, null=True),
    )


def _kept() -> tuple[sa.Column[Any], ...]:
    return (_column("version", sa.BigInteger()), _column("recorded_at", MOMENT))


def _registration() -> None:
    op.create_table(
        "angel_registration",
        *_own(),
        _column("kind", sa.String(40)),
        _column("organisation_id", sa.Uuid()),
        _column("name", TEXT),
        _column("evidence", LONG),
        *_filed(),
        *_reviewed(),
        _column("registered_on", sa.Date(), null=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angel_registration")),
        sa.CheckConstraint("kind IN ('investor', 'project')", name=op.f("ck_angel_registration_kind")),
        sa.CheckConstraint(
            "status IN ('under_review', 'registered', 'refused')", name=op.f("ck_angel_registration_status")
        ),
        sa.CheckConstraint("reviewed_by <> filed_by", name=op.f("ck_angel_registration_second_person")),
        sa.CheckConstraint(
            "status = 'under_review' OR num_nulls(reviewed_by, reviewed_at, opinion) = 0",
            name=op.f("ck_angel_registration_reviewed_in_full"),
        ),
        sa.CheckConstraint(
            "(status = 'registered') = (registered_on IS NOT NULL)", name=op.f("ck_angel_registration_registered")
        ),
    )
    op.create_index(
        "uq_angel_registration_standing",
        "angel_registration",
        ["city_code", "kind", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'refused'"),
    )
    op.create_index("ix_angel_registration_listing", "angel_registration", ["city_code", "recorded_at", "id"])


def _investment() -> None:
    op.create_table(
        "angel_investment",
        *_own(),
        _column("investor_id", sa.Uuid()),
        _column("investor_name", TEXT),
        _column("project_id", sa.Uuid()),
        _column("project_name", TEXT),
        _column("agreement_number", sa.String(64)),
        _column("invested_on", sa.Date()),
        _column("amount_fen", sa.BigInteger()),
        _column("equity_bp", sa.Integer()),
        _column("stage", sa.String(40)),
        *_filed(),
        *_reviewed(),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angel_investment")),
        sa.CheckConstraint(
            "status IN ('recorded', 'confirmed', 'refused', 'lost')", name=op.f("ck_angel_investment_status")
        ),
        sa.CheckConstraint(
            "amount_fen > 0 AND equity_bp BETWEEN 1 AND 10000", name=op.f("ck_angel_investment_amounts")
        ),
        sa.CheckConstraint("investor_id <> project_id", name=op.f("ck_angel_investment_two_parties")),
        sa.CheckConstraint("reviewed_by <> filed_by", name=op.f("ck_angel_investment_second_person")),
        sa.CheckConstraint(
            "status = 'recorded' OR num_nulls(reviewed_by, reviewed_at, opinion) = 0",
            name=op.f("ck_angel_investment_reviewed_in_full"),
        ),
    )
    op.create_index(
        "uq_angel_investment_agreement",
        "angel_investment",
        ["city_code", "investor_id", "agreement_number"],
        unique=True,
        postgresql_where=sa.text("status <> 'refused'"),
    )
    op.create_index("ix_angel_investment_listing", "angel_investment", ["city_code", "recorded_at", "id"])


def _loss() -> None:
    op.create_table(
        "angel_loss",
        _column("investment_id", sa.Uuid()),
        _column("city_code", sa.String(20)),
        _column("cause", sa.String(40)),
        _column("happened_on", sa.Date()),
        _column("proceeds_fen", sa.BigInteger()),
        _column("loss_fen", sa.BigInteger()),
        _column("auditor", TEXT),
        _column("audit_number", sa.String(64)),
        _column("audited_on", sa.Date()),
        _column("audit_sha256", sa.String(64)),
        *_filed(),
        _column("recorded_at", MOMENT),
        sa.PrimaryKeyConstraint("investment_id", name=op.f("pk_angel_loss")),
        sa.ForeignKeyConstraint(["investment_id"], ["angel_investment.id"], name=op.f("fk_angel_loss_investment_id")),
        sa.CheckConstraint(
            "cause IN ('bankruptcy', 'liquidation', 'deregistration', 'sold_below_cost')",
            name=op.f("ck_angel_loss_cause"),
        ),
        sa.CheckConstraint("loss_fen > 0 AND proceeds_fen >= 0", name=op.f("ck_angel_loss_amounts")),
    )


def _claim() -> None:
    op.create_table(
        "angel_claim",
        *_own(),
        _column("case_id", sa.Uuid()),
        _column("case_number", sa.String(60), null=True),
        *(_column(name, sa.Uuid()) for name in ("investment_id", "investor_id", "project_id")),
        _column("stage", sa.String(40)),
        _column("documents", JSON),
        *(_column(name, sa.BigInteger()) for name in ("loss_fen", "other_public_fen", "approved_fen", "paid_fen")),
        _column("filed_by", TEXT),
        _column("lodged_on", sa.Date()),
        _column("lodged_at", MOMENT),
        _column("review_due_on", sa.Date()),
        *_reviewed(),
        _column("decided_by", TEXT, null=True),
        _column("decided_at", MOMENT, null=True),
        _column("determination_id", sa.Uuid(), null=True),
        _column("split_bp", JSON, null=True),
        _column("layers_fen", JSON, null=True),
        _column("reductions", JSON),
        _column("reasons", JSON),
        _column("policy_year", sa.Integer(), null=True),
        _column("payment_order_id", sa.Uuid(), null=True),
        _column("paid_on", sa.Date(), null=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angel_claim")),
        sa.UniqueConstraint("case_id", name=op.f("uq_angel_claim_case_id")),
        sa.ForeignKeyConstraint(["investment_id"], ["angel_investment.id"], name=op.f("fk_angel_claim_investment_id")),
        sa.CheckConstraint(
            "status IN ('lodged', 'reviewed', 'approved', 'refused', 'paid')",
            name=op.f("ck_angel_claim_angelclaimstatus"),
        ),
        sa.CheckConstraint("reviewed_by <> filed_by", name=op.f("ck_angel_claim_review_by_another")),
        sa.CheckConstraint(
            "decided_by <> reviewed_by AND decided_by <> filed_by", name=op.f("ck_angel_claim_second_person")
        ),
        sa.CheckConstraint(
            "approved_fen BETWEEN 0 AND loss_fen AND paid_fen IN (0, approved_fen)", name=op.f("ck_angel_claim_amounts")
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'paid') OR (approved_fen > 0 AND num_nulls(determination_id, split_bp,"
            " layers_fen, policy_year, payment_order_id, decided_by, decided_at) = 0)",
            name=op.f("ck_angel_claim_approved_in_full"),
        ),
        sa.CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name=op.f("ck_angel_claim_paid")),
    )
    op.create_index(
        "uq_angel_claim_standing",
        "angel_claim",
        ["city_code", "investment_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'refused'"),
    )
    op.create_index("ix_angel_claim_listing", "angel_claim", ["city_code", "recorded_at", "id"])
    op.create_index("ix_angel_claim_investor", "angel_claim", ["city_code", "investor_id"])


def _recovery() -> None:
    op.create_table(
        "angel_recovery",
        *_own(),
        _column("claim_id", sa.Uuid()),
        _column("investor_id", sa.Uuid()),
        _column("reference", sa.String(64)),
        _column("recovered_on", sa.Date()),
        _column("recovered_fen", sa.BigInteger()),
        _column("costs_fen", sa.BigInteger()),
        _column("layers_fen", JSON),
        _column("returned_fen", sa.BigInteger()),
        _column("determination_id", sa.Uuid()),
        _column("status", sa.String(40)),
        *_filed(),
        _column("received_on", sa.Date(), null=True),
        _column("received_by", TEXT, null=True),
        _column("entry_id", sa.Uuid(), null=True),
        _column("recorded_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angel_recovery")),
        sa.ForeignKeyConstraint(["claim_id"], ["angel_claim.id"], name=op.f("fk_angel_recovery_claim_id")),
        sa.UniqueConstraint(
            "city_code", "claim_id", "reference", name=op.f("uq_angel_recovery_city_code_claim_id_reference")
        ),
        sa.CheckConstraint("status IN ('reported', 'received')", name=op.f("ck_angel_recovery_angelrecoverystatus")),
        sa.CheckConstraint(
            "recovered_fen > 0 AND costs_fen >= 0 AND returned_fen >= 0", name=op.f("ck_angel_recovery_amounts")
        ),
        sa.CheckConstraint(
            "status <> 'received' OR num_nulls(received_on, received_by) = 0", name=op.f("ck_angel_recovery_received")
        ),
        sa.CheckConstraint("received_by <> filed_by", name=op.f("ck_angel_recovery_second_person")),
    )
