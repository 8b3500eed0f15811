"""Consents, what ended them, and the record of who scanned whom. All three are only ever added to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0009"
down_revision = "0008"

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = """
CREATE FUNCTION window_keeps_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps its history', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER consent_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON consent
    FOR EACH STATEMENT EXECUTE FUNCTION window_keeps_history();
CREATE TRIGGER consent_withdrawal_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_withdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION window_keeps_history();
CREATE TRIGGER eligibility_scan_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON eligibility_scan
    FOR EACH STATEMENT EXECUTE FUNCTION window_keeps_history();
"""


def upgrade() -> None:
    _create_consents()
    _create_scans()
    run_script(APPEND_ONLY)


def _create_consents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("evidence_title", sa.String(200), nullable=False),
        sa.Column("evidence_reference", sa.String(200), nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("purpose IN ('eligibility_scan')", name="purpose"),
    )
    op.create_index("ix_consent_listing", "consent", ["city_code", "recorded_at", "id"])
    op.create_index("ix_consent_organisation", "consent", ["city_code", "organisation_id", "recorded_by"])
    op.create_table(
        "consent_withdrawal",
        sa.Column("consent_id", UUID, sa.ForeignKey("consent.id"), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("withdrawn_by", sa.String(200), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
    )


def _create_scans() -> None:
    op.create_table(
        "eligibility_scan",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("consent_id", UUID, sa.ForeignKey("consent.id")),
        sa.Column("scanned_by", sa.String(200), nullable=False),
        sa.Column("scanned_at", MOMENT, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("policy_hash", sa.String(64), nullable=False),
        sa.Column("sources_away", pg.JSONB, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("basis IN ('consent', 'duty', 'own')", name="basis"),
        sa.CheckConstraint("(basis = 'consent') = (consent_id IS NOT NULL)", name="consent_where_it_is_the_basis"),
    )
    op.create_index("ix_eligibility_scan_listing", "eligibility_scan", ["city_code", "recorded_at", "id"])
    op.create_index("ix_eligibility_scan_organisation", "eligibility_scan", ["city_code", "organisation_id"])
    op.create_index("ix_eligibility_scan_consent_id", "eligibility_scan", ["consent_id"])
