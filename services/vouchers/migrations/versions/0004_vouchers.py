"""Tranches, providers, accepted cases, vouchers, redemptions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"

ID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
VOUCHER_STATUS = ("issued", "used_up", "expired")
REDEMPTION_STATUS = ("in_transit", "settled")


def upgrade() -> None:
    """Create them; the tables others refer to first."""
    _create_tranche()
    _create_provider()
    _create_applications()
    _create_voucher()
    _create_redemption()


def _create_tranche() -> None:
    op.create_table(
        "tranche",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(200), nullable=False),
        sa.Column("policy_year", sa.Integer, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", "amount_above_zero"),
    )
    op.create_index("ix_tranche_listing", "tranche", ["city_code", "opened_at", "id"])


def _create_provider() -> None:
    op.create_table(
        "provider",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("division_code", sa.String(6), nullable=False),
        sa.Column("service_kinds", pg.JSONB, nullable=False),
        sa.Column("admitted_on", sa.Date, nullable=False),
        sa.Column("admitted_by", sa.String(200), nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("ended_by", sa.String(200)),
        sa.Column("end_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("ended_on >= admitted_on", "ended_after_admission"),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", "ended_by_somebody"),
        sa.CheckConstraint("division_code ~ '^[0-9]{6}$'", "division_code"),
    )
    op.create_index(
        "uq_provider_admitted",
        "provider",
        ["city_code", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index("ix_provider_organisation", "provider", ["city_code", "organisation_id", "admitted_on"])
    op.create_index("ix_provider_listing", "provider", ["city_code", "recorded_at", "id"])


def _create_applications() -> None:
    op.create_table(
        "accepted_case",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("number", sa.String(50), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("applicant_id", ID, nullable=False),
        sa.Column("accepted_on", sa.Date, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("accepted_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
    )
    op.create_table(
        "holder_year",
        sa.Column("city_code", sa.String(20), primary_key=True),
        sa.Column("holder_id", ID, primary_key=True),
        sa.Column("programme", sa.String(200), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("issued_fen", sa.BigInteger, nullable=False),
        sa.CheckConstraint("issued_fen >= 0", "issued_not_negative"),
    )


def _create_voucher() -> None:
    op.create_table(
        "voucher",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("status", _words("status", VOUCHER_STATUS), nullable=False),
        sa.Column("programme", sa.String(200), nullable=False),
        sa.Column("tranche_id", ID, sa.ForeignKey("tranche.id"), nullable=False, index=True),
        sa.Column("holder_id", ID, nullable=False),
        sa.Column("holder_name", sa.String(200), nullable=False),
        sa.Column("face_fen", sa.BigInteger, nullable=False),
        sa.Column("remaining_fen", sa.BigInteger, nullable=False),
        sa.Column("lapsed_fen", sa.BigInteger, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("accepted_on", sa.Date, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.Column("determination_id", ID, sa.ForeignKey("determination.id"), nullable=False, unique=True),
        sa.Column("case_id", ID, sa.ForeignKey("accepted_case.id"), unique=True),
        sa.Column("issued_by", sa.String(200), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), unique=True),
        sa.Column("codes_made", sa.Integer, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("face_fen > 0", "face_above_zero"),
        sa.CheckConstraint(
            "remaining_fen >= 0 AND lapsed_fen >= 0 AND remaining_fen + lapsed_fen <= face_fen", "value"
        ),
        sa.CheckConstraint("(status = 'issued') = (remaining_fen > 0)", "issued_while_value_remains"),
        sa.CheckConstraint("(status = 'expired') = (lapsed_fen > 0)", "expired_with_lapse"),
    )
    op.create_index("ix_voucher_holder", "voucher", ["city_code", "holder_id", "recorded_at", "id"])
    op.create_index("ix_voucher_listing", "voucher", ["city_code", "recorded_at", "id"])


def _create_redemption() -> None:
    op.create_table(
        "redemption",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("status", _words("status", REDEMPTION_STATUS), nullable=False),
        sa.Column("voucher_id", ID, sa.ForeignKey("voucher.id"), nullable=False, index=True),
        sa.Column("tranche_id", ID, sa.ForeignKey("tranche.id"), nullable=False, index=True),
        sa.Column("provider_id", ID, sa.ForeignKey("provider.id"), nullable=False, index=True),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("service_kind", sa.String(100), nullable=False),
        sa.Column("service_on", sa.Date, nullable=False),
        sa.Column("contract_on", sa.Date, nullable=False),
        sa.Column("contract_net_fen", sa.BigInteger, nullable=False),
        sa.Column("invoice_code", sa.String(12)),
        sa.Column("invoice_number", sa.String(20), nullable=False),
        sa.Column("invoice_fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("redeemed_at", MOMENT, nullable=False),
        sa.Column("redeemed_by", sa.String(200), nullable=False),
        sa.Column("determination_id", ID, sa.ForeignKey("determination.id"), nullable=False, unique=True),
        sa.Column("booked_at", MOMENT),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_fen > 0 AND amount_fen <= contract_net_fen", "amount"),
        sa.CheckConstraint("(status = 'settled') = (booked_at IS NOT NULL)", "settled_when_booked"),
        sa.UniqueConstraint("city_code", "invoice_fingerprint"),
    )
    op.create_index("ix_redemption_listing", "redemption", ["city_code", "recorded_at", "id"])


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=40, name=name)
