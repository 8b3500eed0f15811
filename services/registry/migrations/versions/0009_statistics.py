"""Statistical rounds, reports, their revisions, and what each operator may count once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0009"
down_revision = "0006"

KINDS = (
    "makerspace", "incubator", "accelerator", "cluster", "university_park", "micro_firm_base", "student_base",
    "virtual_space", "startup_street",
)  # fmt: skip
LEVELS = ("district", "municipal", "provincial", "national")
STATUSES = ("expected", "missed", "submitted", "returned", "accepted")
MOMENT = sa.DateTime(timezone=True)
UUID = pg.UUID(as_uuid=True)

# What was handed in is added to, never edited.
KEEP_HISTORY = """
CREATE TRIGGER statistics_revision_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON statistics_revision
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER statistics_decision_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON statistics_decision
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
"""


def upgrade() -> None:
    """New tables only."""
    _rounds()
    _reports()
    _revisions()
    _decisions()
    _entries()
    run_script(KEEP_HISTORY)


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, create_constraint=True, length=40, name=name)


def _id() -> sa.Column[object]:
    return sa.Column("id", UUID, primary_key=True)


def _city() -> sa.Column[str]:
    return sa.Column("city_code", sa.String(20), nullable=False)


def _to(column: str, target: str) -> sa.Column[object]:
    return sa.Column(column, UUID, sa.ForeignKey(f"{target}.id"), nullable=False)


def _recorded() -> sa.Column[object]:
    return sa.Column("recorded_at", MOMENT, nullable=False)


def _rounds() -> None:
    op.create_table(
        "statistics_round",
        _id(),
        _city(),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_until", sa.Date, nullable=False),
        sa.Column("form_on", sa.Date, nullable=False),
        sa.Column("working_days", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("due_provisional", sa.Boolean, nullable=False),
        sa.Column("clauses", pg.JSONB, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("policy_hash", sa.String(64), nullable=False),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        _recorded(),
        sa.UniqueConstraint("city_code", "period_from"),
        sa.CheckConstraint("period_from <= period_until", name="period_in_order"),
    )
    op.create_index("ix_statistics_round_listing", "statistics_round", ["city_code", "recorded_at", "id"])


def _reports() -> None:
    op.create_table(
        "statistics_report",
        _id(),
        _city(),
        _to("round_id", "statistics_round"),
        _to("carrier_id", "carrier"),
        _to("operator_id", "organisation"),
        sa.Column("carrier_kind", _words("carrierkind", KINDS), nullable=False),
        sa.Column("level", _words("level", LEVELS), nullable=False),
        sa.Column("district_code", sa.String(6)),
        sa.Column("status", _words("status", STATUSES), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("first_submitted_on", sa.Date),
        sa.Column("is_late", sa.Boolean),
        sa.Column("submitted_by", sa.String(200)),
        sa.Column("content_sha256", sa.String(64)),
        sa.Column("figures", pg.JSONB),
        sa.Column("firms", sa.Integer),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", MOMENT),
        sa.Column("return_reason", sa.Text),
        sa.Column("accepted_revision", sa.Integer),
        sa.Column("accepted_figures", pg.JSONB),
        sa.Column("accepted_firms", sa.Integer),
        sa.Column("consequence", pg.JSONB),
        sa.Column("version", sa.Integer, nullable=False),
        _recorded(),
        sa.UniqueConstraint("round_id", "carrier_id"),
        sa.CheckConstraint("decided_by <> submitted_by", name="another_person_decides"),
        sa.CheckConstraint("(status IN ('expected', 'missed')) = (revision = 0)", name="handed_in_with_revision"),
    )
    op.create_index("ix_statistics_report_listing", "statistics_report", ["round_id", "recorded_at", "id"])
    op.create_index("ix_statistics_report_carrier_id", "statistics_report", ["carrier_id"])
    op.create_index("ix_statistics_report_operator_id", "statistics_report", ["operator_id"])


def _revisions() -> None:
    op.create_table(
        "statistics_revision",
        _id(),
        _city(),
        _to("report_id", "statistics_report"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", pg.JSONB, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("explanations", pg.JSONB, nullable=False),
        sa.Column("warnings", pg.JSONB, nullable=False),
        sa.Column("submitted_by", sa.String(200), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        _recorded(),
        sa.UniqueConstraint("report_id", "number"),
    )


def _decisions() -> None:
    op.create_table(
        "statistics_decision",
        _id(),
        _city(),
        _to("revision_id", "statistics_revision"),
        sa.Column("is_accepted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        _recorded(),
    )
    op.create_index("ix_statistics_decision_revision_id", "statistics_decision", ["revision_id"])


def _entries() -> None:
    op.create_table(
        "statistics_entry",
        _id(),
        _city(),
        _to("round_id", "statistics_round"),
        _to("operator_id", "organisation"),
        _to("report_id", "statistics_report"),
        _to("carrier_id", "carrier"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(700), nullable=False),
        sa.Column("code", sa.String(18)),
        sa.Column("name", sa.String(700), nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("is_tech_sme", sa.Boolean),
        _recorded(),
        sa.UniqueConstraint("round_id", "operator_id", "kind", "key", name="uq_statistics_entry_counted_once"),
    )
    op.create_index("ix_statistics_entry_report_id", "statistics_entry", ["report_id"])
    op.create_index("ix_statistics_entry_counting", "statistics_entry", ["city_code", "kind", "key", "since"])
