"""How many working days a last day was counted in: a notice of holidays that comes later has it counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Null for what was counted before: those days stand as they were told."""
    op.add_column("spending_report", sa.Column("working_days", sa.Integer))
    op.add_column("publicity_list", sa.Column("working_days", sa.Integer))
    op.add_column("clawback", sa.Column("objection_working_days", sa.Integer))
    op.add_column("clawback", sa.Column("pay_working_days", sa.Integer))
    op.add_column("clawback", sa.Column("pay_provisional", sa.Boolean(), nullable=False, server_default=sa.false()))
