"""Applications accepted on a promise: they wait for it, and end without a decision when it is not kept."""

import sqlalchemy as sa
from alembic import op

from kernel.schema import supplements

revision = "0019"
down_revision = "0018"
STATUSES = ("waiting", "granted", "refused", "lapsed")


def upgrade() -> None:
    supplements.upgrade()
    op.drop_constraint(op.f("ck_accepted_case_status"), "accepted_case")
    op.create_check_constraint(op.f("ck_accepted_case_status"), "accepted_case", sa.column("status").in_(STATUSES))
