"""What events cost their hosts, and matching at roadshows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of both."""
    op.create_table(
        "hosting_statement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("host_id", sa.UUID(), nullable=False),
        sa.Column("host_name", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "stated",
                "checked",
                "confirmed",
                "superseded",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reach",
            sa.Enum(
                "local",
                "regional",
                "national",
                "international",
                name="reach",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("public_money", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("public_money_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_income_fen", sa.BigInteger(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("participants_evidence", sa.Text(), nullable=False),
        sa.Column("audit_report", sa.String(length=200), nullable=True),
        sa.Column("stated_by", sa.String(length=200), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("found_reach", sa.String(length=40), nullable=True),
        sa.Column("found_participants", sa.Integer(), nullable=True),
        sa.Column("found_public_money_fen", sa.BigInteger(), nullable=True),
        sa.Column("eligible_fen", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'confirmed' OR num_nulls(confirmed_by, confirmed_at) = 0",
            name="confirmed_in_full",
        ),
        sa.CheckConstraint(
            "status NOT IN ('checked', 'confirmed') OR num_nulls(checked_by, checked_at, opinion, eligible_fen,"
            " found_reach, found_participants, found_public_money_fen) = 0",
            name="checked_in_full",
        ),
        sa.CheckConstraint("(edition = 1) = (correction_reason IS NULL)", name="correction_has_reason"),
        sa.CheckConstraint("checked_by <> stated_by", name="second_person_checks"),
        sa.CheckConstraint(
            "confirmed_by <> checked_by AND confirmed_by <> stated_by",
            name="third_person_confirms",
        ),
        sa.CheckConstraint(
            "participants >= 0 AND own_income_fen >= 0 AND public_money_fen >= 0 AND eligible_fen >= 0",
            name="amounts",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name="fk_hosting_statement_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hosting_statement"),
        sa.UniqueConstraint("event_id", "host_id", "edition", name="uq_hosting_statement_event_id_host_id_edition"),
    )
    op.create_index(
        "ix_hosting_statement_listing", "hosting_statement", ["city_code", "recorded_at", "id"], unique=False
    )
    op.create_index(
        "uq_hosting_statement_current",
        "hosting_statement",
        ["event_id", "host_id"],
        unique=True,
        postgresql_where="status <> 'superseded'",
    )
    op.create_table(
        "matching_party",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column(
            "side",
            sa.Enum("project", "investor", "bank", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("enrolled_by", sa.String(length=200), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side <> 'project' OR num_nulls(title, description) = 0", name="project_described"),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name="fk_matching_party_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_party"),
    )
    op.create_index("ix_matching_party_listing", "matching_party", ["event_id", "recorded_at", "id"], unique=False)
    op.create_index(
        "uq_matching_party_enrolled",
        "matching_party",
        ["event_id", "organisation_id"],
        unique=True,
        postgresql_where="withdrawn_at IS NULL",
    )
    op.create_table(
        "matching_plan",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("first_after_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_count", sa.Integer(), nullable=False),
        sa.Column("planned_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_after_minutes >= 0 AND slot_minutes > 0 AND slot_count > 0", name="slots"),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name="fk_matching_plan_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_plan"),
        sa.UniqueConstraint("event_id", name="uq_matching_plan_event_id"),
    )
    op.create_table(
        "hosting_line",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("statement_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "venue",
                "equipment",
                "publicity",
                "judges",
                "travel",
                "catering",
                "materials",
                "prizes",
                "other",
                name="costkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("invoice_number", sa.String(length=20), nullable=False),
        sa.Column("invoice_code", sa.String(length=12), nullable=True),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("invoice_fen", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clauses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "accepted OR (reason IS NOT NULL AND clauses <> '[]' AND NOT is_live)",
            name="refusal_grounded",
        ),
        sa.CheckConstraint("amount_fen > 0 AND amount_fen <= invoice_fen", name="within_invoice"),
        sa.ForeignKeyConstraint(["statement_id"], ["hosting_statement.id"], name="fk_hosting_line_statement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hosting_line"),
        sa.UniqueConstraint("statement_id", "place", name="uq_hosting_line_statement_id_place"),
    )
    op.create_index(
        "uq_hosting_line_invoice", "hosting_line", ["city_code", "fingerprint"], unique=True, postgresql_where="is_live"
    )
    op.create_table(
        "matching_meeting",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("financier_id", sa.UUID(), nullable=False),
        sa.Column("is_related", sa.Boolean(), nullable=False),
        sa.Column("related_through", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scheduled_by", sa.String(length=200), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=200), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(cancelled_at, cancelled_by, cancellation_reason) IN (0, 3)",
            name="cancelled_in_full",
        ),
        sa.CheckConstraint("slot > 0 AND project_id <> financier_id", name="two_parties"),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name="fk_matching_meeting_event_id"),
        sa.ForeignKeyConstraint(["financier_id"], ["matching_party.id"], name="fk_matching_meeting_financier_id"),
        sa.ForeignKeyConstraint(["project_id"], ["matching_party.id"], name="fk_matching_meeting_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_meeting"),
    )
    op.create_index("ix_matching_meeting_listing", "matching_meeting", ["event_id", "slot", "id"], unique=False)
    op.create_index(
        "uq_matching_meeting_financier",
        "matching_meeting",
        ["financier_id", "slot"],
        unique=True,
        postgresql_where="cancelled_at IS NULL",
    )
    op.create_index(
        "uq_matching_meeting_pair",
        "matching_meeting",
        ["project_id", "financier_id"],
        unique=True,
        postgresql_where="cancelled_at IS NULL",
    )
    op.create_index(
        "uq_matching_meeting_project",
        "matching_meeting",
        ["project_id", "slot"],
        unique=True,
        postgresql_where="cancelled_at IS NULL",
    )
    op.create_table(
        "matching_outcome",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("meeting_id", sa.UUID(), nullable=False),
        sa.Column("party_id", sa.UUID(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "none",
                "interest",
                "talks",
                "agreement",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("stated_by", sa.String(length=200), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(outcome = 'agreement') = (amount_fen IS NOT NULL)", name="agreement_has_amount"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.ForeignKeyConstraint(["meeting_id"], ["matching_meeting.id"], name="fk_matching_outcome_meeting_id"),
        sa.ForeignKeyConstraint(["party_id"], ["matching_party.id"], name="fk_matching_outcome_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_outcome"),
    )
    op.create_index(
        "uq_matching_outcome_current",
        "matching_outcome",
        ["meeting_id", "party_id"],
        unique=True,
        postgresql_where="is_current",
    )
