"""The chain from nursery to accelerator, and registered addresses with their hosts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0010"
down_revision = "0009"

# A certificate, a milestone and a line of holders stay as written; what an address certificate proves may end.
KEEP_HISTORY = """
CREATE TRIGGER address_certificate_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON address_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER chain_milestone_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON chain_milestone
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER chain_project_holder_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON chain_project_holder
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER chain_stay_is_not_removed BEFORE DELETE OR TRUNCATE ON chain_stay
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
CREATE TRIGGER chain_stay_ended_is_history BEFORE UPDATE ON chain_stay FOR EACH ROW
    WHEN (OLD.ended_on IS NOT NULL) EXECUTE FUNCTION registry_keeps_history();
"""


def upgrade() -> None:
    op.create_table(
        "address_host",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "single",
                "shared",
                "further",
                "secretary",
                "cluster",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "makerspace_operator",
                "secretary_company",
                "park_manager",
                name="hostkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "suspended",
                "leaving",
                "left",
                name="hoststatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("duties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_evidence", sa.String(length=200), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("admitted_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("move_by", sa.Date(), nullable=True),
        sa.Column("move_by_provisional", sa.Boolean(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'left') = (left_on IS NOT NULL)", name=op.f("ck_address_host_left_with_date")),
        sa.CheckConstraint("mode IN ('secretary', 'cluster')", name=op.f("ck_address_host_hosts_others")),
        sa.CheckConstraint("status <> 'leaving' OR move_by IS NOT NULL", name=op.f("ck_address_host_leaves_by_a_day")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_address_host_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_host")),
    )
    op.create_index("ix_address_host_listing", "address_host", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index(
        "uq_address_host_open",
        "address_host",
        ["organisation_id", "mode"],
        unique=True,
        postgresql_where="left_on IS NULL",
    )
    op.create_table(
        "chain_project",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "outside",
                "nursery",
                "incubator",
                "accelerator",
                "graduated",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_chain_project_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_project")),
    )
    op.create_index("ix_chain_project_listing", "chain_project", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index("ix_chain_project_organisation_id", "chain_project", ["organisation_id"], unique=False)
    op.create_table(
        "registered_address",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("address_key", sa.String(length=300), nullable=False),
        sa.Column("division_code", sa.String(length=6), nullable=True),
        sa.Column("area_sqm", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.UUID(), nullable=False),
        sa.Column("title_evidence", sa.String(length=200), nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("area_sqm > 0", name=op.f("ck_registered_address_has_an_area")),
        sa.ForeignKeyConstraint(["holder_id"], ["organisation.id"], name=op.f("fk_registered_address_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_address")),
        sa.UniqueConstraint("city_code", "address_key", name=op.f("uq_registered_address_city_code_address_key")),
    )
    op.create_index("ix_registered_address_holder_id", "registered_address", ["holder_id"], unique=False)
    op.create_index(
        "ix_registered_address_listing", "registered_address", ["city_code", "recorded_at", "id"], unique=False
    )
    op.create_table(
        "address_host_report",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("host_id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("hosted", sa.Integer(), nullable=False),
        sa.Column("unreachable", sa.Integer(), nullable=False),
        sa.Column("post_received", sa.Integer(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["address_host.id"], name=op.f("fk_address_host_report_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_host_report")),
        sa.UniqueConstraint("host_id", "year", name=op.f("uq_address_host_report_host_id_year")),
    )
    op.create_table(
        "address_registration",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("address_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("host_id", sa.UUID(), nullable=True),
        sa.Column("carrier_id", sa.UUID(), nullable=True),
        sa.Column(
            "mode",
            sa.Enum(
                "single",
                "shared",
                "further",
                "secretary",
                "cluster",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "standing",
                "abnormal",
                "without_host",
                "ended",
                name="registrationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("marking", sa.String(length=40), nullable=True),
        sa.Column("trades", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("area_sqm", sa.Integer(), nullable=False),
        sa.Column("consent_evidence", sa.String(length=200), nullable=False),
        sa.Column("certificate_number", sa.String(length=40), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("registered_by", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(mode IN ('secretary', 'cluster')) = (host_id IS NOT NULL)",
            name=op.f("ck_address_registration_hosted_by_a_host"),
        ),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_address_registration_ended_with_date")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= registered_on", name=op.f("ck_address_registration_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["registered_address.id"], name=op.f("fk_address_registration_address_id")
        ),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_address_registration_carrier_id")),
        sa.ForeignKeyConstraint(["host_id"], ["address_host.id"], name=op.f("fk_address_registration_host_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_address_registration_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_registration")),
    )
    op.create_index("ix_address_registration_address_id", "address_registration", ["address_id"], unique=False)
    op.create_index("ix_address_registration_host_id", "address_registration", ["host_id"], unique=False)
    op.create_index(
        "ix_address_registration_organisation_id", "address_registration", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_address_registration_listing", "address_registration", ["city_code", "recorded_at", "id"], unique=False
    )
    op.create_index(
        "uq_address_registration_alone",
        "address_registration",
        ["address_id"],
        unique=True,
        postgresql_where="ended_on IS NULL AND mode = 'single'",
    )
    op.create_index(
        "uq_address_registration_place",
        "address_registration",
        ["address_id", "organisation_id"],
        unique=True,
        postgresql_where="ended_on IS NULL",
    )
    op.create_index(
        "uq_address_registration_principal",
        "address_registration",
        ["organisation_id"],
        unique=True,
        postgresql_where="ended_on IS NULL AND mode <> 'further'",
    )
    op.create_table(
        "chain_equity",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("share_bp", sa.Integer(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "held_until IS NULL OR held_until > held_from", name=op.f("ck_chain_equity_ends_after_beginning")
        ),
        sa.CheckConstraint("share_bp BETWEEN 1 AND 10000", name=op.f("ck_chain_equity_share_of_a_whole")),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_chain_equity_carrier_id")),
        sa.ForeignKeyConstraint(["project_id"], ["chain_project.id"], name=op.f("fk_chain_equity_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_equity")),
    )
    op.create_index(op.f("ix_chain_equity_project_id"), "chain_equity", ["project_id"], unique=False)
    op.create_index(
        "uq_chain_equity_held",
        "chain_equity",
        ["project_id", "carrier_id"],
        unique=True,
        postgresql_where="held_until IS NULL",
    )
    op.create_table(
        "chain_milestone",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "product",
                "revenue",
                "financing",
                "intellectual_property",
                "high_tech_certificate",
                "jobs",
                "other",
                name="milestonekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["chain_project.id"], name=op.f("fk_chain_milestone_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_milestone")),
    )
    op.create_index(op.f("ix_chain_milestone_project_id"), "chain_milestone", ["project_id"], unique=False)
    op.create_table(
        "chain_project_holder",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_chain_project_holder_organisation_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["chain_project.id"], name=op.f("fk_chain_project_holder_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_project_holder")),
    )
    op.create_index("ix_chain_project_holder_project_id", "chain_project_holder", ["project_id"], unique=False)
    op.create_table(
        "chain_stay",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "nursery",
                "incubator",
                "accelerator",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("agreement_reference", sa.String(length=200), nullable=True),
        sa.Column("admitted_by", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "transferred", "graduated", "left", name="ending", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("graduation", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(ending IS NOT DISTINCT FROM 'graduated') = (graduation IS NOT NULL)",
            name=op.f("ck_chain_stay_graduated_with_criteria"),
        ),
        sa.CheckConstraint(
            "ending IS DISTINCT FROM 'left' OR end_reason IS NOT NULL", name=op.f("ck_chain_stay_left_with_reason")
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (ending IS NULL)", name=op.f("ck_chain_stay_ended_in_some_way")),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= admitted_on", name=op.f("ck_chain_stay_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_chain_stay_carrier_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_chain_stay_organisation_id")),
        sa.ForeignKeyConstraint(["project_id"], ["chain_project.id"], name=op.f("fk_chain_stay_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_stay")),
    )
    op.create_index("ix_chain_stay_carrier", "chain_stay", ["carrier_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_chain_stay_city", "chain_stay", ["city_code", "stage"], unique=False)
    op.create_index("ix_chain_stay_project_id", "chain_stay", ["project_id"], unique=False)
    op.create_index(
        "uq_chain_stay_organisation",
        "chain_stay",
        ["organisation_id", "stage"],
        unique=True,
        postgresql_where="ended_on IS NULL",
    )
    op.create_index(
        "uq_chain_stay_project", "chain_stay", ["project_id"], unique=True, postgresql_where="ended_on IS NULL"
    )
    op.create_table(
        "chain_transfer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("from_carrier_id", sa.UUID(), nullable=True),
        sa.Column("to_carrier_id", sa.UUID(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "nursery",
                "incubator",
                "accelerator",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "offered",
                "accepted",
                "refused",
                "withdrawn",
                "expired",
                name="offerstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("offered_by", sa.String(length=200), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("expires_provisional", sa.Boolean(), nullable=False),
        sa.Column("precedence", sa.String(length=40), nullable=True),
        sa.Column("determination_id", sa.UUID(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'offered') = (answered_at IS NULL)", name=op.f("ck_chain_transfer_answered_with_time")
        ),
        sa.ForeignKeyConstraint(
            ["determination_id"], ["determination.id"], name=op.f("fk_chain_transfer_determination_id")
        ),
        sa.CheckConstraint(
            "(precedence IS NULL) = (determination_id IS NULL)", name=op.f("ck_chain_transfer_precedence_determined")
        ),
        sa.ForeignKeyConstraint(["from_carrier_id"], ["carrier.id"], name=op.f("fk_chain_transfer_from_carrier_id")),
        sa.ForeignKeyConstraint(["project_id"], ["chain_project.id"], name=op.f("fk_chain_transfer_project_id")),
        sa.ForeignKeyConstraint(["to_carrier_id"], ["carrier.id"], name=op.f("fk_chain_transfer_to_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_transfer")),
    )
    op.create_index("ix_chain_transfer_listing", "chain_transfer", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index("ix_chain_transfer_project_id", "chain_transfer", ["project_id"], unique=False)
    op.create_index("ix_chain_transfer_to_carrier_id", "chain_transfer", ["to_carrier_id"], unique=False)
    op.create_index("ix_chain_transfer_from_carrier_id", "chain_transfer", ["from_carrier_id"], unique=False)
    op.create_index(
        "uq_chain_transfer_offered",
        "chain_transfer",
        ["project_id"],
        unique=True,
        postgresql_where="status = 'offered'",
    )
    op.create_table(
        "address_certificate",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("registration_id", sa.UUID(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("statement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["address_registration.id"], name=op.f("fk_address_certificate_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_certificate")),
        sa.UniqueConstraint("city_code", "number", name=op.f("uq_address_certificate_city_code_number")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_address_certificate_registration_id")),
    )
    run_script(KEEP_HISTORY)
