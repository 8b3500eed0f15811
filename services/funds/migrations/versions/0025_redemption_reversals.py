"""Redemptions that are reversed after they were booked."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "redemption_reversal",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("redemption_id", sa.UUID(), nullable=False),
        sa.Column("tranche_id", sa.UUID(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("booked_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_redemption_reversal_amount")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["booked_redemption.id"], name=op.f("fk_redemption_reversal_redemption_id")
        ),
        sa.ForeignKeyConstraint(
            ["tranche_id"], ["allotted_tranche.id"], name=op.f("fk_redemption_reversal_tranche_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption_reversal")),
    )
    op.create_index("ix_redemption_reversal_of", "redemption_reversal", ["redemption_id"])
    op.create_index("ix_redemption_reversal_tranche", "redemption_reversal", ["tranche_id"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON redemption_reversal "
        "FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only()"
    )
