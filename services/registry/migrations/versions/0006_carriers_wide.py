"""Carriers in their full width: more kinds, categories, hosts, coordinates, offers, warnings, operators, tenants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.bigrams import bigrams, searchable
from kernel.schema.scripts import run_script

revision = "0006"
down_revision = "0005"

KINDS = (
    "makerspace", "incubator", "accelerator", "cluster", "university_park", "micro_firm_base", "student_base",
    "virtual_space", "startup_street", "nursery", "returnee_park", "maker_centre", "service_centre", "consulting_body",
    "demonstration",
)  # fmt: skip

# Whoever writes a level makes its carrier public, in the same transaction.
PUBLIC_ONCE_RECOGNISED = """
CREATE FUNCTION carrier_is_public_once_recognised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE carrier SET is_public = true WHERE id = NEW.carrier_id AND NOT is_public;
    RETURN NULL;
END $$;
CREATE TRIGGER carrier_is_public_once_recognised AFTER INSERT ON carrier_level
    FOR EACH ROW EXECUTE FUNCTION carrier_is_public_once_recognised();
"""


def upgrade() -> None:
    """Names become searchable and seats are counted for the carriers there are."""
    _carriers()
    _fill_carriers()
    _offers_and_warnings()
    _operator_changes()
    _imports()
    _tenancies()


def _fill_carriers() -> None:
    """One statement a carrier: a city has hundreds, and the pairs of a name are made in one place alone."""
    connection = op.get_bind()
    carriers = connection.execute(sa.text("SELECT id, name FROM carrier")).all()
    fill = sa.text("UPDATE carrier SET plain = :plain, grams = :grams WHERE id = :id")
    for row in carriers:
        connection.execute(fill, {"id": row.id, "plain": searchable(row.name), "grams": bigrams(row.name)})
    op.execute(
        "UPDATE carrier SET seats = (SELECT sum(seats) FROM carrier_premises"
        " WHERE carrier_id = carrier.id AND ended_on IS NULL)"
    )
    op.execute("UPDATE carrier SET is_public = true WHERE id IN (SELECT carrier_id FROM carrier_level)")
    run_script(PUBLIC_ONCE_RECOGNISED)
    op.alter_column("carrier", "plain", nullable=False)
    op.alter_column("carrier", "grams", nullable=False)


def _carriers() -> None:
    words = ", ".join(f"'{kind}'" for kind in KINDS)
    op.drop_constraint("ck_carrier_carrierkind", "carrier")
    op.create_check_constraint(op.f("ck_carrier_carrierkind"), "carrier", f"kind IN ({words})")
    op.add_column("carrier", sa.Column("category", sa.String(length=40), nullable=True))
    op.add_column("carrier", sa.Column("plain", sa.Text()))
    op.add_column("carrier", sa.Column("grams", postgresql.ARRAY(sa.Text())))
    op.add_column(
        "carrier",
        sa.Column(
            "host_kind",
            sa.Enum(
                "productivity_centre",
                "start_up_service_centre",
                "returnee_park",
                "enterprise_key_lab",
                "rd_transfer_centre",
                "research_institute",
                "other_incubation_body",
                "large_firm",
                "medium_firm",
                "park",
                "county_or_district",
                "small_firm",
                "university",
                "social_organisation",
                "public_institution",
                name="hostkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("carrier", sa.Column("host_district_code", sa.String(length=6), nullable=True))
    op.add_column("carrier", sa.Column("host_zone", sa.String(length=100), nullable=True))
    op.add_column("carrier", sa.Column("seats", sa.Integer(), nullable=True))
    op.add_column("carrier", sa.Column("seats_taken", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("carrier", sa.Column("is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("carrier", sa.Column("tenants_now", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_carrier_grams", "carrier", ["grams"], unique=False, postgresql_using="gin")
    op.create_index("ix_carrier_kind", "carrier", ["city_code", "kind", "recorded_at", "id"], unique=False)
    op.create_index(
        "ix_carrier_level_present",
        "carrier_level",
        ["city_code", "level", "is_key"],
        unique=False,
        postgresql_where="ended_on IS NULL",
    )
    op.add_column(
        "carrier_premises",
        sa.Column(
            "rent_mode",
            sa.Enum(
                "owned",
                "leased",
                "low_rent",
                "free",
                name="rentmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column("carrier_premises", sa.Column("longitude_e6", sa.Integer(), nullable=True))
    op.add_column("carrier_premises", sa.Column("latitude_e6", sa.Integer(), nullable=True))
    op.add_column(
        "carrier_premises",
        sa.Column(
            "datum",
            sa.Enum(
                "gcj_02", "wgs_84", "cgcs_2000", name="datum", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
    )
    op.create_index(
        "ix_carrier_premises_map",
        "carrier_premises",
        ["city_code", "recorded_at", "id"],
        unique=False,
        postgresql_where="ended_on IS NULL AND datum IS NOT NULL",
    )
    op.create_check_constraint(op.f("ck_carrier_tenants_counted"), "carrier", "seats_taken >= 0 AND tenants_now >= 0")
    op.create_check_constraint(
        op.f("ck_carrier_premises_coordinates_in_full"),
        "carrier_premises",
        "num_nulls(longitude_e6, latitude_e6, datum) IN (0, 3)",
    )


def _offers_and_warnings() -> None:
    op.create_table(
        "carrier_offer",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("service", "equipment", name="offerkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "service",
            sa.Enum(
                "incubation",
                "intellectual_property",
                "finance",
                "consulting",
                "testing",
                "technology_transfer",
                "legal",
                "training",
                "equipment_sharing",
                "other",
                name="servicekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("price_note", sa.String(length=200), nullable=True),
        sa.Column(
            "open_to",
            sa.Enum("tenants", "city", "anyone", name="opento", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'service') = (service IS NOT NULL)", name=op.f("ck_carrier_offer_services_have_their_kind")
        ),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_carrier_offer_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_offer")),
    )
    op.create_index("ix_carrier_offer_carrier_id", "carrier_offer", ["carrier_id"], unique=False)
    op.create_index(
        "ix_carrier_offer_service",
        "carrier_offer",
        ["city_code", "service"],
        unique=False,
        postgresql_where="ended_on IS NULL",
    )
    op.create_table(
        "carrier_warning",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("finding", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(ended_on, ended_by, ended_reason) IN (0, 3)", name=op.f("ck_carrier_warning_ended_in_full")
        ),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_carrier_warning_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_warning")),
    )
    op.create_index(
        "uq_carrier_warning_open",
        "carrier_warning",
        ["carrier_id", "code", "subject"],
        unique=True,
        postgresql_where="ended_on IS NULL",
    )


def _operator_changes() -> None:
    op.create_table(
        "operator_change",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("from_id", sa.UUID(), nullable=False),
        sa.Column("to_id", sa.UUID(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "agreed",
                "in_force",
                "withdrawn",
                name="changestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("leaving_consent_by", sa.String(length=200), nullable=True),
        sa.Column("leaving_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taking_consent_by", sa.String(length=200), nullable=True),
        sa.Column("taking_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ordered_by", sa.String(length=200), nullable=True),
        sa.Column("order_reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'withdrawn') OR ordered_by IS NOT NULL OR "
            "num_nulls(leaving_consent_by, taking_consent_by) = 0",
            name=op.f("ck_operator_change_consented_or_ordered"),
        ),
        sa.CheckConstraint(
            "(ordered_by IS NULL) = (order_reason IS NULL)", name=op.f("ck_operator_change_ordered_with_reason")
        ),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_operator_change_another_operator")),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_operator_change_carrier_id")),
        sa.ForeignKeyConstraint(["from_id"], ["organisation.id"], name=op.f("fk_operator_change_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["organisation.id"], name=op.f("fk_operator_change_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_change")),
    )
    op.create_index("ix_operator_change_carrier_id", "operator_change", ["carrier_id"], unique=False)
    op.create_index("ix_operator_change_listing", "operator_change", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index(
        "uq_operator_change_open",
        "operator_change",
        ["carrier_id"],
        unique=True,
        postgresql_where="status IN ('proposed', 'agreed')",
    )


def _imports() -> None:
    op.create_table(
        "tenant_import",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "reading",
                "finished",
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_accepted", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("uploaded_by", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'finished') = (finished_at IS NOT NULL)", name=op.f("ck_tenant_import_finished_with_time")
        ),
        sa.CheckConstraint(
            "rows_read = rows_accepted + rows_refused AND rows_read <= rows_total",
            name=op.f("ck_tenant_import_rows_counted"),
        ),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_tenant_import_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_import")),
        sa.UniqueConstraint("carrier_id", "sha256", name=op.f("uq_tenant_import_carrier_id_sha256")),
    )
    op.create_index("ix_tenant_import_listing", "tenant_import", ["carrier_id", "recorded_at", "id"], unique=False)


def _tenancies() -> None:
    op.create_table(
        "tenancy",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "firm",
                "individual_business",
                "team",
                "project",
                name="tenantkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("firm_key", sa.String(length=220), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=True),
        sa.Column("area_sqm", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "ended", name="tenancystatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("agreed_until", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("import_id", sa.UUID(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('firm', 'individual_business')) = (credit_code IS NOT NULL)", name=op.f("ck_tenancy_coded")
        ),
        sa.CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_tenancy_ended_with_date")),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name=op.f("ck_tenancy_ends_after_beginning")),
        sa.CheckConstraint("seats >= 0 AND area_sqm >= 0", name=op.f("ck_tenancy_whole")),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_tenancy_carrier_id")),
        sa.ForeignKeyConstraint(["import_id"], ["tenant_import.id"], name=op.f("fk_tenancy_import_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tenancy_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenancy")),
    )
    op.create_index("ix_tenancy_carrier", "tenancy", ["carrier_id", "recorded_at", "id"], unique=False)
    op.create_index("ix_tenancy_credit_code", "tenancy", ["city_code", "credit_code"], unique=False)
    op.create_index("ix_tenancy_grams", "tenancy", ["grams"], unique=False, postgresql_using="gin")
    op.create_index("ix_tenancy_kind", "tenancy", ["city_code", "kind", "recorded_at", "id"], unique=False)
    op.create_index("ix_tenancy_listing", "tenancy", ["city_code", "recorded_at", "id"], unique=False)
    op.create_index("ix_tenancy_organisation_id", "tenancy", ["organisation_id"], unique=False)
    op.create_index(
        "uq_tenancy_open", "tenancy", ["carrier_id", "firm_key"], unique=True, postgresql_where="ended_on IS NULL"
    )
