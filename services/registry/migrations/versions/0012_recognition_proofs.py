"""Who entered a case is known, and nobody from the counter decides it; time limits are kept to be counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Not checked over what was decided before the rule: history stays as it was."""
    op.add_column("recognition", sa.Column("opened_by", sa.String(200)))
    op.add_column("cancellation", sa.Column("cure_working_days", sa.Integer))
    op.add_column("chain_transfer", sa.Column("working_days", sa.Integer))
    op.add_column("address_host", sa.Column("leaving_on", sa.Date))
    op.add_column("address_host", sa.Column("move_working_days", sa.Integer))
    op.create_check_constraint(
        op.f("ck_recognition_not_decided_at_the_counter"),
        "recognition",
        "decided_by <> accepted_by AND decided_by <> opened_by",
        postgresql_not_valid=True,
    )
