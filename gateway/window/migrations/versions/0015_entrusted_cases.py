"""Who acts for an organisation now acts in its cases, in the place of who opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("case_file", sa.Column("entrusted_to", sa.String(200), nullable=True))
    op.create_index(
        "ix_case_file_entrusted",
        "case_file",
        ["city_code", "entrusted_to"],
        postgresql_where=sa.text("entrusted_to IS NOT NULL"),
    )
