"""Clients, people, used assertions, sandboxes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("client_id", sa.String(60), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organisation_id", pg.UUID(as_uuid=True)),
        sa.Column("jwks", pg.JSONB),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('portal', 'bank', 'provider', 'platform')", name="clientkind"),
    )
    op.create_table(
        "client_secret",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("client_id", sa.String(60), sa.ForeignKey("client.client_id"), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_client_secret_client_id", "client_secret", ["client_id"])
    op.create_table(
        "person",
        sa.Column("account", sa.String(100), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("roles", pg.JSONB, nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("failures", sa.SmallInteger, nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "used_assertion",
        sa.Column("jti", sa.String(300), primary_key=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_used_assertion_expires_at", "used_assertion", ["expires_at"])
