"""Periods close and open again by two people; each day ends with a root; one lock for a city's books."""

import sqlalchemy as sa
from alembic import op

from ledger.schema import v002

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    v002()
    op.create_table(
        "period_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("change", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_period_change"),
        sa.CheckConstraint("decided_by <> proposed_by", name="ck_period_change_second_person"),
        sa.CheckConstraint(
            "(status = 'proposed') = (decided_by IS NULL) AND num_nulls(decided_by, decided_at) IN (0, 2)",
            name="ck_period_change_decided_in_full",
        ),
        sa.CheckConstraint("change IN ('close', 'reopen')", name="ck_period_change_change"),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'declined')", name="ck_period_change_status"),
    )
    op.create_index(
        "uq_period_change_proposed",
        "period_change",
        ["city_code", "period"],
        unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.create_index("ix_period_change_listing", "period_change", ["city_code", "recorded_at", "id"])
    op.create_table(
        "journal_root",
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("city_code", "on", name="pk_journal_root"),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_root "
        "FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only()"
    )
