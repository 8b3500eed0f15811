"""Invoices of other services, held until their fact is booked."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("invoice", sa.Column("service", sa.String(20), nullable=False, server_default="funds"))
    op.alter_column("invoice", "service", server_default=None)
    op.add_column("invoice", sa.Column("programme_kind", sa.String(40), nullable=True))
    op.add_column("invoice", sa.Column("claimed_on", sa.Date(), nullable=True))
    op.execute("UPDATE invoice SET claimed_on = (recorded_at AT TIME ZONE 'Asia/Shanghai')::date")
    op.alter_column("invoice", "claimed_on", nullable=False)
    op.add_column("invoice", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("invoice", "issued_on", nullable=True)
