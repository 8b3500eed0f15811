"""An objection to a published list may be withdrawn until it is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("publicity_objection", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("ck_publicity_objection_withdrawn_or_answered"),
        "publicity_objection",
        "withdrawn_at IS NULL OR upheld IS NULL",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE publicity_objection VALIDATE CONSTRAINT ck_publicity_objection_withdrawn_or_answered")
