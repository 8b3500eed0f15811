"""Rounds of evaluation of carriers, and each carrier in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0010"


def upgrade() -> None:
    """Who reported does not verify, who verified does not answer an appeal, who scored does not make it final."""
    op.create_table(
        "evaluation_round",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("programme", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "collecting",
                "verifying",
                "on_notice",
                "awaiting_final",
                "final",
                name="roundstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("benchmarks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scored_by", sa.String(length=200), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("notice_closes_on", sa.Date(), nullable=True),
        sa.Column("appeals_until_on", sa.Date(), nullable=True),
        sa.Column("notice_provisional", sa.Boolean(), nullable=True),
        sa.Column("finalised_by", sa.String(length=200), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'final' OR finalised_by IS NOT NULL", name=op.f("ck_evaluation_round_finalised_by_somebody")
        ),
        sa.CheckConstraint("closes_on > opened_on", name=op.f("ck_evaluation_round_closes_after_opening")),
        sa.CheckConstraint("finalised_by <> scored_by", name=op.f("ck_evaluation_round_another_officer_finalises")),
        sa.CheckConstraint(
            "num_nulls(scored_by, scored_at, published_on, notice_closes_on, appeals_until_on, notice_provisional)"
            " IN (0, 6)",
            name=op.f("ck_evaluation_round_published_in_full"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_round")),
        sa.UniqueConstraint(
            "city_code", "programme", "year", name=op.f("uq_evaluation_round_city_code_programme_year")
        ),
    )
    op.create_index("ix_evaluation_round_listing", "evaluation_round", ["city_code", "recorded_at", "id"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "awaiting_report",
                "reported",
                "verified",
                "absent",
                "exempt",
                "graded",
                "final",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("exempt_reason", sa.Text(), nullable=True),
        sa.Column("evaluator", sa.String(length=200), nullable=True),
        sa.Column("evaluator_organisation_id", sa.UUID(), nullable=True),
        sa.Column("recused", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reported", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verified", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verified_by", sa.String(length=200), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score_bp", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=60), nullable=True),
        sa.Column("grade_zh", sa.String(length=200), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("determination_id", sa.UUID(), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_by", sa.String(length=200), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_outcome", sa.String(length=20), nullable=True),
        sa.Column("appeal_opinion", sa.Text(), nullable=True),
        sa.Column("appeal_answered_by", sa.String(length=200), nullable=True),
        sa.Column("appeal_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recommendation", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('graded', 'final') OR num_nulls(grade, grade_zh, score_bp, passed, determination_id) = 0",
            name=op.f("ck_evaluation_graded_in_full"),
        ),
        sa.CheckConstraint(
            "appeal_answered_by NOT IN (verified_by, appealed_by)",
            name=op.f("ck_evaluation_another_answers_the_appeal"),
        ),
        sa.CheckConstraint(
            "num_nulls(appeal, appealed_by, appealed_at) IN (0, 3)", name=op.f("ck_evaluation_appealed_in_full")
        ),
        sa.CheckConstraint(
            "num_nulls(appeal_outcome, appeal_opinion, appeal_answered_by, appeal_answered_at) IN (0, 4)",
            name=op.f("ck_evaluation_appeal_answered_in_full"),
        ),
        sa.CheckConstraint("verified_by <> reported_by", name=op.f("ck_evaluation_another_verifies")),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_evaluation_carrier_id")),
        sa.ForeignKeyConstraint(
            ["determination_id"], ["determination.id"], name=op.f("fk_evaluation_determination_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_evaluator_organisation_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_evaluation_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("round_id", "carrier_id", name=op.f("uq_evaluation_round_id_carrier_id")),
    )
    op.create_index("ix_evaluation_carrier_id", "evaluation", ["carrier_id"], unique=False)
    op.create_index("ix_evaluation_determination_id", "evaluation", ["determination_id"], unique=False)
    op.create_index("ix_evaluation_evaluator", "evaluation", ["city_code", "evaluator"], unique=False)
