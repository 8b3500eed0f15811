"""Objections to a result can be withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Tell when."""
    op.add_column("competition_objection", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_competition_objection_withdrawn_unanswered"),
        "competition_objection",
        "num_nonnulls(withdrawn_at, answered_at) <= 1",
    )
