"""Vouchers frozen and voided, organisations barred, redemptions reversed; statements to settle by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


# Of the voucher: a constraint's new words.
CHANGED = {
    "status": "status IN ('issued', 'frozen', 'used_up', 'expired', 'voided')",
    "issued_while_value_remains": "(status IN ('issued', 'frozen')) = (remaining_fen > 0)",
    "ended_with_lapse": "(status IN ('expired', 'voided')) = (remaining_fen = 0 AND lapsed_fen > 0)",
}
ENDED = ("status", "issued_while_value_remains", "expired_with_lapse")


def upgrade() -> None:
    """The voucher's states first; what is new follows."""
    _voucher()
    _redemption()
    _voucher_bar()
    _voucher_measure()
    _redemption_finding()
    _settlement()
    _settlement_line()


def _voucher() -> None:
    for name in ENDED:
        op.drop_constraint(op.f(f"ck_voucher_{name}"), "voucher", type_="check")
    # Not valid at first, so that no row is read under the table's lock.
    for name, words in CHANGED.items():
        op.create_check_constraint(op.f(f"ck_voucher_{name}"), "voucher", words, postgresql_not_valid=True)
        op.execute(f"ALTER TABLE voucher VALIDATE CONSTRAINT ck_voucher_{name}")


def _redemption() -> None:
    op.add_column("redemption", sa.Column("reversed_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("redemption", "reversed_fen", server_default=None)
    op.create_check_constraint(
        op.f("ck_redemption_reversed_never_above"),
        "redemption",
        "reversed_fen BETWEEN 0 AND amount_fen",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE redemption VALIDATE CONSTRAINT ck_redemption_reversed_never_above")


def _voucher_bar() -> None:
    op.create_table(
        "voucher_bar",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "in_force",
                "declined",
                "lift_proposed",
                "lifted",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_ground", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("lift_proposed_by", sa.String(length=200), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('proposed', 'declined') THEN 2 ELSE 0 END",
            name=op.f("ck_voucher_bar_confirmed_in_full"),
        ),
        sa.CheckConstraint(
            "num_nulls(lifted_by, lifted_on, lift_proposed_by, lift_reason) = 0 OR status <> 'lifted'",
            name=op.f("ck_voucher_bar_lifted_in_full"),
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_voucher_bar_second_person")),
        sa.CheckConstraint("lifted_by <> lift_proposed_by", name=op.f("ck_voucher_bar_lifted_by_two")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_voucher_bar_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_bar")),
    )
    op.create_index("ix_voucher_bar_listing", "voucher_bar", ["city_code", "recorded_at", "id"])
    op.create_index("ix_voucher_bar_organisation", "voucher_bar", ["city_code", "organisation_id"])


def _voucher_measure() -> None:
    op.create_table(
        "voucher_measure",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("voucher_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("frozen", "unfrozen", "voided", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clauses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'voided') = (jsonb_array_length(clauses) > 0)", name=op.f("ck_voucher_measure_clause_when_voided")
        ),
        sa.CheckConstraint(
            "returned_fen >= 0 AND (kind = 'voided') = (returned_fen > 0)",
            name=op.f("ck_voucher_measure_returned_when_voided"),
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_measure_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_measure")),
    )
    op.create_index("ix_voucher_measure_of", "voucher_measure", ["voucher_id", "recorded_at", "id"])


def _redemption_finding() -> None:
    op.create_table(
        "redemption_finding",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("redemption_id", sa.UUID(), nullable=False),
        sa.Column("tranche_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invoice_cancelled", "found_false", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "confirmed",
                "dropped",
                "booked",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("found_by", sa.String(length=200), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'booked') = (booked_at IS NOT NULL)", name=op.f("ck_redemption_finding_booked_when_told")
        ),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('proposed', 'dropped') THEN 2 ELSE 0 END",
            name=op.f("ck_redemption_finding_confirmed_in_full"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_redemption_finding_amount_above_zero")),
        sa.CheckConstraint("confirmed_by <> found_by", name=op.f("ck_redemption_finding_second_person")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_redemption_finding_redemption_id")),
        sa.ForeignKeyConstraint(["tranche_id"], ["tranche.id"], name=op.f("fk_redemption_finding_tranche_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption_finding")),
    )
    op.create_index("ix_redemption_finding_listing", "redemption_finding", ["city_code", "recorded_at", "id"])
    op.create_index("ix_redemption_finding_of", "redemption_finding", ["redemption_id"])
    op.create_index("ix_redemption_finding_tranche", "redemption_finding", ["tranche_id", "status"])


def _settlement() -> None:
    op.create_table(
        "settlement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("city_code", sa.String(length=20), nullable=False),
        sa.Column("tranche_id", sa.UUID(), nullable=False),
        sa.Column("programme", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("provider_name", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "published",
                "confirmed",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("redeemed_fen", sa.BigInteger(), nullable=False),
        sa.Column("reversed_fen", sa.BigInteger(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", sa.String(length=200), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("notice_until_on", sa.Date(), nullable=True),
        sa.Column("notice_provisional", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status = 'confirmed' THEN 0 ELSE 2 END",
            name=op.f("ck_settlement_confirmed_in_full"),
        ),
        sa.CheckConstraint(
            "num_nulls(published_by, published_on) = CASE WHEN status = 'draft' THEN 2 ELSE 0 END"
            " OR status = 'withdrawn'",
            name=op.f("ck_settlement_published_in_full"),
        ),
        sa.CheckConstraint(
            "confirmed_by <> prepared_by AND confirmed_by <> published_by", name=op.f("ck_settlement_second_person")
        ),
        sa.CheckConstraint(
            "redeemed_fen >= 0 AND reversed_fen >= 0 AND total_fen = redeemed_fen - reversed_fen AND total_fen > 0",
            name=op.f("ck_settlement_totals"),
        ),
        sa.ForeignKeyConstraint(["tranche_id"], ["tranche.id"], name=op.f("fk_settlement_tranche_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    op.create_index("ix_settlement_listing", "settlement", ["city_code", "recorded_at", "id"])
    op.create_index("ix_settlement_provider", "settlement", ["city_code", "organisation_id"])


def _settlement_line() -> None:
    op.create_table(
        "settlement_line",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("settlement_id", sa.UUID(), nullable=False),
        sa.Column("redemption_id", sa.UUID(), nullable=False),
        sa.Column("finding_id", sa.UUID(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(finding_id IS NULL) = (amount_fen > 0) AND amount_fen <> 0", name=op.f("ck_settlement_line_sign")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["redemption_finding.id"], name=op.f("fk_settlement_line_finding_id")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_settlement_line_redemption_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_settlement_line_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_line")),
    )
    op.create_index("ix_settlement_line_of", "settlement_line", ["settlement_id", "recorded_at", "id"])
    op.create_index(
        "uq_settlement_line_finding",
        "settlement_line",
        ["finding_id"],
        unique=True,
        postgresql_where=sa.text("NOT withdrawn"),
    )
    op.create_index(
        "uq_settlement_line_redemption",
        "settlement_line",
        ["redemption_id"],
        unique=True,
        postgresql_where=sa.text("finding_id IS NULL AND NOT withdrawn"),
    )
