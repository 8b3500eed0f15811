"""Applications for money, and the one register of invoices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)
HELD = "status IN ('approved', 'paid')"
STATUSES = "'under_review', 'waiting_policy', 'waiting_facts', 'refused', 'payable', 'approved', 'paid'"


def upgrade() -> None:
    _application()
    op.create_index("uq_application_case_id", "application", ["case_id"], unique=True)
    op.create_index(
        "uq_application_once",
        "application",
        ["city_code", "programme", "applicant_id", "about"],
        unique=True,
        postgresql_where=sa.text(f"pays_once AND {HELD}"),
    )
    op.create_index("ix_application_listing", "application", ["city_code", "status", "recorded_at", "id"])
    op.create_index("ix_application_applicant", "application", ["city_code", "applicant_id", "programme"])
    _invoice()


def _application() -> None:
    text, uuid = sa.String(200), sa.Uuid()
    op.create_table(
        "application",
        sa.Column("id", uuid, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("case_id", uuid, nullable=False),
        sa.Column("case_number", sa.String(60), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("fund", sa.String(100), nullable=False),
        sa.Column("applicant_id", uuid, nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("accepted_by", text, nullable=False),
        sa.Column("stated", postgresql.JSONB(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=True),
        sa.Column("about", text, nullable=True),
        sa.Column("pays_once", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("reviewed_by", text, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("determination_id", uuid, nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", text, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("policy_year", sa.Integer(), nullable=True),
        sa.Column("payment_order_id", uuid, nullable=True),
        sa.Column("encumbrance_entry_id", uuid, nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="ck_application_status"),
        sa.CheckConstraint("reviewed_by <> accepted_by", name="ck_application_second_officer_reviews"),
        sa.CheckConstraint(
            "approved_by <> reviewed_by AND approved_by <> accepted_by", name="ck_application_another_person_approves"
        ),
        sa.CheckConstraint(
            "status NOT IN ('payable', 'approved', 'paid') OR amount_fen > 0", name="ck_application_amount"
        ),
        sa.CheckConstraint(
            f"NOT {HELD} OR num_nulls(approved_by, approved_at, determination_id, payment_order_id,"
            " encumbrance_entry_id, policy_year) = 0",
            name="ck_application_approved_in_full",
        ),
        sa.CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="ck_application_paid"),
    )


def _invoice() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("realm", sa.String(20), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("number_last4", sa.String(4), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_for", sa.Uuid(), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice"),
        sa.CheckConstraint("amount_fen > 0", name="ck_invoice_amount"),
    )
    op.create_index(
        "uq_invoice_claimed",
        "invoice",
        ["realm", "fingerprint"],
        unique=True,
        postgresql_where=sa.text("is_released = false"),
    )
    op.create_index("ix_invoice_subject", "invoice", ["subject_id"])
