"""Who acts for a host is asked of the registry, which knows it of co-hosts too."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The copy of it goes."""
    op.drop_column("calendar_event", "host_agent")
