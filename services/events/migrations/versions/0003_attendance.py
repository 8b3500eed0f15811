"""Who may come to an event, registrations, arrivals, signed attendance, and private feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


KEPT = """
CREATE FUNCTION attendance_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$"""


def upgrade() -> None:
    """Widen the calendar, create the tables, and let no signed record change."""
    _widen_calendar()
    _create_tables()
    op.execute(KEPT)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attendance_record "
        "FOR EACH STATEMENT EXECUTE FUNCTION attendance_is_append_only()"
    )


def _widen_calendar() -> None:
    """Events there were: open to the public, held by one host, and without registration."""
    moment = sa.DateTime(timezone=True)
    audience = sa.Enum(
        "public", "organisations", "internal", name="audience", native_enum=False, create_constraint=True, length=40
    )
    for column in (
        sa.Column("host_agent", sa.String(200)),
        sa.Column("co_hosts", postgresql.JSONB(), nullable=False, server_default="[]"),
        sa.Column("audience", audience, nullable=False, server_default="public"),
        sa.Column("series", sa.String(200)),
        sa.Column("edition", sa.Integer),
        sa.Column("seats_taken", sa.Integer, nullable=False, server_default="0"),
        sa.Column("registration_opens_at", moment),
        sa.Column("registration_closes_at", moment),
        sa.Column("offer_minutes", sa.Integer),
    ):
        op.add_column("calendar_event", column)
    for name in ("co_hosts", "audience", "seats_taken"):
        op.alter_column("calendar_event", name, server_default=None)
    for name, condition in (
        ("seats_within_capacity", "seats_taken BETWEEN 0 AND coalesce(capacity, seats_taken)"),
        ("registration_whole", "num_nulls(registration_opens_at, registration_closes_at) IN (0, 2)"),
        ("registration_opens_first", "registration_closes_at > registration_opens_at"),
        (
            "offer_with_registration",
            "offer_minutes IS NULL OR (offer_minutes > 0 AND registration_opens_at IS NOT NULL)",
        ),
        ("edition_of_series", "edition IS NULL OR (edition > 0 AND series IS NOT NULL)"),
    ):
        op.create_check_constraint(op.f(f"ck_calendar_event_{name}"), "calendar_event", condition)
    op.create_index("ix_calendar_event_co_hosts", "calendar_event", ["co_hosts"], postgresql_using="gin")
    op.create_index("ix_calendar_event_host_id", "calendar_event", ["host_id"])


def _create_tables() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(
        "ix_calendar_feed_listing", "calendar_feed", ["city_code", "organisation_id", "made_at", "id"], unique=False
    )
    op.create_table(
        "attendance_record",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.UUID(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("counted_persons", sa.Integer(), nullable=False),
        sa.Column("counted_organisations", sa.Integer(), nullable=False),
        sa.Column("walk_in_persons", sa.Integer(), nullable=False),
        sa.Column("late_persons", sa.Integer(), nullable=False),
        sa.Column("no_shows", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (corrects_id IS NULL)", name=op.f("ck_attendance_record_correction_names_another")
        ),
        sa.CheckConstraint("number = 1 OR note IS NOT NULL", name=op.f("ck_attendance_record_correction_says_why")),
        sa.CheckConstraint("organisations <= persons", name=op.f("ck_attendance_record_organisations_within_persons")),
        sa.CheckConstraint(
            "persons >= 0 AND organisations >= 0", name=op.f("ck_attendance_record_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["attendance_record.id"], name=op.f("fk_attendance_record_corrects_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name=op.f("fk_attendance_record_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_record")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_attendance_record_corrects_id")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_attendance_record_event_id_number")),
    )
    op.create_table(
        "event_registration",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "waiting",
                "offered",
                "withdrawn",
                "lapsed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("offer_minutes", sa.Integer(), nullable=True),
        sa.Column("offer_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status IN ('withdrawn', 'lapsed')) = (ended_at IS NOT NULL)",
            name=op.f("ck_event_registration_ended_has_moment"),
        ),
        sa.CheckConstraint(
            "status <> 'offered' OR offer_ends_at IS NOT NULL", name=op.f("ck_event_registration_offered_until")
        ),
        sa.CheckConstraint(
            "status <> 'waiting' OR num_nulls(place, offer_minutes) = 0",
            name=op.f("ck_event_registration_waiting_has_place"),
        ),
        sa.CheckConstraint("seats > 0", name=op.f("ck_event_registration_seats_above_zero")),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name=op.f("fk_event_registration_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_registration")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_event_registration_code_hash")),
    )
    op.create_index(
        "ix_event_registration_listing", "event_registration", ["event_id", "registered_at", "id"], unique=False
    )
    op.create_index(
        "ix_event_registration_organisation",
        "event_registration",
        ["city_code", "organisation_id", "registered_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_event_registration_waiting",
        "event_registration",
        ["event_id", "place"],
        unique=False,
        postgresql_where="status = 'waiting'",
    )
    op.create_index(
        "uq_event_registration_standing",
        "event_registration",
        ["event_id", "organisation_id"],
        unique=True,
        postgresql_where="status IN ('registered', 'waiting', 'offered')",
    )
    op.create_table(
        "event_arrival",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("registration_id", sa.UUID(), nullable=True),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("organisation_name", sa.String(length=200), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(organisation_id, organisation_name) IN (0, 2)",
            name=op.f("ck_event_arrival_organisation_with_name"),
        ),
        sa.CheckConstraint("persons > 0", name=op.f("ck_event_arrival_persons_above_zero")),
        sa.CheckConstraint(
            "registration_id IS NULL OR organisation_id IS NOT NULL",
            name=op.f("ck_event_arrival_registration_of_organisation"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["calendar_event.id"], name=op.f("fk_event_arrival_event_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["event_registration.id"], name=op.f("fk_event_arrival_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_arrival")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_event_arrival_registration_id")),
    )
    op.create_index("ix_event_arrival_listing", "event_arrival", ["event_id", "recorded_at", "id"], unique=False)
    op.create_table(
        "event_contact",
        sa.Column("registration_id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (num_nulls(name, phone) = 0)", name=op.f("ck_event_contact_erased_in_full")
        ),
        sa.CheckConstraint("num_nulls(name, phone) IN (0, 2)", name=op.f("ck_event_contact_name_with_phone")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["event_registration.id"], name=op.f("fk_event_contact_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_event_contact")),
    )
