"""Objections to published lists; where the books record what other levels bear of a loss; a manager's carry; the
borrower library."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

MOMENT, NAME, UUID = sa.DateTime(timezone=True), sa.String(200), sa.Uuid()


def upgrade() -> None:
    _publicity_objection()
    op.add_column("loss_claim", sa.Column("shares_entry_id", UUID))
    _carry()
    op.add_column("loan", sa.Column("outside_library", sa.Boolean(), nullable=False, server_default=sa.false()))
    _library_firm()


def _library_firm() -> None:
    op.create_table(
        "library_firm",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("firm_id", UUID, nullable=False),
        sa.Column("firm_name", NAME, nullable=False),
        sa.Column("bank_id", UUID),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("determination_id", UUID, nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("listed_by", NAME, nullable=False),
        sa.Column("listed_at", MOMENT, nullable=False),
        sa.Column("removed_on", sa.Date()),
        sa.Column("removed_by", NAME),
        sa.Column("removed_because", sa.String(2000)),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "num_nulls(removed_on, removed_by, removed_because) IN (0, 3)", name="ck_library_firm_removed_in_full"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_library_firm"),
    )
    op.create_index(
        "uq_library_firm_listed",
        "library_firm",
        ["city_code", "firm_id", "bank_id"],
        unique=True,
        postgresql_where=sa.text("removed_on IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_library_firm_listing", "library_firm", ["city_code", "recorded_at", "id"])


def _carry() -> None:
    for name in ("preferred_fen", "carry_fen"):
        op.add_column("sub_fund_return", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        op.alter_column("sub_fund_return", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_sub_fund_return_carry"),
        "sub_fund_return",
        "preferred_fen >= 0 AND carry_fen >= 0 AND preferred_fen + carry_fen <= amount_fen",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE sub_fund_return VALIDATE CONSTRAINT ck_sub_fund_return_carry")


def _publicity_objection() -> None:
    op.create_table(
        "publicity_objection",
        sa.Column("id", UUID, nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("list_id", UUID, nullable=False),
        sa.Column("entitlement_id", UUID, nullable=False),
        sa.Column("objector", NAME, nullable=False),
        sa.Column("contact", NAME, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("filed_by", NAME, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("upheld", sa.Boolean()),
        sa.Column("opinion", sa.Text()),
        sa.Column("answered_by", NAME),
        sa.Column("answered_at", MOMENT),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "num_nulls(upheld, opinion, answered_by, answered_at) IN (0, 4)",
            name="ck_publicity_objection_answered_in_full",
        ),
        sa.CheckConstraint("answered_by <> filed_by", name="ck_publicity_objection_second_person"),
        sa.ForeignKeyConstraint(["entitlement_id"], ["entitlement.id"], name="fk_publicity_objection_entitlement_id"),
        sa.ForeignKeyConstraint(["list_id"], ["publicity_list.id"], name="fk_publicity_objection_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_publicity_objection"),
    )
    op.create_index("ix_publicity_objection_listing", "publicity_objection", ["list_id", "recorded_at", "id"])
    op.create_index("ix_publicity_objection_line", "publicity_objection", ["entitlement_id"])
