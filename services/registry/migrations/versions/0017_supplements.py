"""Recognitions of cases accepted on a promise: they wait for it, and end without a decision when it is not kept."""

import sqlalchemy as sa
from alembic import op

from kernel.schema import supplements

revision = "0017"
down_revision = "0016"
STATUSES = ("under_review", "on_notice", "awaiting_decision", "awaiting_refusal", "recognised", "refused", "lapsed")


def upgrade() -> None:
    """What has lapsed is no longer in the way of another case of the carrier."""
    supplements.upgrade()
    op.drop_constraint(op.f("ck_recognition_status"), "recognition")
    op.create_check_constraint(op.f("ck_recognition_status"), "recognition", sa.column("status").in_(STATUSES))
    op.drop_index("uq_recognition_open", "recognition")
    op.create_index(
        "uq_recognition_open",
        "recognition",
        ["carrier_id", "level", "is_key"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('recognised', 'refused', 'lapsed')"),
    )
