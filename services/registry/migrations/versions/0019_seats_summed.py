"""The seats of all addresses, and of all tenants, may be more than an integer column holds."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Each address and each tenant keeps its integer; their sums get room."""
    op.alter_column("carrier", "seats", existing_type=sa.Integer(), type_=sa.BigInteger())
    op.alter_column("carrier", "seats_taken", existing_type=sa.Integer(), type_=sa.BigInteger())
