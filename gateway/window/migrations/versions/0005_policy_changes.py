"""Changes of operator-set parameters, decided by another person than proposed them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "policy_change",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("values", pg.JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("precedent", sa.String(200)),
        sa.Column("proposed_by", sa.String(200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_note", sa.Text),
        sa.Column("snapshot_version", sa.Integer),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="changestatus"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="decided_by_another"),
        sa.CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="decided_by_someone"),
        sa.CheckConstraint("(status = 'approved') = (snapshot_version IS NOT NULL)", name="approved_into_version"),
    )
    op.create_index("ix_policy_change_city", "policy_change", ["city_code", "recorded_at", "id"])
