"""Cases that wait for what their applicants promised: a table of each service that decides cases of the window."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg


def upgrade() -> None:
    """Nothing waits yet."""
    op.create_table(
        "awaited_supplement",
        sa.Column("case_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("documents", pg.JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
