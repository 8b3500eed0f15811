"""Sandboxes are somebody's, and can be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "sandbox",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(200)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nulls(closed_by, closed_at) IN (0, 2)", name="closed_in_full"),
    )
    op.create_index("ix_sandbox_opened_by", "sandbox", ["opened_by", "recorded_at", "city_code"])
    # Who opened those there are stands in the fact; before there was another, the installation's own client did.
    op.execute("""
        INSERT INTO sandbox (city_code, opened_by, opened_at, recorded_at)
        SELECT city_code, coalesce(
            (SELECT actor FROM outbox_event WHERE type = 'city.opened' AND subject = city.city_code LIMIT 1),
            'bootstrap-operator'), recorded_at, recorded_at
        FROM city WHERE is_sandbox""")
