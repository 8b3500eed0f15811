"""What becomes of a recognition: terms, renewals, changes, cancellations, ends; a certificate may replace another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0007"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
UUID = pg.UUID(as_uuid=True)
REQUESTS = ("open", "granted", "refused")
CHANGES = ("name", "operator", "premises")
ENDS = ("expired", "surrendered", "cancelled")
CAUSES = (
    "criteria_lost", "reports_missed", "evaluation_failed", "false_statement", "operator_dissolved", "surrendered",
)  # fmt: skip
CANCELLATIONS = ("curing", "awaiting_decision", "cured", "dropped", "cancelled")

# Terms, ends and examinations are history, as levels and certificates are; points are locked once they are in.
KEEP_HISTORY = """
CREATE TRIGGER recognition_term_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON recognition_term
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER level_end_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON level_end
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER examination_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON examination
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER panel_seat_locks_its_points BEFORE UPDATE ON panel_seat FOR EACH ROW
    WHEN (OLD.status <> 'seated') EXECUTE FUNCTION registry_keeps_history();
"""


def upgrade() -> None:
    """Create all of it."""
    _certificates()
    _terms()
    _requests()
    _cancellations()
    _objections()
    _experts_and_panels()
    _examinations()
    run_script(KEEP_HISTORY)


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, create_constraint=True, length=40, name=name)


def _begin() -> list[sa.Column[object]]:
    return [
        sa.Column("id", UUID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("recognition_id", UUID, sa.ForeignKey("recognition.id"), nullable=False),
    ]


def _recorded() -> sa.Column[object]:
    return sa.Column("recorded_at", MOMENT, nullable=False)


def _certificates() -> None:
    op.add_column("certificate", sa.Column("replaces", sa.String(40)))
    op.drop_constraint("uq_certificate_recognition_id", "certificate", type_="unique")
    op.create_unique_constraint("uq_certificate_city_code_replaces", "certificate", ["city_code", "replaces"])
    op.create_index("ix_certificate_recognition_id", "certificate", ["recognition_id"])
    op.create_index(
        "uq_certificate_first", "certificate", ["recognition_id"],
        unique=True, postgresql_where=sa.text("replaces IS NULL"),
    )  # fmt: skip


def _terms() -> None:
    op.create_table(
        "recognition_term",
        *_begin(),
        sa.Column("begins_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("determination_id", UUID, sa.ForeignKey("determination.id"), nullable=False),
        _recorded(),
        sa.UniqueConstraint("recognition_id", "begins_on"),
        sa.CheckConstraint("valid_until > begins_on", name="lasts"),
    )
    op.create_table(
        "level_end",
        *_begin(),
        sa.Column("cause", _words("endcause", ENDS), nullable=False),
        sa.Column("ended_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        _recorded(),
        sa.UniqueConstraint("recognition_id"),
    )


def _decided() -> list[sa.Column[object]]:
    return [
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", MOMENT),
        sa.Column("decision_reason", sa.Text),
    ]


def _requests() -> None:
    op.create_table(
        "recognition_renewal",
        *_begin(),
        sa.Column("status", _words("requeststatus", REQUESTS), nullable=False),
        sa.Column("evidence", pg.JSONB, nullable=False),
        sa.Column("determination_id", UUID, sa.ForeignKey("determination.id"), nullable=False),
        sa.Column("reviewed_by", sa.String(200), nullable=False),
        sa.Column("reviewed_at", MOMENT, nullable=False),
        sa.Column("valid_months", sa.Integer, nullable=False),
        *_decided(),
        sa.Column("valid_until", sa.Date),
        sa.Column("certificate_number", sa.String(40)),
        _recorded(),
        sa.CheckConstraint("decided_by <> reviewed_by", name="another_officer_decides"),
    )
    op.create_table(
        "recognition_change",
        *_begin(),
        sa.Column("kind", _words("changekind", CHANGES), nullable=False),
        sa.Column("status", _words("requeststatus", REQUESTS), nullable=False),
        sa.Column("wanted", pg.JSONB, nullable=False),
        sa.Column("former", pg.JSONB),
        sa.Column("grounds", sa.Text, nullable=False),
        sa.Column("requested_by", sa.String(200), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        *_decided(),
        sa.Column("certificate_number", sa.String(40)),
        _recorded(),
        sa.CheckConstraint("decided_by <> requested_by", name="another_person_decides"),
    )
    _open_once("recognition_renewal", "recognition_id")
    _open_once("recognition_change", "recognition_id", "kind")


def _open_once(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_recognition_id", table, ["recognition_id"])
    op.create_index(f"uq_{table}_open", table, list(columns), unique=True, postgresql_where=sa.text("status = 'open'"))


def _cancellations() -> None:
    op.create_table(
        "cancellation",
        *_begin(),
        sa.Column("cause", _words("cause", CAUSES), nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("clauses", pg.JSONB, nullable=False),
        sa.Column("status", _words("status", CANCELLATIONS), nullable=False),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("cure_by", sa.Date),
        sa.Column("cure_provisional", sa.Boolean),
        sa.Column("evidence", pg.JSONB),
        sa.Column("settled_on", sa.Date),
        sa.Column("settled_by", sa.String(200)),
        sa.Column("settled_at", MOMENT),
        sa.Column("opinion", sa.Text),
        _recorded(),
        sa.CheckConstraint("status <> 'cancelled' OR settled_by <> opened_by", name="another_officer_decides"),
        sa.CheckConstraint("num_nulls(settled_on, settled_by, settled_at, opinion) IN (0, 4)", name="settled_in_full"),
        sa.CheckConstraint("num_nulls(cure_by, cure_provisional) IN (0, 2)", name="cure_period_in_full"),
    )
    op.create_index("ix_cancellation_listing", "cancellation", ["city_code", "status", "recorded_at", "id"])
    op.create_index("ix_cancellation_recognition_id", "cancellation", ["recognition_id"])
    op.create_index(
        "uq_cancellation_open", "cancellation", ["recognition_id"],
        unique=True, postgresql_where=sa.text("status NOT IN ('cured', 'dropped', 'cancelled')"),
    )  # fmt: skip


def _objections() -> None:
    op.add_column("objection", sa.Column("withdrawn_at", MOMENT))
    op.create_check_constraint("withdrawn_or_answered", "objection", "withdrawn_at IS NULL OR upheld IS NULL")


def _experts_and_panels() -> None:
    op.create_table(
        "expert",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("related_organisation_ids", pg.JSONB, nullable=False),
        sa.Column("is_available", sa.Boolean, nullable=False),
        sa.Column("entered_by", sa.String(200), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _recorded(),
    )
    op.create_index("ix_expert_listing", "expert", ["city_code", "recorded_at", "id"])
    op.create_table(
        "panel",
        *_begin(),
        sa.Column("status", _words("status", ("scoring", "closed")), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("order", pg.JSONB, nullable=False),
        sa.Column("excluded", pg.JSONB, nullable=False),
        sa.Column("criteria", pg.JSONB, nullable=False),
        sa.Column("points_max", sa.Integer, nullable=False),
        sa.Column("pass_mark", sa.Integer, nullable=False),
        sa.Column("convened_by", sa.String(200), nullable=False),
        sa.Column("convened_at", MOMENT, nullable=False),
        sa.Column("result", sa.Integer),
        sa.Column("is_passed", sa.Boolean),
        sa.Column("closed_at", MOMENT),
        _recorded(),
        sa.CheckConstraint("size % 2 = 1", name="odd"),
        sa.CheckConstraint(
            "pass_mark BETWEEN 1 AND points_max * jsonb_array_length(criteria)", name="pass_mark_in_reach"
        ),
        sa.CheckConstraint("num_nulls(result, is_passed, closed_at) IN (0, 3)", name="closed_in_full"),
    )
    op.create_index("ix_panel_recognition_id", "panel", ["recognition_id"])
    op.create_index(
        "uq_panel_open", "panel", ["recognition_id"], unique=True, postgresql_where=sa.text("status = 'scoring'")
    )
    op.create_table(
        "panel_seat",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("panel_id", UUID, sa.ForeignKey("panel.id"), nullable=False),
        sa.Column("expert_id", UUID, sa.ForeignKey("expert.id"), nullable=False, index=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("status", _words("seatstatus", ("seated", "scored", "recused")), nullable=False),
        sa.Column("points", pg.JSONB),
        sa.Column("recorded_by", sa.String(200)),
        sa.Column("scored_at", MOMENT),
        _recorded(),
        sa.UniqueConstraint("panel_id", "expert_id"),
        sa.UniqueConstraint("panel_id", "place"),
        sa.CheckConstraint("(status = 'scored') = (points IS NOT NULL)", name="scored_with_points"),
    )


def _examinations() -> None:
    op.create_table(
        "examination",
        *_begin(),
        sa.Column("kind", _words("examinationkind", ("formal_check", "site_visit")), nullable=False),
        sa.Column("examined_on", sa.Date, nullable=False),
        sa.Column("is_in_order", sa.Boolean, nullable=False),
        sa.Column("found", pg.JSONB, nullable=False),
        sa.Column("papers", pg.JSONB, nullable=False),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("examined_by", sa.String(200), nullable=False),
        sa.Column("examined_at", MOMENT, nullable=False),
        _recorded(),
    )
    op.create_index("ix_examination_recognition_id", "examination", ["recognition_id"])
