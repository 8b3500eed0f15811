"""Ratings of delivered cases, who acted on a case, and indexes that count cases by status and what was delivered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0012"
down_revision = "0011"

MOMENT = sa.DateTime(timezone=True)
ANSWER = "num_nulls(verdict, measure, called_back_on, answered_by, answered_on, answered_at)"


def upgrade() -> None:
    op.add_column("feed_entry", sa.Column("actor", sa.String(200), nullable=True))
    op.create_index(
        "ix_case_file_standing",
        "case_file",
        ["city_code", "item", "status"],
        postgresql_include=["told_due_on", "waits_until"],
    )
    op.create_index(
        "ix_case_file_delivered",
        "case_file",
        ["city_code", "item"],
        postgresql_include=["accepted_on", "delivered_on"],
        postgresql_where=sa.text("delivered_on IS NOT NULL"),
    )
    op.create_table(
        "case_rating",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("tags", pg.JSONB(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("rated_by", sa.String(200), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("rated_at", MOMENT, nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(40), nullable=True),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("called_back_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(200), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_rating"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_rating_case_id_case_file"),
        sa.CheckConstraint("status IN ('given', 'open', 'answered')", name="ck_case_rating_status"),
        sa.CheckConstraint("verdict IN ('substantiated', 'unsubstantiated')", name="ck_case_rating_verdict"),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name="ck_case_rating_grade"),
        sa.CheckConstraint("(status = 'given') = (grade > 2)", name="ck_case_rating_bad_is_followed_up"),
        sa.CheckConstraint("(status = 'given') = (opened_on IS NULL)", name="ck_case_rating_open_since"),
        sa.CheckConstraint(
            f"{ANSWER} = CASE status WHEN 'answered' THEN 0 ELSE 6 END", name="ck_case_rating_answered_in_full"
        ),
    )
    op.create_index("ix_case_rating_listing", "case_rating", ["city_code", "recorded_at", "case_id"])
    op.create_index(
        "ix_case_rating_open", "case_rating", ["city_code", "opened_on"], postgresql_where=sa.text("status = 'open'")
    )
    op.create_index(
        "ix_case_rating_counting",
        "case_rating",
        ["city_code", "item"],
        postgresql_include=["grade", "applicant_id"],
    )
