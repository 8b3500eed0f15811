"""Whoever decided a debt does not write it off; money in for it is entered by one and confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

MOMENT, PERSON, UUID = sa.DateTime(timezone=True), sa.String(200), sa.Uuid()


def upgrade() -> None:
    # Not valid at first, so that no row is read under the table's lock.
    op.create_check_constraint(
        op.f("ck_clawback_not_written_off_by_decider"),
        "clawback",
        "write_off_approved_by <> decided_by",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE clawback VALIDATE CONSTRAINT ck_clawback_not_written_off_by_decider")
    _clawback_receipt()


def _clawback_receipt() -> None:
    op.create_table(
        "clawback_receipt",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("clawback_id", UUID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.String(100), nullable=False),
        sa.Column("statement_line_id", UUID),
        sa.Column("entered_by", PERSON, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", PERSON),
        sa.Column("declined_by", PERSON),
        sa.Column("ended_at", MOMENT),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="ck_clawback_receipt_amount"),
        sa.CheckConstraint("confirmed_by <> entered_by", name="ck_clawback_receipt_second_person"),
        sa.CheckConstraint(
            "num_nonnulls(confirmed_by, declined_by) = num_nonnulls(ended_at)", name="ck_clawback_receipt_ended_one_way"
        ),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawback.id"], name="fk_clawback_receipt_clawback_id"),
        sa.ForeignKeyConstraint(
            ["statement_line_id"], ["statement_line.id"], name="fk_clawback_receipt_statement_line_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clawback_receipt"),
    )
    op.create_index("ix_clawback_receipt_of", "clawback_receipt", ["clawback_id"])
    op.create_index(
        "uq_clawback_receipt_entered",
        "clawback_receipt",
        ["city_code", "bank_reference"],
        unique=True,
        postgresql_where=sa.text("declined_by IS NULL"),
    )
