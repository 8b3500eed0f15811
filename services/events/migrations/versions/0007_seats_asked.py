"""A registration taken in at the door with fewer than it asked for keeps how many that were."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Of those taken in before it is not known."""
    op.add_column("event_registration", sa.Column("seats_asked", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_event_registration_asked_above_seats"), "event_registration", "seats_asked > seats"
    )
