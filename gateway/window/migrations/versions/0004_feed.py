"""The feed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("case_id", pg.UUID(as_uuid=True)),
        sa.Column("organisations", pg.ARRAY(pg.UUID(as_uuid=True)), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("event_id"),
        sa.UniqueConstraint("city_code", "position"),
    )
    op.create_index(
        "ix_feed_entry_unstamped", "feed_entry", ["city_code", "seq"], postgresql_where=sa.text("position IS NULL")
    )
    op.create_index(
        "ix_feed_entry_case", "feed_entry", ["case_id", "seq"], postgresql_where=sa.text("case_id IS NOT NULL")
    )
