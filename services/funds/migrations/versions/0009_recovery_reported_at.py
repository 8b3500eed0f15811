"""When a recovery was reported, by the city's clock: partners read that, not the machine's."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("recovery", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE recovery SET reported_at = recorded_at")
    op.alter_column("recovery", "reported_at", nullable=False)
