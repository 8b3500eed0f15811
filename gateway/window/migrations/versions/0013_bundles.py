"""Bundles: what was handed in together, and which cases came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case_bundle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("bundle", sa.String(100), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_bundle"),
        sa.UniqueConstraint("number", name="uq_case_bundle_number"),
    )
    op.create_index("ix_case_bundle_city", "case_bundle", ["city_code", "recorded_at", "id"])
    op.add_column("case_file", sa.Column("bundle_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_case_file_bundle_id_case_bundle", "case_file", "case_bundle", ["bundle_id"], ["id"])
    op.create_index(
        "ix_case_file_bundle", "case_file", ["bundle_id"], postgresql_where=sa.text("bundle_id IS NOT NULL")
    )
