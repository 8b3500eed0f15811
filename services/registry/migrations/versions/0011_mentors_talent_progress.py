"""Progress: bodies, due days told, reports, plans, scores. Mentors: people, the pool, their time. Talent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0011"
down_revision = "0007"


# What was handed in, said of it, planned or counted stays as it was written.
KEEP_HISTORY = "".join(
    f"""
CREATE TRIGGER {table}_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
"""
    for table in (
        "progress_report_revision",
        "progress_verdict",
        "progress_figure",
        "progress_plan_revision",
        "mentor_term",
    )
)


def upgrade() -> None:
    """Create all of it; what is history cannot be rewritten even by a mistake in code."""
    _progress()
    _mentors()
    _talent()
    run_script(KEEP_HISTORY)


def _progress() -> None:
    op.create_table(
        "progress_body",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "leading_group",
                "joint_conference",
                name="bodykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("office_role", sa.String(length=100), nullable=False),
        sa.Column("established_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_body")),
        sa.UniqueConstraint("city_code", "name", name=op.f("uq_progress_body_city_code_name")),
    )
    op.create_table(
        "progress_duty_day",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("looks_ahead", sa.Boolean(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar_version", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("due_on >= first_due_on", name=op.f("ck_progress_duty_day_never_earlier")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_progress_duty_day_ends_after_beginning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_duty_day")),
        sa.UniqueConstraint(
            "city_code", "duty", "starts_on", name=op.f("uq_progress_duty_day_city_code_duty_starts_on")
        ),
    )
    op.create_index("ix_progress_duty_day_due", "progress_duty_day", ["city_code", "due_on", "id"], unique=False)
    op.create_table(
        "progress_plan",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "adopted", name="status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("adopted_by", sa.String(length=200), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'adopted') = (num_nulls(adopted_by, adopted_at) = 0)",
            name=op.f("ck_progress_plan_adopted_in_full"),
        ),
        sa.CheckConstraint("adopted_by <> written_by", name=op.f("ck_progress_plan_second_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_plan")),
        sa.UniqueConstraint("city_code", "duty", "year", name=op.f("uq_progress_plan_city_code_duty_year")),
    )
    op.create_table(
        "progress_plan_revision",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("plan_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tasks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["progress_plan.id"], name=op.f("fk_progress_plan_revision_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_plan_revision")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_progress_plan_revision_plan_id_number")),
    )
    op.create_table(
        "progress_reporter",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("division", sa.String(length=100), nullable=True),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on > since_on", name=op.f("ck_progress_reporter_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_progress_reporter_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_reporter")),
        sa.UniqueConstraint("city_code", "role", "name", name=op.f("uq_progress_reporter_city_code_role_name")),
    )
    op.create_table(
        "progress_seat",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.UUID(), nullable=False),
        sa.Column(
            "post",
            sa.Enum(
                "chair",
                "deputy_chair",
                "member",
                "office_director",
                "office_member",
                name="post",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on > since_on", name=op.f("ck_progress_seat_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["progress_body.id"], name=op.f("fk_progress_seat_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_seat")),
    )
    op.create_index("ix_progress_seat_body_id", "progress_seat", ["body_id"], unique=False)
    op.create_index(
        "uq_progress_seat_alone",
        "progress_seat",
        ["body_id", "post"],
        unique=True,
        postgresql_where="ended_on IS NULL AND post IN ('chair', 'office_director')",
    )
    op.create_table(
        "progress_report",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("duty_day_id", sa.UUID(), nullable=False),
        sa.Column("reporter_id", sa.UUID(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted", "returned", "accepted", name="status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_day_id"], ["progress_duty_day.id"], name=op.f("fk_progress_report_duty_day_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["progress_reporter.id"], name=op.f("fk_progress_report_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report")),
        sa.UniqueConstraint("duty_day_id", "reporter_id", name=op.f("uq_progress_report_duty_day_id_reporter_id")),
    )
    op.create_index("ix_progress_report_listing", "progress_report", ["city_code", "recorded_at", "id"], unique=False)
    op.create_table(
        "progress_score",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.UUID(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total_bp", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "confirmed",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'confirmed') = (num_nulls(confirmed_by, confirmed_at) = 0)",
            name=op.f("ck_progress_score_confirmed_in_full"),
        ),
        sa.CheckConstraint("confirmed_by <> entered_by", name=op.f("ck_progress_score_second_person")),
        sa.CheckConstraint("total_bp BETWEEN 0 AND 10000", name=op.f("ck_progress_score_within_whole")),
        sa.ForeignKeyConstraint(["reporter_id"], ["progress_reporter.id"], name=op.f("fk_progress_score_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_score")),
    )
    op.create_index("ix_progress_score_listing", "progress_score", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index(
        "uq_progress_score_standing",
        "progress_score",
        ["reporter_id", "duty", "year"],
        unique=True,
        postgresql_where="status <> 'withdrawn'",
    )
    op.create_table(
        "progress_figure",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("report_id", sa.UUID(), nullable=False),
        sa.Column("reporter_id", sa.UUID(), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("is_part", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["progress_report.id"], name=op.f("fk_progress_figure_report_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["progress_reporter.id"], name=op.f("fk_progress_figure_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_figure")),
        sa.UniqueConstraint("report_id", "target", name=op.f("uq_progress_figure_report_id_target")),
    )
    op.create_index("ix_progress_figure_target", "progress_figure", ["city_code", "target", "ends_on"], unique=False)
    op.create_table(
        "progress_report_revision",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("report_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["progress_report.id"], name=op.f("fk_progress_report_revision_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report_revision")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_progress_report_revision_report_id_number")),
    )
    op.create_table(
        "progress_verdict",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("revision_id", sa.UUID(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("returned", "accepted", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("judged_by", sa.String(length=200), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'returned') = (jsonb_array_length(reasons) > 0)",
            name=op.f("ck_progress_verdict_returned_with_reasons"),
        ),
        sa.CheckConstraint("judged_by <> submitted_by", name=op.f("ck_progress_verdict_second_person")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["progress_report_revision.id"], name=op.f("fk_progress_verdict_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_verdict")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_progress_verdict_revision_id")),
    )


def _mentors() -> None:
    op.create_table(
        "enrolled_person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column(
            "paper_kind",
            sa.Enum("resident_id", "passport", name="paperkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("paper_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (num_nulls(name, paper_hash) = 0)", name=op.f("ck_enrolled_person_erased_in_full")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolled_person")),
        sa.UniqueConstraint("city_code", "paper_hash", name=op.f("uq_enrolled_person_city_code_paper_hash")),
    )
    op.create_table(
        "mentor",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column(
            "tier",
            sa.Enum("province", "city", "county", name="tier", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "mentor_class",
            sa.Enum(
                "technology",
                "management",
                "finance",
                name="mentorclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column(
            "payment_class",
            sa.Enum(
                "volunteer", "purchased", name="paymentclass", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("experience_years", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "admitted",
                "refused",
                "ended",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("applied_by", sa.String(length=200), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_mentor_ended_with_day")),
        sa.CheckConstraint("status = 'applied' OR decided_by IS NOT NULL", name=op.f("ck_mentor_decided_by_somebody")),
        sa.CheckConstraint("decided_by <> applied_by", name=op.f("ck_mentor_second_person")),
        sa.ForeignKeyConstraint(["person_id"], ["enrolled_person.id"], name=op.f("fk_mentor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor")),
    )
    op.create_index("ix_mentor_listing", "mentor", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index(
        "uq_mentor_entry",
        "mentor",
        ["person_id", "tier"],
        unique=True,
        postgresql_where="status IN ('applied', 'admitted')",
    )
    op.create_table(
        "mentor_interest",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invests", "sits_on_jury", name="interestkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("declared_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mentor_interest_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["enrolled_person.id"], name=op.f("fk_mentor_interest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_interest")),
    )
    op.create_index("ix_mentor_interest_person_id", "mentor_interest", ["person_id"], unique=False)
    op.create_table(
        "mentor_assessment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("mentor_id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("assessed_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_assessment_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_assessment")),
        sa.UniqueConstraint("mentor_id", "year", name=op.f("uq_mentor_assessment_mentor_id_year")),
    )
    op.create_table(
        "mentor_engagement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("mentor_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_mentor_engagement_carrier_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_engagement_mentor_id")),
        sa.ForeignKeyConstraint(["person_id"], ["enrolled_person.id"], name=op.f("fk_mentor_engagement_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_engagement")),
    )
    op.create_index("ix_mentor_engagement_carrier_id", "mentor_engagement", ["carrier_id"], unique=False)
    op.create_index(
        "uq_mentor_engagement_counted",
        "mentor_engagement",
        ["person_id"],
        unique=True,
        postgresql_where="counts AND ended_on IS NULL",
    )
    op.create_index(
        "uq_mentor_engagement_standing",
        "mentor_engagement",
        ["person_id", "carrier_id"],
        unique=True,
        postgresql_where="ended_on IS NULL",
    )
    op.create_table(
        "mentor_session",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("mentor_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("mentee_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column(
            "payment_class",
            sa.Enum(
                "volunteer", "purchased", name="paymentclass", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "logged", "confirmed", "disputed", name="status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "logged_side",
            sa.Enum("mentor", "carrier", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("logged_by", sa.String(length=200), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'logged') = (num_nulls(answered_by, answered_at) = 2)",
            name=op.f("ck_mentor_session_answered_in_full"),
        ),
        sa.CheckConstraint("answered_by <> logged_by", name=op.f("ck_mentor_session_second_person")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_mentor_session_ends_after_beginning")),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_mentor_session_carrier_id")),
        sa.ForeignKeyConstraint(["mentee_id"], ["organisation.id"], name=op.f("fk_mentor_session_mentee_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_session_mentor_id")),
        sa.ForeignKeyConstraint(["person_id"], ["enrolled_person.id"], name=op.f("fk_mentor_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_session")),
    )
    op.create_index("ix_mentor_session_listing", "mentor_session", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index("ix_mentor_session_mentor", "mentor_session", ["mentor_id", "starts_at"], unique=False)
    op.create_index(
        "uq_mentor_session_person_time",
        "mentor_session",
        ["person_id", "starts_at"],
        unique=True,
        postgresql_where="status <> 'disputed'",
    )
    op.create_table(
        "mentor_slot",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("mentor_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_mentor_slot_ends_after_beginning")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_slot_mentor_id")),
        sa.ForeignKeyConstraint(["person_id"], ["enrolled_person.id"], name=op.f("fk_mentor_slot_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_slot")),
    )
    op.create_index("ix_mentor_slot_listing", "mentor_slot", ["city_code", "starts_at", "id"], unique=False)
    op.create_index("ix_mentor_slot_person", "mentor_slot", ["person_id", "starts_at"], unique=False)
    op.create_table(
        "mentor_term",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("mentor_id", sa.UUID(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("determination_id", sa.UUID(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_mentor_term_ends_after_beginning")),
        sa.ForeignKeyConstraint(
            ["determination_id"], ["determination.id"], name=op.f("fk_mentor_term_determination_id")
        ),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_term_mentor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_term")),
        sa.UniqueConstraint("mentor_id", "starts_on", name=op.f("uq_mentor_term_mentor_id_starts_on")),
    )
    op.create_table(
        "mentor_booking",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("slot_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("mentee_id", sa.UUID(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("booked_by", sa.String(length=200), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_mentor_booking_carrier_id")),
        sa.ForeignKeyConstraint(["mentee_id"], ["organisation.id"], name=op.f("fk_mentor_booking_mentee_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["mentor_slot.id"], name=op.f("fk_mentor_booking_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_booking")),
    )
    op.create_index(
        "uq_mentor_booking_standing",
        "mentor_booking",
        ["slot_id"],
        unique=True,
        postgresql_where="cancelled_at IS NULL",
    )


def _talent() -> None:
    op.create_table(
        "talent_status",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "listed",
                "returnee",
                "researcher_founder",
                "part_time",
                "off_post",
                "student_on_leave",
                "dispatched_expert",
                "returning_worker",
                "staff_founder",
                name="talentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("clause", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=True),
        sa.Column("firm_id", sa.UUID(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("consent_reference", sa.String(length=200), nullable=False),
        sa.Column("consent_withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "confirmed",
                "refused",
                "ended",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("determination_id", sa.UUID(), nullable=True),
        sa.Column("applied_by", sa.String(length=200), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (consent_withdrawn_at IS NOT NULL)",
            name=op.f("ck_talent_status_withdrawn_with_consent"),
        ),
        sa.CheckConstraint(
            "status <> 'confirmed' OR decided_by IS NOT NULL", name=op.f("ck_talent_status_confirmed_by_somebody")
        ),
        sa.CheckConstraint("decided_by <> applied_by", name=op.f("ck_talent_status_second_person")),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_talent_status_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["determination_id"], ["determination.id"], name=op.f("fk_talent_status_determination_id")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["organisation.id"], name=op.f("fk_talent_status_firm_id")),
        sa.ForeignKeyConstraint(["person_id"], ["enrolled_person.id"], name=op.f("fk_talent_status_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_talent_status_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talent_status")),
    )
    op.create_index("ix_talent_status_listing", "talent_status", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index(
        "uq_talent_status_standing",
        "talent_status",
        ["person_id", "kind"],
        unique=True,
        postgresql_where="status IN ('applied', 'confirmed')",
    )
