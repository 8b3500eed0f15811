"""A confirmed statement is paid by funds."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
CHECKS = {
    "confirmed_in_full": (
        "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('confirmed', 'paid') THEN 0 ELSE 2 END"
    ),
    "paid_in_full": "(paid_on IS NOT NULL) = (status = 'paid')",
    "status": "status IN ('draft', 'published', 'confirmed', 'paid', 'withdrawn')",
}


def upgrade() -> None:
    op.add_column("settlement", sa.Column("paid_on", sa.Date()))
    for name in ("confirmed_in_full", "status"):
        op.drop_constraint(op.f(f"ck_settlement_{name}"), "settlement")
    for name, holds in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_settlement_{name}"), "settlement", holds, postgresql_not_valid=True)
        op.execute(f"ALTER TABLE settlement VALIDATE CONSTRAINT ck_settlement_{name}")
