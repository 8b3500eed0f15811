"""Organisations at full width: teams that incorporate, mergers, parties, persons, contacts, data told once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0005"
down_revision = "0004"

SOURCES = ("registry", "licence", "applicant")
MOMENT = sa.DateTime(timezone=True)
UUID = pg.UUID(as_uuid=True)

# What was told once is added to; of a party nothing but its end is written, of an ending nothing after it is decided.
KEEP_HISTORY = """
CREATE TRIGGER held_datum_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON held_datum
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER party_is_not_removed BEFORE DELETE OR TRUNCATE ON party
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER party_changes_its_end_only BEFORE UPDATE ON party FOR EACH ROW
    WHEN (OLD.ended_on IS NOT NULL OR to_jsonb(OLD) - '{ended_on,end_reason,ended_by}'::text[]
        <> to_jsonb(NEW) - '{ended_on,end_reason,ended_by}'::text[])
    EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER ending_is_not_removed BEFORE DELETE OR TRUNCATE ON ending
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER ending_stays_decided BEFORE UPDATE ON ending FOR EACH ROW
    WHEN (OLD.status <> 'proposed') EXECUTE FUNCTION registry_keeps_history();
"""


def upgrade() -> None:
    """Widen organisations, then add what stands around them; nothing of a party, datum or ending is rewritten."""
    _organisations()
    _people()
    _parties()
    _endings()
    _held_data()
    run_script(KEEP_HISTORY)


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, create_constraint=True, length=40, name=name)


def _id() -> sa.Column[object]:
    return sa.Column("id", UUID, primary_key=True)


def _city() -> sa.Column[str]:
    return sa.Column("city_code", sa.String(20), nullable=False)


def _to(column: str, target: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(column, UUID, sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _told() -> list[sa.Column[object]]:
    """Who recorded it, and when by the city's clock and by the machine's."""
    return [
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
    ]


def _organisations() -> None:
    op.add_column("organisation", sa.Column("incorporated_on", sa.Date))
    op.add_column("organisation", sa.Column("merged_on", sa.Date))
    op.add_column("organisation", _to("merged_into_id", "organisation", nullable=True))
    op.add_column("organisation", sa.Column("pending_ending_id", UUID))
    op.drop_constraint(op.f("ck_organisation_organisationstatus"), "organisation", type_="check")
    op.create_check_constraint("organisationstatus", "organisation", "status IN ('active', 'deregistered', 'merged')")
    op.create_check_constraint(
        "merged_with_date",
        "organisation",
        "(status = 'merged') = (merged_on IS NOT NULL AND merged_into_id IS NOT NULL)",
    )
    op.create_check_constraint("merged_into_another", "organisation", "merged_into_id <> id")
    op.create_index(
        "ix_organisation_merged_into_id", "organisation", ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_payee_account_number", "payee_account", ["city_code", "account_number"],
        postgresql_where=sa.text("replaced_at IS NULL"),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "natural_person",
        _id(),
        _city(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column(
            "number_kind", _words("numberkind", ("resident", "residence_permit", "foreign_resident")), nullable=False
        ),
        sa.Column("number_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("number_last4", sa.String(4), nullable=False),
        sa.Column("identifier_warnings", pg.JSONB, nullable=False),
        sa.Column("identifier_override", pg.JSONB),
        sa.Column("version", sa.Integer, nullable=False),
        *_told(),
        sa.UniqueConstraint("city_code", "number_hash"),
    )


def _parties() -> None:
    roles = ("controller", "shareholder", "legal_representative", "no_controller")
    op.create_table(
        "party",
        _id(),
        _city(),
        _to("organisation_id", "organisation"),
        sa.Column("role", _words("partyrole", roles), nullable=False),
        _to("holder_organisation_id", "organisation", nullable=True),
        _to("holder_person_id", "natural_person", nullable=True),
        sa.Column("share_bp", sa.Integer),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("end_reason", sa.Text),
        sa.Column("source", _words("source", SOURCES), nullable=False),
        sa.Column("consent_reference", sa.String(200)),
        sa.Column("ended_by", sa.String(200)),
        *_told(),
        *_promises_of_a_party(),
    )
    for column in ("organisation_id", "holder_organisation_id", "holder_person_id"):
        op.create_index(f"ix_party_{column}", "party", [column])
    op.create_table(
        "organisation_contact",
        _id(),
        _city(),
        _to("organisation_id", "organisation"),
        sa.Column("kind", _words("contactkind", ("phone", "email", "address")), nullable=False),
        sa.Column("value_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("source", _words("source", SOURCES), nullable=False),
        sa.Column("consent_reference", sa.String(200)),
        *_told(),
    )
    columns = ["kind", "value_hash"]
    op.create_index("uq_organisation_contact", "organisation_contact", ["organisation_id", *columns], unique=True)
    op.create_index("ix_organisation_contact_value", "organisation_contact", ["city_code", *columns])


def _promises_of_a_party() -> list[sa.CheckConstraint]:
    promises = {
        "one_holder": "num_nonnulls(holder_organisation_id, holder_person_id)"
        " = CASE role WHEN 'no_controller' THEN 0 ELSE 1 END",
        "share_of_shareholders": "(role = 'shareholder') = (share_bp IS NOT NULL)",
        "share_of_a_whole": "share_bp BETWEEN 1 AND 10000",
        "ends_after_beginning": "ended_on > effective_on",
        "held_by_another": "holder_organisation_id <> organisation_id",
    }
    return [sa.CheckConstraint(promise, name=name) for name, promise in promises.items()]


def _endings() -> None:
    causes = ("dissolved", "bankrupt", "licence_revoked", "moved_away", "other")
    op.create_table(
        "ending",
        _id(),
        _city(),
        _to("organisation_id", "organisation"),
        sa.Column("kind", _words("kind", ("deregistration", "merger")), nullable=False),
        _to("successor_id", "organisation", nullable=True),
        sa.Column("cause", _words("cause", causes)),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text),
        sa.Column("open", pg.JSONB, nullable=False),
        sa.Column("status", _words("status", ("proposed", "confirmed", "withdrawn")), nullable=False),
        sa.Column("proposed_by", sa.String(200), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", MOMENT),
        sa.Column("recorded_at", MOMENT, nullable=False),
        *_promises_of_an_ending(),
    )
    op.create_index("ix_ending_listing", "ending", ["city_code", "recorded_at", "id"])
    for status in ("proposed", "confirmed"):
        op.create_index(
            f"uq_ending_{status}", "ending", ["organisation_id"],
            unique=True, postgresql_where=sa.text(f"status = '{status}'"),
        )  # fmt: skip


def _promises_of_an_ending() -> list[sa.CheckConstraint]:
    promises = {
        "merger_has_successor": "(kind = 'merger') = (successor_id IS NOT NULL)",
        "deregistration_has_cause": "(kind = 'deregistration') = (cause IS NOT NULL)",
        "second_person_confirms": "status <> 'confirmed' OR decided_by <> proposed_by"
        " OR (kind = 'deregistration' AND open = '[]'::jsonb)",
        "decided_by_somebody": "(status = 'proposed') = (decided_by IS NULL)",
        "decided_in_full": "num_nulls(decided_by, decided_at) IN (0, 2)",
    }
    return [sa.CheckConstraint(promise, name=name) for name, promise in promises.items()]


def _held_data() -> None:
    op.create_table(
        "held_datum",
        _id(),
        _city(),
        _to("organisation_id", "organisation"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", pg.JSONB, nullable=False),
        sa.Column("source", _words("source", SOURCES), nullable=False),
        sa.Column("evidence", sa.String(200)),
        sa.Column("consent_reference", sa.String(200)),
        sa.Column("valid_until", sa.Date),
        *_told(),
    )
    op.create_index("ix_held_datum_organisation_id", "held_datum", ["organisation_id", "name", "recorded_at"])
