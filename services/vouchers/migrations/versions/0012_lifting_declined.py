"""A bar says who declined to lift it, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Of proposals declined before nothing was kept."""
    op.add_column("voucher_bar", sa.Column("lift_declined_by", sa.String(200)))
    op.add_column("voucher_bar", sa.Column("lift_declined_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("ck_voucher_bar_lift_declined_in_full"),
        "voucher_bar",
        "num_nulls(lift_declined_by, lift_declined_at) = 2 OR"
        " num_nulls(lift_declined_by, lift_declined_at, lift_proposed_by, lift_reason) = 0 AND status = 'in_force'",
    )
