"""The calendar and its history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0002"
down_revision = "0001"

STATUS = ("draft", "published", "cancelled")
KIND = ("roadshow", "training", "lecture", "salon", "forum", "contest", "matching", "exhibition")
LEVEL = ("district", "municipal", "provincial", "national")
FACT = ("drafted", "redrafted", "published", "revised", "rescheduled", "cancelled")


def upgrade() -> None:
    """Create both."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calendar_event",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("status", _words("status", STATUS), nullable=False),
        sa.Column("kind", _words("eventkind", KIND), nullable=False),
        sa.Column("level", _words("eventlevel", LEVEL), nullable=False),
        sa.Column("host_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("host_name", sa.String(200), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200)),
        sa.Column("description_zh", sa.Text),
        sa.Column("description_en", sa.Text),
        sa.Column("venue", sa.String(200)),
        sa.Column("online_link", sa.String(500)),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("capacity", sa.Integer),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("published_at", moment),
        sa.Column("cancelled_at", moment),
        sa.Column("cancellation_reason", sa.Text),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", "ends_after_start"),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", "cancelled_has_moment"),
        sa.CheckConstraint("status <> 'published' OR published_at IS NOT NULL", "published_has_moment"),
        sa.CheckConstraint("capacity > 0", "capacity_above_zero"),
    )
    op.create_index("ix_calendar_event_month", "calendar_event", ["city_code", "starts_at", "id"])
    op.create_table(
        "calendar_change",
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("event_id", pg.UUID(as_uuid=True), sa.ForeignKey("calendar_event.id"), nullable=False, index=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("fact", _words("fact", FACT), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("occurred_at", moment, nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
    )


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=40, name=name)
