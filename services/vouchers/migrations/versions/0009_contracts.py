"""Contracts reserve value of vouchers; the database counts what they hold against what remains."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0009"
down_revision = "0008"

ID, MOMENT, NAME = pg.UUID(as_uuid=True), sa.DateTime(timezone=True), sa.String(200)
STATUS = ("reserved", "served", "redeemed", "cancelled", "lapsed")
# What a voucher has reserved is the sum over its contracts at every statement, whoever writes them; nobody else does.
COUNTED = """
CREATE FUNCTION contract_counts_on_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE voucher SET reserved_fen = reserved_fen - OLD.open_fen WHERE id = OLD.voucher_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE voucher SET reserved_fen = reserved_fen + NEW.open_fen WHERE id = NEW.voucher_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER counted AFTER INSERT OR DELETE OR UPDATE OF open_fen, voucher_id ON contract
    FOR EACH ROW EXECUTE FUNCTION contract_counts_on_voucher();
CREATE FUNCTION voucher_reserved_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a voucher has reserved is counted from its contracts'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'voucher_reserved_is_counted';
END $$;
CREATE TRIGGER reserved_is_counted BEFORE UPDATE OF reserved_fen ON voucher
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION voucher_reserved_is_counted();
"""


def upgrade() -> None:
    """The voucher's column first, which the contracts then raise."""
    _widen_voucher()
    _create_contract()
    op.add_column("redemption", sa.Column("contract_id", ID, nullable=True))
    op.create_foreign_key(
        "fk_redemption_contract_id", "redemption", "contract", ["contract_id"], ["id"], postgresql_not_valid=True
    )
    op.execute("ALTER TABLE redemption VALIDATE CONSTRAINT fk_redemption_contract_id")
    op.create_index("ix_redemption_contract_id", "redemption", ["contract_id"])
    run_script(COUNTED)


def _widen_voucher() -> None:
    op.add_column("voucher", sa.Column("reserved_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_constraint(op.f("ck_voucher_expired_with_lapse"), "voucher")
    checks = {
        "ck_voucher_expired_with_lapse": "(status = 'expired') = (remaining_fen = 0 AND lapsed_fen > 0)",
        "ck_voucher_reserved_within_remaining": "reserved_fen >= 0 AND reserved_fen <= remaining_fen",
    }
    for name, check in checks.items():
        op.create_check_constraint(op.f(name), "voucher", check, postgresql_not_valid=True)
        op.execute(f"ALTER TABLE voucher VALIDATE CONSTRAINT {name}")


def _create_contract() -> None:
    op.create_table(
        "contract",
        sa.Column("id", ID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("status", _words("status", STATUS), nullable=False),
        sa.Column("voucher_id", ID, sa.ForeignKey("voucher.id"), nullable=False, index=True),
        sa.Column("holder_id", ID, nullable=False),
        sa.Column("provider_id", ID, sa.ForeignKey("provider.id"), nullable=False, index=True),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("service_kind", sa.String(100), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("contract_net_fen", sa.BigInteger, nullable=False),
        sa.Column("reserved_fen", sa.BigInteger, nullable=False),
        sa.Column("redeemed_fen", sa.BigInteger, nullable=False),
        sa.Column("open_fen", sa.BigInteger, nullable=False),
        sa.Column("use_by", sa.Date, nullable=False),
        sa.Column("claim_by", sa.Date, nullable=False),
        sa.Column("served_on", sa.Date),
        sa.Column("determination_id", ID, sa.ForeignKey("determination.id"), nullable=False, unique=True),
        sa.Column("registered_by", NAME, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", NAME),
        sa.Column("end_reason", sa.String(40)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("reserved_fen > 0 AND reserved_fen <= contract_net_fen", "reserved_within_contract"),
        sa.CheckConstraint(
            "open_fen >= 0 AND redeemed_fen >= 0 AND open_fen + redeemed_fen <= reserved_fen", "open_within_reserved"
        ),
        sa.CheckConstraint("(status IN ('reserved', 'served')) = (open_fen > 0)", "open_while_it_stands"),
        sa.CheckConstraint("(open_fen > 0) = (ended_at IS NULL)", "ended_when_nothing_is_open"),
        sa.CheckConstraint("num_nulls(ended_at, ended_by, end_reason) IN (0, 3)", "ended_in_full"),
        sa.CheckConstraint("signed_on <= use_by AND use_by <= claim_by", "dates"),
    )
    op.create_index(
        "uq_contract_registered",
        "contract",
        ["city_code", "organisation_id", "holder_id", "number"],
        unique=True,
        postgresql_where=sa.text("status IN ('reserved', 'served', 'redeemed')"),
    )
    op.create_index("ix_contract_listing", "contract", ["city_code", "recorded_at", "id"])
    for party, column in (("holder", "holder_id"), ("organisation", "organisation_id")):
        op.create_index(f"ix_contract_{party}", "contract", ["city_code", column, "recorded_at", "id"])


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=40, name=name)
