"""The city's own account, batches as credit transfers, statements of the bank."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("payment_order", sa.Column("cnaps_code", sa.String(12), nullable=True))
    op.add_column("payment_batch", sa.Column("credit_transfer", sa.LargeBinary(), nullable=True))
    _paying_account()
    _bank_statement()
    _statement_line()


def _paying_account() -> None:
    op.create_table(
        "paying_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("account_name", sa.String(140), nullable=False),
        sa.Column("account_number", sa.String(34), nullable=False),
        sa.Column("bank_name", sa.String(140), nullable=False),
        sa.Column("cnaps_code", sa.String(12), nullable=False),
        sa.Column("proposed_by", sa.String(200), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(200), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_paying_account"),
        sa.CheckConstraint("approved_by <> proposed_by", name="ck_paying_account_second_person"),
        sa.CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name="ck_paying_account_approved_in_full"),
    )
    op.create_index("ix_paying_account_approved", "paying_account", ["city_code", "approved_at"])


def _bank_statement() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("number", sa.String(140), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=True),
        sa.Column("closing_fen", sa.BigInteger(), nullable=True),
        sa.Column("taken_by", sa.String(200), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_statement"),
        sa.UniqueConstraint("city_code", "number", name="uq_bank_statement_city_code_number"),
    )
    op.create_index("ix_bank_statement_listing", "bank_statement", ["city_code", "recorded_at", "id"])


def _statement_line() -> None:
    op.create_table(
        "statement_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("signed_fen", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.String(100), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(140), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("explained_by", sa.String(200), nullable=True),
        sa.Column("accepted_by", sa.String(200), nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statement_line"),
        sa.UniqueConstraint("statement_id", "place", name="uq_statement_line_statement_id_place"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name="fk_statement_line_statement_id_bank_statement"
        ),
        sa.CheckConstraint("accepted_by <> explained_by", name="ck_statement_line_second_person"),
        sa.CheckConstraint("accepted_by IS NULL OR explanation IS NOT NULL", name="ck_statement_line_explained_before"),
    )
    op.create_index(
        "ix_statement_line_open",
        "statement_line",
        ["city_code", "booked_on"],
        postgresql_where=sa.text("matched = false AND accepted_by IS NULL"),
    )
