"""Who holds an event with others is looked for within the events at hand: no query reads the index of co-hosts."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_index("ix_calendar_event_co_hosts", "calendar_event")
