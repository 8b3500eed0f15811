"""Invoices of other services, held until their fact is booked; what banks signed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("invoice", sa.Column("service", sa.String(20), nullable=False, server_default="funds"))
    op.alter_column("invoice", "service", server_default=None)
    op.add_column("invoice", sa.Column("programme_kind", sa.String(40), nullable=True))
    op.add_column("invoice", sa.Column("claimed_on", sa.Date(), nullable=True))
    op.execute("UPDATE invoice SET claimed_on = (recorded_at AT TIME ZONE 'Asia/Shanghai')::date")
    op.alter_column("invoice", "claimed_on", nullable=False)
    op.add_column("invoice", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("invoice", "issued_on", nullable=True)
    _signed_request()


def _signed_request() -> None:
    text, moment = sa.String(200), sa.DateTime(timezone=True)
    op.create_table(
        "signed_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("bank_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", text, nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("algorithm", sa.String(10), nullable=False),
        sa.Column("key_id", text, nullable=False),
        sa.Column("public_key", postgresql.JSONB(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("subjects", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("verified_at", moment, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signed_request"),
    )
    op.create_index("ix_signed_request_subjects", "signed_request", ["subjects"], postgresql_using="gin")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_request "
        "FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only()"
    )
