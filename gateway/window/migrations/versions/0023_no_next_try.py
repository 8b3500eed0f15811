"""A webhook that was given up shows no next try."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("UPDATE webhook SET next_at = NULL WHERE status <> 'active' AND next_at IS NOT NULL")
