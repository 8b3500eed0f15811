"""Organisations, carriers, recognitions, certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0003"
down_revision = "0002"

ORGANISATION_KINDS = (
    "firm", "individual_business", "team", "university", "research_institute", "bank", "provider", "department",
    "association",
)  # fmt: skip
CARRIER_KINDS = (
    "makerspace", "incubator", "accelerator", "cluster", "university_park", "micro_firm_base", "student_base",
    "virtual_space", "startup_street",
)  # fmt: skip
LEVELS = ("district", "municipal", "provincial", "national")
WAYS = ("assessed", "recorded")
STATUSES = ("under_review", "on_notice", "awaiting_decision", "awaiting_refusal", "recognised", "refused")
MOMENT = sa.DateTime(timezone=True)
UUID = pg.UUID(as_uuid=True)

# A level, a certificate and a name are history: their rows stay as they were written, but for the end of a level.
KEEP_HISTORY = """
CREATE FUNCTION registry_keeps_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps its history', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER organisation_name_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON organisation_name
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER certificate_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON certificate
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER carrier_level_is_not_removed BEFORE DELETE OR TRUNCATE ON carrier_level
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER carrier_level_changes_its_end_only BEFORE UPDATE ON carrier_level FOR EACH ROW
    WHEN (OLD.ended_on IS NOT NULL OR to_jsonb(OLD) - 'ended_on' <> to_jsonb(NEW) - 'ended_on')
    EXECUTE FUNCTION registry_keeps_history();
