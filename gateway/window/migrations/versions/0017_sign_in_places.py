"""Wrong passwords are counted by account and address."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "sign_in_place",
        sa.Column("account", sa.String(100), primary_key=True),
        sa.Column("origin", sa.LargeBinary(32), primary_key=True),
        sa.Column("known", sa.Boolean, nullable=False),
        sa.Column("failures", sa.SmallInteger, nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True)),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sign_in_place_forget_at", "sign_in_place", ["forget_at"])
