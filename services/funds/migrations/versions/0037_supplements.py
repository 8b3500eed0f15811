"""Applications of cases accepted on a promise: they wait for it, and end without a decision when it is not kept."""

import sqlalchemy as sa
from alembic import op

from kernel.schema import supplements

revision = "0037"
down_revision = "0036"
STATUSES = ("under_review", "waiting_policy", "waiting_facts", "refused", "payable", "approved", "paid", "lapsed")


def upgrade() -> None:
    """The constraint was once given its table's name twice."""
    supplements.upgrade()
    op.drop_constraint(op.f("ck_application_ck_application_status"), "application")
    op.create_check_constraint(op.f("ck_application_status"), "application", sa.column("status").in_(STATUSES))