"""


def upgrade() -> None:
    """Create all of it; what is history cannot be rewritten even by a mistake in code."""
    _organisations()
    _carriers()
    _recognitions()
    _levels_and_certificates()
    run_script(KEEP_HISTORY)


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, create_constraint=True, length=40, name=name)


def _id() -> sa.Column[object]:
    return sa.Column("id", UUID, primary_key=True)


def _city() -> sa.Column[str]:
    return sa.Column("city_code", sa.String(20), nullable=False)


def _to(column: str, target: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(column, UUID, sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _recorded() -> sa.Column[object]:
    return sa.Column("recorded_at", MOMENT, nullable=False)


def _organisations() -> None:
    op.create_table(
        "organisation",
        _id(),
        _city(),
        sa.Column("kind", _words("organisationkind", ORGANISATION_KINDS), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("credit_code", sa.String(18)),
        sa.Column("identifier_warnings", pg.JSONB, nullable=False),
        sa.Column("identifier_override", pg.JSONB),
        sa.Column("status", _words("organisationstatus", ("active", "deregistered")), nullable=False),
        sa.Column("deregistered_on", sa.Date),
        sa.Column("deregistration_reason", sa.Text),
        sa.Column("registered_by", sa.String(200), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _recorded(),
        sa.UniqueConstraint("city_code", "credit_code"),
        sa.CheckConstraint("(status = 'deregistered') = (deregistered_on IS NOT NULL)", name="deregistered_with_date"),
    )
    op.create_index("ix_organisation_listing", "organisation", ["city_code", "recorded_at", "id"])
    op.create_index("ix_organisation_registered_by", "organisation", ["city_code", "registered_by"])
    op.create_table(
        "organisation_name",
        _id(),
        _city(),
        _to("organisation_id", "organisation"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        _recorded(),
        sa.UniqueConstraint("organisation_id", "effective_on"),
    )
    op.create_table(
        "payee_account",
        _id(),
        _city(),
        _to("organisation_id", "organisation"),
        sa.Column("payee_name", sa.String(200), nullable=False),
        sa.Column("account_number", sa.Text, nullable=False),
        sa.Column("bank_name", sa.String(200), nullable=False),
        sa.Column("cnaps_code", sa.String(12)),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        _recorded(),
        sa.Column("replaced_at", MOMENT),
    )
    op.create_index(
        "uq_payee_account_current", "payee_account", ["organisation_id"],
        unique=True, postgresql_where=sa.text("replaced_at IS NULL"),
    )  # fmt: skip


def _carriers() -> None:
    op.create_table(
        "carrier",
        _id(),
        _city(),
        sa.Column("kind", _words("carrierkind", CARRIER_KINDS), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        _to("operator_id", "organisation"),
        sa.Column("facts", pg.JSONB, nullable=False),
        sa.Column("registered_by", sa.String(200), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _recorded(),
    )
    op.create_index("ix_carrier_listing", "carrier", ["city_code", "recorded_at", "id"])
    op.create_index("ix_carrier_operator_id", "carrier", ["operator_id"])
    op.create_table(
        "carrier_premises",
        _id(),
        _city(),
        _to("carrier_id", "carrier"),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("district_code", sa.String(6)),
        sa.Column("area_sqm", sa.Integer),
        sa.Column("seats", sa.Integer),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        _recorded(),
    )
    op.create_index("ix_carrier_premises_carrier_id", "carrier_premises", ["carrier_id"])
    op.create_index("ix_carrier_premises_district", "carrier_premises", ["city_code", "district_code"])


def _recognitions() -> None:
    op.create_table(
        "recognition",
        _id(),
        _city(),
        sa.Column("case_id", UUID, nullable=False, unique=True),
        sa.Column("case_number", sa.String(60), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("applicant_id", UUID, nullable=False),
        sa.Column("accepted_on", sa.Date, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("accepted_by", sa.String(200), nullable=False),
        sa.Column("form", pg.JSONB, nullable=False),
        sa.Column("programme", sa.String(100)),
        sa.Column("way", _words("way", WAYS), nullable=False),
        _to("carrier_id", "carrier", nullable=True),
        sa.Column("level", _words("level", LEVELS)),
        sa.Column("is_key", sa.Boolean),
        sa.Column("status", _words("status", STATUSES), nullable=False),
        sa.Column("reasons", pg.JSONB, nullable=False),
        sa.Column("evidence", pg.JSONB),
        _to("determination_id", "determination", nullable=True),
        sa.Column("reviewed_by", sa.String(200)),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("published_on", sa.Date),
        sa.Column("closes_on", sa.Date),
        sa.Column("notice_provisional", sa.Boolean),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", MOMENT),
        sa.Column("decision_reason", sa.Text),
        sa.Column("certificate_number", sa.String(40)),
        _recorded(),
        *_promises_of_a_recognition(),
    )
    op.create_index("ix_recognition_listing", "recognition", ["city_code", "status", "recorded_at", "id"])
    op.create_index("ix_recognition_applicant_id", "recognition", ["applicant_id"])
    op.create_index("ix_recognition_determination_id", "recognition", ["determination_id"])
    op.create_index(
        "uq_recognition_open", "recognition", ["carrier_id", "level", "is_key"],
        unique=True, postgresql_where=sa.text("status NOT IN ('recognised', 'refused')"),
    )  # fmt: skip
    _objections()


def _promises_of_a_recognition() -> list[sa.CheckConstraint]:
    promises = {
        "second_officer_reviews": "reviewed_by <> accepted_by",
        "another_officer_decides": "way = 'recorded' OR decided_by <> reviewed_by",
        "decided_after_review": "decided_by IS NULL OR reviewed_by IS NOT NULL",
        "recognised_in_full": "status <> 'recognised' "
        "OR num_nulls(carrier_id, level, is_key, determination_id, decided_by) = 0",
        "notice_in_full": "num_nulls(published_on, closes_on, notice_provisional) IN (0, 3)",
    }
    return [sa.CheckConstraint(promise, name=name) for name, promise in promises.items()]


def _objections() -> None:
    op.create_table(
        "objection",
        _id(),
        _city(),
        _to("recognition_id", "recognition"),
        sa.Column("objector", sa.String(200), nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("filed_by", sa.String(200), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("upheld", sa.Boolean),
        sa.Column("opinion", sa.Text),
        sa.Column("resolved_by", sa.String(200)),
        sa.Column("resolved_at", MOMENT),
        _recorded(),
        sa.CheckConstraint("num_nulls(upheld, resolved_by, resolved_at, opinion) IN (0, 4)", name="resolved_in_full"),
    )
    op.create_index("ix_objection_recognition_id", "objection", ["recognition_id"])


def _levels_and_certificates() -> None:
    op.create_table(
        "carrier_level",
        _id(),
        _city(),
        _to("carrier_id", "carrier"),
        sa.Column("level", _words("level", LEVELS), nullable=False),
        sa.Column("is_key", sa.Boolean, nullable=False),
        sa.Column("recognised_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        _to("recognition_id", "recognition"),
        sa.Column("certificate_number", sa.String(40), nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("policy_hash", sa.String(64), nullable=False),
        sa.Column("authority", sa.String(200)),
        sa.Column("document_number", sa.String(200)),
        sa.Column("document_on", sa.Date),
        _recorded(),
        sa.UniqueConstraint("recognition_id"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on > recognised_on", name="ends_after_beginning"),
    )
    op.create_index(
        "uq_carrier_level_held", "carrier_level", ["carrier_id", "level", "is_key"],
        unique=True, postgresql_where=sa.text("ended_on IS NULL"),
    )  # fmt: skip
    op.create_table(
        "certificate",
        _id(),
        _city(),
        sa.Column("number", sa.String(40), nullable=False),
        _to("carrier_id", "carrier"),
        _to("recognition_id", "recognition"),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("statement", pg.JSONB, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(100), nullable=False),
        _recorded(),
        sa.UniqueConstraint("city_code", "number"),
        sa.UniqueConstraint("recognition_id"),
    )
    op.create_index("ix_certificate_carrier_id", "certificate", ["carrier_id"])
    op.create_table(
        "certificate_counter",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
