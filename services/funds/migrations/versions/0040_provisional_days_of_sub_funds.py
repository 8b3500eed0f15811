"""The same of sub-funds: the working days of a proposal's public notice and of a report, and whether a day may move."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Null for what was counted before: those days stand as they were told."""
    op.add_column("sub_fund_proposal", sa.Column("notice_working_days", sa.Integer))
    _may_move("sub_fund_proposal", "notice_provisional")
    op.add_column("sub_fund_report", sa.Column("working_days", sa.Integer))
    _may_move("sub_fund_report", "provisional")


def _may_move(table: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
