"""Cases accepted on a promise: what was promised, what is missing until when, and what came of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0022"
down_revision = "0021"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case_supplement",
        sa.Column("case_id", pg.UUID(as_uuid=True), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("kinds", pg.JSONB, nullable=False),
        sa.Column("evidence", pg.JSONB, nullable=False),
        sa.Column("promised_by", sa.String(200), nullable=False),
        sa.Column("promised_on", sa.Date, nullable=False),
        sa.Column("promised_at", MOMENT, nullable=False),
        sa.Column("documents", pg.JSONB),
        sa.Column("working_days", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("due_provisional", sa.Boolean),
        sa.Column("credit_source", sa.Text),
        sa.Column("supplied_on", sa.Date),
        sa.Column("lapsed_on", sa.Date),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "num_nulls(documents, working_days, due_on, due_provisional, credit_source) IN (0, 5)",
            name=op.f("ck_case_supplement_accepted_in_full"),
        ),
        sa.CheckConstraint(
            "supplied_on IS NULL OR supplied_on <= due_on AND lapsed_on IS NULL",
            name=op.f("ck_case_supplement_supplied_in_time"),
        ),
        sa.CheckConstraint(
            "(supplied_on IS NULL AND lapsed_on IS NULL) OR due_on IS NOT NULL",
            name=op.f("ck_case_supplement_ended_once_listed"),
        ),
    )
    op.create_index("ix_case_supplement_city", "case_supplement", ["city_code", "due_on"])
