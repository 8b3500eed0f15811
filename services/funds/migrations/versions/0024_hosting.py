"""What events cost their hosts, as events had it confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "hosting_cost",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("event_kind", sa.String(40), nullable=False),
        sa.Column("reach", sa.String(40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("eligible_fen", sa.BigInteger(), nullable=False),
        sa.Column("public_money_fen", sa.BigInteger(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("eligible_fen >= 0 AND public_money_fen >= 0 AND participants >= 0", name="amounts"),
        sa.PrimaryKeyConstraint("id", name="pk_hosting_cost"),
        sa.UniqueConstraint("city_code", "event_id", "host_id", name="uq_hosting_cost_city_code_event_id_host_id"),
    )
