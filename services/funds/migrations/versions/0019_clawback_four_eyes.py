"""Whoever decided a debt does not write it off."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    # Not valid at first, so that no row is read under the table's lock.
    op.create_check_constraint(
        op.f("ck_clawback_not_written_off_by_decider"),
        "clawback",
        "write_off_approved_by <> decided_by",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE clawback VALIDATE CONSTRAINT ck_clawback_not_written_off_by_decider")
