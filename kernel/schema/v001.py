"""Tables of the kernel in every database, version 1. A later change is a later version, never an edit."""

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script


def upgrade() -> None:
    """Create them, and the queue's own."""
    _create_log()
    _create_exchange()
    op.create_table(
        "city",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("pack_id", sa.String(50), nullable=False),
        sa.Column("name_zh", sa.String(100), nullable=False),
        sa.Column("name_en", sa.String(100), nullable=False),
        sa.Column("is_sandbox", sa.Boolean, nullable=False),
        sa.Column("clock_offset_seconds", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "timer",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("object_id", sa.String(100), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("kind", "object_id"),
    )
    op.create_index("ix_timer_waiting", "timer", ["city_code", "due_at"], postgresql_where=sa.text("fired_at IS NULL"))
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.LargeBinary(32), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("caller", sa.String(200), nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("headers", pg.JSONB, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_idempotency_key_recorded_at", "idempotency_key", ["recorded_at"])
    run_script(QueryBuilderEnvironment().build_install_query())


def _create_log() -> None:
    op.create_table(
        "outbox_event",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(200)),
        sa.Column("request_id", sa.String(100)),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_outbox_event_unstamped", "outbox_event", ["seq"], postgresql_where=sa.text("position IS NULL"))
    op.create_index(
        "uq_outbox_event_position",
        "outbox_event",
        ["position"],
        unique=True,
        postgresql_where=sa.text("position IS NOT NULL"),
    )


def _create_exchange() -> None:
    op.create_table(
        "subscriber_cursor",
        sa.Column("subscriber", sa.String(50), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "backlog_event",
        sa.Column("subscriber", sa.String(50), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parked", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(500)),
    )
    op.create_index("ix_backlog_event_order", "backlog_event", ["subscriber", "subject", "position"])
    op.create_table(
        "inbox_event",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
