"""Webhooks and the log of what they were told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("client_id", sa.String(60), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("types", pg.JSONB(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("previous_until", MOMENT, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name="fk_webhook_client_id_client"),
        sa.CheckConstraint("status IN ('active', 'failing', 'gone')", name="ck_webhook_status"),
    )
    op.create_index("ix_webhook_client", "webhook", ["client_id"])
    op.create_index("ix_webhook_active", "webhook", ["city_code"], postgresql_where=sa.text("status = 'active'"))
    _delivery()


def _delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="fk_webhook_delivery_webhook_id_webhook"),
        sa.CheckConstraint(
            "outcome IN ('taken', 'refused', 'unreachable', 'not_allowed')", name="ck_webhook_delivery_outcome"
        ),
    )
    op.create_index("ix_webhook_delivery_log", "webhook_delivery", ["webhook_id", "recorded_at", "id"])
