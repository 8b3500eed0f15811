"""The declared sale of a stake may be withdrawn."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.drop_constraint("ck_sub_fund_return_status", "sub_fund_return")
    op.create_check_constraint(
        op.f("ck_sub_fund_return_status"), "sub_fund_return", "status IN ('declared', 'received', 'withdrawn')"
    )
