"""Competitions with their entries, judging and results; policy, which decides what a prize leads to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script
from policy import migration as policy

revision = "0005"
down_revision = "0004"

# What a round is sealed with is what its hash was taken over: no score comes, goes or changes after it.
_SEALED = """
CREATE FUNCTION judging_seal_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    round uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.round_id ELSE NEW.round_id END;
BEGIN
    IF EXISTS (SELECT FROM judging_round WHERE id = round AND seal_sha256 IS NOT NULL) THEN
        RAISE EXCEPTION 'the round is sealed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER judging_seat_seal_holds BEFORE INSERT OR UPDATE OR DELETE ON judging_seat
    FOR EACH ROW EXECUTE FUNCTION judging_seal_holds();
CREATE TRIGGER judging_standing_seal_holds BEFORE INSERT OR UPDATE OR DELETE ON judging_standing
    FOR EACH ROW EXECUTE FUNCTION judging_seal_holds();

CREATE FUNCTION judging_seal_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the round is sealed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER judging_round_seal_is_final BEFORE UPDATE OR DELETE ON judging_round
    FOR EACH ROW WHEN (OLD.seal_sha256 IS NOT NULL) EXECUTE FUNCTION judging_seal_is_final();

CREATE FUNCTION competition_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'competition_change is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER competition_change_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON competition_change
    FOR EACH STATEMENT EXECUTE FUNCTION competition_change_is_append_only();
