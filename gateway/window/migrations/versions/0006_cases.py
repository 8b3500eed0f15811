"""Cases, their submissions, the one correction notice, and the counters of their numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0006"
down_revision = "0005"

STATUSES = (
    "status IN ('submitted', 'correction_requested', 'resubmitted', 'accepted', 'in_review', 'decided', "
    "'delivered', 'rejected', 'not_in_scope', 'withdrawn')"
)


def upgrade() -> None:
    _create_case_file()
    op.create_table(
        "case_submission",
        sa.Column("case_id", pg.UUID(as_uuid=True), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("round", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("form", pg.JSONB, nullable=False),
        sa.Column("documents", pg.JSONB, nullable=False),
        sa.Column("submitted_by", sa.String(200), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "case_correction_notice",
        sa.Column("case_id", pg.UUID(as_uuid=True), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("items", pg.JSONB, nullable=False),
        sa.Column("issued_by", sa.String(200), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("due_provisional", sa.Boolean, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "case_counter",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("kind", sa.String(2), primary_key=True),
        sa.Column("year", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
    )


def _create_case_file() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("applicant_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("subject_id", pg.UUID(as_uuid=True)),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("form", pg.JSONB, nullable=False),
        sa.Column("documents", pg.JSONB, nullable=False),
        sa.Column("submitted_on", sa.Date, nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resubmitted_on", sa.Date),
        sa.Column("accepted_on", sa.Date),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_by", sa.String(200)),
        sa.Column("policy_version", sa.Integer),
        sa.Column("told_due_on", sa.Date),
        sa.Column("waits_until", sa.Date),
        sa.Column("outcome", sa.String(40)),
        sa.Column("outcome_reasons", pg.JSONB, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("delivered_on", sa.Date),
        sa.Column("delivery_channel", sa.String(20)),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("number"),
        sa.CheckConstraint(STATUSES, name="status"),
        sa.CheckConstraint(
            "num_nonnulls(accepted_on, accepted_at, accepted_by) IN (0, 3)", name="accepted_by_someone_somewhen"
        ),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_with_outcome"),
    )
    op.create_index("ix_case_file_city", "case_file", ["city_code", "recorded_at", "id"])
    op.create_index("ix_case_file_applicant", "case_file", ["city_code", "applicant_id"])
    op.create_index("ix_case_file_opener", "case_file", ["city_code", "opened_by"])
