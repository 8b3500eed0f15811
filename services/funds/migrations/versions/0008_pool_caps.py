"""What other levels paid for a loss, for caps over all public money together."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "loss_claim", sa.Column("other_public_fen", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.alter_column("loss_claim", "other_public_fen", server_default=None)