"""


def upgrade() -> None:
    """A seal once taken holds, and the history of an edition only grows: the triggers see to both."""
    policy.v001()
    policy.v002()
    op.create_table(
        "competition_judge",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("related_organisation_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_judge")),
    )
    op.create_index(
        "ix_competition_judge_listing", "competition_judge", ["city_code", "recorded_at", "id"], unique=False
    )
    op.create_table(
        "competition_series",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("duty", sa.String(length=100), nullable=True),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_series")),
        sa.UniqueConstraint("city_code", "name_zh", name=op.f("uq_competition_series_city_code_name_zh")),
    )
    op.create_table(
        "competition_edition",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("series_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "concluded",
                "cancelled",
                name="editionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "district",
                "municipal",
                "provincial",
                "national",
                name="eventlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("host_id", sa.UUID(), nullable=False),
        sa.Column("host_name", sa.String(length=200), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eligible_on", sa.Date(), nullable=False),
        sa.Column("wins_max", sa.Integer(), nullable=True),
        sa.Column("notice_working_days", sa.Integer(), nullable=False),
        sa.Column("setup", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entries_numbered", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'draft') = (opened_at IS NULL) OR status = 'cancelled'",
            name=op.f("ck_competition_edition_opened_has_moment"),
        ),
        sa.CheckConstraint("notice_working_days >= 1", name=op.f("ck_competition_edition_notice_of_a_day")),
        sa.CheckConstraint(
            "opens_at < registration_closes_at AND registration_closes_at <= submission_closes_at",
            name=op.f("ck_competition_edition_window_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["competition_series.id"], name=op.f("fk_competition_edition_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_edition")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_competition_edition_series_id_number")),
    )
    op.create_index(
        "ix_competition_edition_listing", "competition_edition", ["city_code", "recorded_at", "id"], unique=False
    )
    op.create_table(
        "competition_change",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column(
            "fact",
            sa.Enum(
                "drafted",
                "redrafted",
                "opened",
                "changed",
                "cancelled",
                "concluded",
                name="editionfact",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["competition_edition.id"], name=op.f("fk_competition_change_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_change")),
    )
    op.create_index("ix_competition_change_edition_id", "competition_change", ["edition_id"], unique=False)
    op.create_table(
        "competition_entry",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "submitted",
                "admitted",
                "refused",
                "withdrawn",
                "disqualified",
                name="entrystatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("organisation_name", sa.String(length=200), nullable=True),
        sa.Column("team_name", sa.String(length=200), nullable=True),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eligibility", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("screened_by", sa.String(length=200), nullable=True),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("left_by", sa.String(length=200), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(eligibility, screened_by, screened_at) IN (0, 3)",
            name=op.f("ck_competition_entry_screened_in_full"),
        ),
        sa.CheckConstraint(
            "num_nulls(left_reason, left_by, left_at) IN (0, 3)", name=op.f("ck_competition_entry_left_in_full")
        ),
        sa.CheckConstraint(
            "num_nulls(organisation_id, team_name) < 2", name=op.f("ck_competition_entry_somebody_enters")
        ),
        sa.CheckConstraint(
            "num_nulls(submission, submitted_at) IN (0, 2)", name=op.f("ck_competition_entry_submitted_in_full")
        ),
        sa.CheckConstraint("screened_by <> entered_by", name=op.f("ck_competition_entry_another_screens")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["competition_edition.id"], name=op.f("fk_competition_entry_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_entry")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_competition_entry_edition_id_number")),
    )
    op.create_index(
        "ix_competition_entry_listing", "competition_entry", ["edition_id", "status", "number"], unique=False
    )
    op.create_index("ix_competition_entry_organisation_id", "competition_entry", ["organisation_id"], unique=False)
    op.create_index(
        "uq_competition_entry_firm",
        "competition_entry",
        ["edition_id", "organisation_id"],
        unique=True,
        postgresql_where="status NOT IN ('withdrawn', 'refused', 'disqualified')",
    )
    op.create_index(
        "uq_competition_entry_team",
        "competition_entry",
        ["edition_id", "team_name"],
        unique=True,
        postgresql_where="status NOT IN ('withdrawn', 'refused', 'disqualified')",
    )
    op.create_table(
        "competition_group",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("entries_max", sa.Integer(), nullable=True),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "entered >= 0 AND (entries_max IS NULL OR entered <= entries_max)",
            name=op.f("ck_competition_group_within_cap"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["competition_edition.id"], name=op.f("fk_competition_group_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_group")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_competition_group_edition_id_key")),
    )
    op.create_table(
        "judging_round",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending", "scoring", "sealed", name="roundstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("order", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("judges", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("excluded", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn_by", sa.String(length=200), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_body", sa.Text(), nullable=True),
        sa.Column("seal_sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_by", sa.String(length=200), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'pending') = (seed IS NULL)", name=op.f("ck_judging_round_drawn_with_seed")),
        sa.CheckConstraint(
            "(status = 'sealed') = (seal_sha256 IS NOT NULL)", name=op.f("ck_judging_round_sealed_with_hash")
        ),
        sa.CheckConstraint(
            "num_nulls(seal_body, seal_sha256, sealed_by, sealed_at) IN (0, 4)",
            name=op.f("ck_judging_round_sealed_in_full"),
        ),
        sa.CheckConstraint(
            "num_nulls(seed, drawn_by, drawn_at) IN (0, 3)", name=op.f("ck_judging_round_drawn_in_full")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["competition_edition.id"], name=op.f("fk_judging_round_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judging_round")),
        sa.UniqueConstraint("edition_id", "place", name=op.f("uq_judging_round_edition_id_place")),
    )
    op.create_table(
        "competition_prize",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("winner", sa.String(length=200), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "district",
                "municipal",
                "provincial",
                "national",
                name="eventlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seal_sha256", sa.String(length=64), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade >= 1 AND place >= 1", name=op.f("ck_competition_prize_grade_and_place")),
        sa.CheckConstraint(
            "num_nulls(revoked_on, revoked_reason, revoked_by) IN (0, 3)",
            name=op.f("ck_competition_prize_revoked_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["competition_edition.id"], name=op.f("fk_competition_prize_edition_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["competition_entry.id"], name=op.f("fk_competition_prize_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_prize")),
        sa.UniqueConstraint(
            "edition_id", "group_key", "place", name=op.f("uq_competition_prize_edition_id_group_key_place")
        ),
        sa.UniqueConstraint("entry_id", name=op.f("uq_competition_prize_entry_id")),
    )
    op.create_index("ix_competition_prize_organisation_id", "competition_prize", ["organisation_id"], unique=False)
    op.create_table(
        "competition_result",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "on_notice",
                "awaiting_publication",
                "published",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seal_sha256", sa.String(length=64), nullable=False),
        sa.Column("winners", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("noticed_by", sa.String(length=200), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("notice_provisional", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_competition_result_published_has_moment"),
        ),
        sa.CheckConstraint(
            "num_nulls(published_by, published_at) IN (0, 2)", name=op.f("ck_competition_result_published_in_full")
        ),
        sa.CheckConstraint("published_by <> noticed_by", name=op.f("ck_competition_result_another_publishes")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["competition_edition.id"], name=op.f("fk_competition_result_edition_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["judging_round.id"], name=op.f("fk_competition_result_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_result")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_competition_result_edition_id")),
    )
    op.create_table(
        "judging_seat",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("judge_id", sa.UUID(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "seated",
                "scored",
                "recused",
                "absent",
                name="seatstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("points", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("corrections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("empty_reason", sa.Text(), nullable=True),
        sa.Column("scored_by", sa.String(length=200), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'scored') = (points IS NOT NULL)", name=op.f("ck_judging_seat_scored_with_points")
        ),
        sa.CheckConstraint(
            "(status IN ('recused', 'absent')) = (empty_reason IS NOT NULL)",
            name=op.f("ck_judging_seat_empty_with_reason"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["competition_entry.id"], name=op.f("fk_judging_seat_entry_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["competition_judge.id"], name=op.f("fk_judging_seat_judge_id")),
        sa.ForeignKeyConstraint(["round_id"], ["judging_round.id"], name=op.f("fk_judging_seat_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judging_seat")),
        sa.UniqueConstraint(
            "round_id", "entry_id", "judge_id", name=op.f("uq_judging_seat_round_id_entry_id_judge_id")
        ),
    )
    op.create_index("ix_judging_seat_entry_id", "judging_seat", ["entry_id"], unique=False)
    op.create_index("ix_judging_seat_judge_id", "judging_seat", ["judge_id"], unique=False)
    op.create_table(
        "judging_standing",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("score_hundredths", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("counted >= 1", name=op.f("ck_judging_standing_counted_some")),
        sa.ForeignKeyConstraint(["entry_id"], ["competition_entry.id"], name=op.f("fk_judging_standing_entry_id")),
        sa.ForeignKeyConstraint(["round_id"], ["judging_round.id"], name=op.f("fk_judging_standing_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judging_standing")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_judging_standing_round_id_entry_id")),
        sa.UniqueConstraint(
            "round_id", "group_key", "place", name=op.f("uq_judging_standing_round_id_group_key_place")
        ),
    )
    op.create_table(
        "competition_objection",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("result_id", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=True),
        sa.Column("objector", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.String(length=200), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answered_by <> filed_by", name=op.f("ck_competition_objection_another_answers")),
        sa.CheckConstraint(
            "num_nulls(upheld, opinion, answered_by, answered_at) IN (0, 4)",
            name=op.f("ck_competition_objection_answered_in_full"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["competition_entry.id"], name=op.f("fk_competition_objection_entry_id")),
        sa.ForeignKeyConstraint(
            ["result_id"], ["competition_result.id"], name=op.f("fk_competition_objection_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_objection")),
    )
    op.create_index("ix_competition_objection_result_id", "competition_objection", ["result_id"], unique=False)
    op.create_table(
        "prize_benefit",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("prize_id", sa.UUID(), nullable=False),
        sa.Column("programme", sa.String(length=100), nullable=False),
        sa.Column("treasury", sa.String(length=20), nullable=False),
        sa.Column("plan_project", sa.String(length=200), nullable=False),
        sa.Column("determination_id", sa.UUID(), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("treasury IN ('city', 'county')", name=op.f("ck_prize_benefit_treasury_known")),
        sa.ForeignKeyConstraint(
            ["determination_id"], ["determination.id"], name=op.f("fk_prize_benefit_determination_id")
        ),
        sa.ForeignKeyConstraint(["prize_id"], ["competition_prize.id"], name=op.f("fk_prize_benefit_prize_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_benefit")),
        sa.UniqueConstraint("prize_id", "programme", name=op.f("uq_prize_benefit_prize_id_programme")),
    )
    op.create_index(op.f("ix_prize_benefit_determination_id"), "prize_benefit", ["determination_id"], unique=False)
    run_script(_SEALED)
