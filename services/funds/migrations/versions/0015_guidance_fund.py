"""The guidance fund: calls and proposals, sub-funds, drawdowns, investments, returns, reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _sub_fund_call()
    _sub_fund_proposal()
    _sub_fund()
    _sub_fund_commitment()
    _sub_fund_drawdown()
    _sub_fund_drawdown_share()
    _sub_fund_investment()
    _sub_fund_exit()
    _sub_fund_fee()
    _sub_fund_return()
    _sub_fund_report()


def _sub_fund_call() -> None:
    op.create_table(
        "sub_fund_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(200), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_call")),
        sa.CheckConstraint(
            "closes_on >= opens_on",
            name=op.f("ck_sub_fund_call_days"),
        ),
    )
    op.create_index(op.f("ix_sub_fund_call_city_code"), "sub_fund_call", ["city_code"])


def _sub_fund_proposal() -> None:
    op.create_table(
        "sub_fund_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("manager_name", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("vehicle", sa.String(20), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("size_fen", sa.BigInteger(), nullable=False),
        sa.Column("asked_fen", sa.BigInteger(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("documents", postgresql.JSONB(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("lodged_at", MOMENT, nullable=False),
        sa.Column("lodged_by", sa.String(200), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=True),
        sa.Column("examined_by", sa.String(200), nullable=True),
        sa.Column("votes", postgresql.JSONB(), nullable=True),
        sa.Column("voted_on", sa.Date(), nullable=True),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("approved_fen", sa.BigInteger(), nullable=True),
        sa.Column("determination_id", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_proposal")),
        sa.CheckConstraint(
            "size_fen > 0 AND asked_fen > 0 AND asked_fen <= size_fen",
            name=op.f("ck_sub_fund_proposal_amounts"),
        ),
        sa.CheckConstraint(
            "approved_fen > 0 AND approved_fen <= size_fen",
            name=op.f("ck_sub_fund_proposal_approved"),
        ),
        sa.CheckConstraint(
            "decided_by <> examined_by",
            name=op.f("ck_sub_fund_proposal_second_person"),
        ),
        sa.CheckConstraint(
            "status IN ('lodged', 'examined', 'voted', 'in_notice', 'approved', 'refused', 'established')",
            name=op.f("ck_sub_fund_proposal_status"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["sub_fund_call.id"], name=op.f("fk_sub_fund_proposal_call_id")),
        sa.UniqueConstraint("call_id", "manager_id", name=op.f("uq_sub_fund_proposal_call_id_manager_id")),
    )
    op.create_index(op.f("ix_sub_fund_proposal_listing"), "sub_fund_proposal", ["city_code", "status", "recorded_at"])


def _sub_fund() -> None:
    op.create_table(
        "sub_fund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("vehicle", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("fund", sa.String(100), nullable=False),
        sa.Column("policy_year", sa.Integer(), nullable=False),
        sa.Column("size_fen", sa.BigInteger(), nullable=False),
        sa.Column("public_fen", sa.BigInteger(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("registration", sa.String(200), nullable=False),
        sa.Column("custodian", sa.String(200), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("established_on", sa.Date(), nullable=False),
        sa.Column("established_by", sa.String(200), nullable=False),
        sa.Column("established_at", MOMENT, nullable=False),
        sa.Column("first_paid_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund")),
        sa.CheckConstraint(
            "public_fen > 0 AND public_fen <= size_fen",
            name=op.f("ck_sub_fund_amounts"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'exited', 'wound_up')",
            name=op.f("ck_sub_fund_status"),
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["sub_fund_proposal.id"], name=op.f("fk_sub_fund_proposal_id")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_sub_fund_proposal_id")),
    )
    op.create_index(op.f("ix_sub_fund_listing"), "sub_fund", ["city_code", "recorded_at", "id"])


def _sub_fund_commitment() -> None:
    op.create_table(
        "sub_fund_commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sub_fund_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("investor", sa.String(200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("called_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("gained_fen", sa.BigInteger(), nullable=False),
        sa.Column("transferred_to", sa.String(200), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_commitment")),
        sa.CheckConstraint(
            "amount_fen > 0 AND called_fen BETWEEN 0 AND amount_fen",
            name=op.f("ck_sub_fund_commitment_called"),
        ),
        sa.CheckConstraint(
            "level IN ('city', 'district', 'province', 'social')",
            name=op.f("ck_sub_fund_commitment_level"),
        ),
        sa.CheckConstraint(
            "paid_fen BETWEEN 0 AND called_fen",
            name=op.f("ck_sub_fund_commitment_paid"),
        ),
        sa.CheckConstraint(
            "returned_fen BETWEEN 0 AND paid_fen AND gained_fen >= 0",
            name=op.f("ck_sub_fund_commitment_returned"),
        ),
        sa.ForeignKeyConstraint(["sub_fund_id"], ["sub_fund.id"], name=op.f("fk_sub_fund_commitment_sub_fund_id")),
        sa.UniqueConstraint("sub_fund_id", "number", name=op.f("uq_sub_fund_commitment_sub_fund_id_number")),
    )


def _sub_fund_drawdown() -> None:
    op.create_table(
        "sub_fund_drawdown",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sub_fund_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("called_by", sa.String(200), nullable=True),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_drawdown")),
        sa.CheckConstraint(
            "amount_fen > 0",
            name=op.f("ck_sub_fund_drawdown_amount"),
        ),
        sa.CheckConstraint(
            "status IN ('asked', 'called', 'paid_in', 'withdrawn')",
            name=op.f("ck_sub_fund_drawdown_drawdownstatus"),
        ),
        sa.CheckConstraint(
            "called_by <> asked_by",
            name=op.f("ck_sub_fund_drawdown_second_person"),
        ),
        sa.ForeignKeyConstraint(["sub_fund_id"], ["sub_fund.id"], name=op.f("fk_sub_fund_drawdown_sub_fund_id")),
        sa.UniqueConstraint("sub_fund_id", "reference", name=op.f("uq_sub_fund_drawdown_sub_fund_id_reference")),
    )


def _sub_fund_drawdown_share() -> None:
    op.create_table(
        "sub_fund_drawdown_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("drawdown_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("payment_order_id", sa.Uuid(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_drawdown_share")),
        sa.CheckConstraint(
            "amount_fen > 0",
            name=op.f("ck_sub_fund_drawdown_share_amount"),
        ),
        sa.CheckConstraint(
            "status <> 'received' OR received_on IS NOT NULL",
            name=op.f("ck_sub_fund_drawdown_share_received"),
        ),
        sa.CheckConstraint(
            "status IN ('called', 'ordered', 'settled', 'received')",
            name=op.f("ck_sub_fund_drawdown_share_sharestatus"),
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["sub_fund_commitment.id"], name=op.f("fk_sub_fund_drawdown_share_commitment_id")
        ),
        sa.ForeignKeyConstraint(
            ["drawdown_id"], ["sub_fund_drawdown.id"], name=op.f("fk_sub_fund_drawdown_share_drawdown_id")
        ),
        sa.UniqueConstraint("drawdown_id", "number", name=op.f("uq_sub_fund_drawdown_share_drawdown_id_number")),
    )


def _sub_fund_investment() -> None:
    op.create_table(
        "sub_fund_investment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sub_fund_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=True),
        sa.Column("firm", sa.String(200), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("asset_class", sa.String(40), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("held_fen", sa.BigInteger(), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("valued_on", sa.Date(), nullable=False),
        sa.Column("invested_on", sa.Date(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_investment")),
        sa.CheckConstraint(
            "amount_fen > 0 AND held_fen BETWEEN 0 AND amount_fen AND value_fen >= 0",
            name=op.f("ck_sub_fund_investment_amounts"),
        ),
        sa.ForeignKeyConstraint(["sub_fund_id"], ["sub_fund.id"], name=op.f("fk_sub_fund_investment_sub_fund_id")),
        sa.UniqueConstraint("sub_fund_id", "number", name=op.f("uq_sub_fund_investment_sub_fund_id_number")),
        sa.UniqueConstraint("sub_fund_id", "reference", name=op.f("uq_sub_fund_investment_sub_fund_id_reference")),
    )
    op.create_index(op.f("ix_sub_fund_investment_firm_id"), "sub_fund_investment", ["firm_id"])


def _sub_fund_exit() -> None:
    op.create_table(
        "sub_fund_exit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("investment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("proceeds_fen", sa.BigInteger(), nullable=False),
        sa.Column("exited_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_exit")),
        sa.CheckConstraint(
            "cost_fen > 0 AND proceeds_fen >= 0",
            name=op.f("ck_sub_fund_exit_amounts"),
        ),
        sa.CheckConstraint(
            "way <> 'written_off' OR proceeds_fen = 0",
            name=op.f("ck_sub_fund_exit_written_off"),
        ),
        sa.ForeignKeyConstraint(
            ["investment_id"], ["sub_fund_investment.id"], name=op.f("fk_sub_fund_exit_investment_id")
        ),
        sa.UniqueConstraint("investment_id", "reference", name=op.f("uq_sub_fund_exit_investment_id_reference")),
    )


def _sub_fund_fee() -> None:
    op.create_table(
        "sub_fund_fee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sub_fund_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("charged_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_fee")),
        sa.CheckConstraint(
            "amount_fen > 0",
            name=op.f("ck_sub_fund_fee_amount"),
        ),
        sa.ForeignKeyConstraint(["sub_fund_id"], ["sub_fund.id"], name=op.f("fk_sub_fund_fee_sub_fund_id")),
        sa.UniqueConstraint("sub_fund_id", "reference", name=op.f("uq_sub_fund_fee_sub_fund_id_reference")),
    )


def _sub_fund_return() -> None:
    op.create_table(
        "sub_fund_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sub_fund_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("buyer", sa.String(200), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("capital_fen", sa.BigInteger(), nullable=False),
        sa.Column("gain_fen", sa.BigInteger(), nullable=False),
        sa.Column("conceded_fen", sa.BigInteger(), nullable=False),
        sa.Column("loss_fen", sa.BigInteger(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("declared_by", sa.String(200), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.String(200), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_return")),
        sa.CheckConstraint(
            "amount_fen >= 0 AND capital_fen >= 0 AND gain_fen >= 0 AND loss_fen >= 0",
            name=op.f("ck_sub_fund_return_amounts"),
        ),
        sa.CheckConstraint(
            "conceded_fen BETWEEN 0 AND gain_fen",
            name=op.f("ck_sub_fund_return_conceded"),
        ),
        sa.CheckConstraint(
            "kind IN ('distribution', 'stake_exit')",
            name=op.f("ck_sub_fund_return_kind"),
        ),
        sa.CheckConstraint(
            "status <> 'received' OR received_on IS NOT NULL",
            name=op.f("ck_sub_fund_return_received"),
        ),
        sa.CheckConstraint(
            "received_by <> declared_by",
            name=op.f("ck_sub_fund_return_second_person"),
        ),
        sa.CheckConstraint(
            "status IN ('declared', 'received')",
            name=op.f("ck_sub_fund_return_status"),
        ),
        sa.ForeignKeyConstraint(["sub_fund_id"], ["sub_fund.id"], name=op.f("fk_sub_fund_return_sub_fund_id")),
        sa.UniqueConstraint("sub_fund_id", "reference", name=op.f("uq_sub_fund_return_sub_fund_id_reference")),
    )


def _sub_fund_report() -> None:
    op.create_table(
        "sub_fund_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("sub_fund_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expected_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("was_overdue", sa.Boolean(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("valuations", postgresql.JSONB(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("submitted_by", sa.String(200), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_fund_report")),
        sa.CheckConstraint(
            "kind IN ('quarter', 'year')",
            name=op.f("ck_sub_fund_report_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('expected', 'overdue', 'submitted')",
            name=op.f("ck_sub_fund_report_status"),
        ),
        sa.CheckConstraint(
            "status <> 'submitted' OR submitted_on IS NOT NULL",
            name=op.f("ck_sub_fund_report_submitted"),
        ),
        sa.ForeignKeyConstraint(["sub_fund_id"], ["sub_fund.id"], name=op.f("fk_sub_fund_report_sub_fund_id")),
        sa.UniqueConstraint("sub_fund_id", "period", name=op.f("uq_sub_fund_report_sub_fund_id_period")),
    )
    op.create_index(op.f("ix_sub_fund_report_status"), "sub_fund_report", ["city_code", "status", "due_on"])
