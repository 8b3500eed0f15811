"""Applications can be refused; a public notice keeps for how many working days it runs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0013"
down_revision = "0012"
STATUS = sa.Enum("waiting", "granted", "refused", name="status", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Of cases there are: granted where a voucher was issued; who entered them was not told."""
    name = sa.String(200)
    op.add_column("accepted_case", sa.Column("status", STATUS, nullable=False, server_default="waiting"))
    op.execute(
        "UPDATE accepted_case SET status = 'granted' WHERE EXISTS"
        " (SELECT FROM voucher WHERE voucher.case_id = accepted_case.id)"
    )
    op.alter_column("accepted_case", "status", server_default=None)
    for column in (
        sa.Column("opened_by", name),
        sa.Column("refused_by", name),
        sa.Column("refused_at", sa.DateTime(timezone=True)),
        sa.Column("refusal_reason", sa.Text),
        sa.Column("refusal_clauses", pg.JSONB),
    ):
        op.add_column("accepted_case", column)
    op.create_check_constraint(
        op.f("ck_accepted_case_refused_in_full"),
        "accepted_case",
        "num_nulls(refused_by, refused_at, refusal_reason, refusal_clauses) ="
        " CASE WHEN status = 'refused' THEN 0 ELSE 4 END",
    )
    op.create_check_constraint(
        op.f("ck_accepted_case_another_refuses"),
        "accepted_case",
        "refused_by <> accepted_by AND refused_by <> opened_by",
    )
    op.create_index("ix_accepted_case_listing", "accepted_case", ["city_code", "recorded_at", "id"])
    op.add_column("settlement", sa.Column("notice_working_days", sa.Integer))
