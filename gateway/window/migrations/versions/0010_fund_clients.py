"""A manager of sub-funds has a client of its own."""

from alembic import op

revision = "0010"
down_revision = "0009"

NAME = "ck_client_clientkind"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "client", type_="check")
    op.create_check_constraint(
        op.f(NAME), "client", "kind IN ('portal', 'bank', 'provider', 'fund_manager', 'platform')"
    )
