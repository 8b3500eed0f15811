"""Cases that no service decides: who decided at the window, and on which facts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("case_file", sa.Column("decided_by", sa.String(200), nullable=True))
    op.add_column("case_file", sa.Column("decision_facts", JSONB(), nullable=True))
    op.create_check_constraint(
        op.f("ck_case_file_decided_by_another"), "case_file", "decided_by NOT IN (accepted_by, opened_by)"
    )
    op.create_check_constraint(
        op.f("ck_case_file_decided_on_facts"), "case_file", "(decided_by IS NULL) = (decision_facts IS NULL)"
    )
