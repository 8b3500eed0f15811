"""Who took over a payee that changed after an order was made; whoever did does not release it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("payment_order", sa.Column("payee_adopted_by", sa.String(length=200), nullable=True))
    # Not valid at first, so that no row is read under the table's lock.
    op.create_check_constraint(
        op.f("ck_payment_order_payee_seen_by_two"),
        "payment_order",
        "status NOT IN ('released', 'batched') OR released_by <> payee_adopted_by",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE payment_order VALIDATE CONSTRAINT ck_payment_order_payee_seen_by_two")
