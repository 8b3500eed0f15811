"""Editions of policy packs: proposed, weighed against what was decided, decided by a second person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _create_edition()
    _create_weighing()
    _create_effect()


def _create_edition() -> None:
    op.create_table(
        "policy_edition",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("files", pg.JSONB, nullable=False),
        sa.Column("case_files", pg.JSONB, nullable=False),
        sa.Column("pack", sa.Text, nullable=False),
        sa.Column("pack_hash", sa.String(64), nullable=False),
        sa.Column("case_results", pg.JSONB, nullable=False),
        sa.Column("comparison", pg.JSONB, nullable=False),
        sa.Column("proposed_by", sa.String(200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weighed_version", sa.Integer, nullable=False),
        sa.Column("weighed_hash", sa.String(64), nullable=False),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_note", sa.Text),
        sa.Column("snapshot_version", sa.Integer),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="editionstatus"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="decided_by_another"),
        sa.CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="decided_by_someone"),
        sa.CheckConstraint("(status = 'approved') = (snapshot_version IS NOT NULL)", name="approved_into_version"),
        sa.CheckConstraint("status <> 'approved' OR assessed_at IS NOT NULL", name="approved_when_assessed"),
    )
    op.create_index("ix_policy_edition_city", "policy_edition", ["city_code", "recorded_at", "id"])


def _create_weighing() -> None:
    op.create_table(
        "edition_weighing",
        sa.Column("edition_id", pg.UUID(as_uuid=True), sa.ForeignKey("policy_edition.id"), primary_key=True),
        sa.Column("service", sa.String(20), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("after", pg.UUID(as_uuid=True)),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("is_done", sa.Boolean, nullable=False),
        sa.Column("failure", sa.String(100)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_edition_weighing_waiting", "edition_weighing", ["edition_id"], postgresql_where=sa.text("NOT is_done")
    )


def _create_effect() -> None:
    op.create_table(
        "edition_effect",
        sa.Column("edition_id", pg.UUID(as_uuid=True), sa.ForeignKey("policy_edition.id"), primary_key=True),
        sa.Column("determination_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(100), nullable=False),
        sa.Column("act", sa.String(50), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("worth_fen", sa.BigInteger, nullable=False),
        sa.Column("cost_fen", sa.BigInteger, nullable=False),
        sa.Column("before", pg.JSONB, nullable=False),
        sa.Column("after", pg.JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_edition_effect_programme", "edition_effect", ["edition_id", "programme", "kind"])
