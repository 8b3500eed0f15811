"""An organisation deregistered by mistake, or come back to the city, is restored; another client may act for one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script

revision = "0014"
down_revision = "0013"

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)
KINDS = """
ALTER TABLE ending DROP CONSTRAINT ck_ending_kind,
    ADD CONSTRAINT ck_ending_kind CHECK (kind IN ('deregistration', 'merger', 'restoration'));
"""
KEEP_HISTORY = """
CREATE TRIGGER organisation_entrustment_keeps_history BEFORE UPDATE OR DELETE OR TRUNCATE ON organisation_entrustment
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keeps_history();
"""


def upgrade() -> None:
    """One end waits at a time, as before; what is restored may end again, so that one was confirmed bars nothing."""
    run_script(KINDS)
    op.drop_index("uq_ending_confirmed", "ending")
    op.create_table(
        "organisation_entrustment",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("organisation_id", UUID, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("former", sa.String(200), nullable=False),
        sa.Column("present", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("entrusted_by", sa.String(200), nullable=False),
        sa.Column("entrusted_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
    )
    op.create_index("ix_organisation_entrustment_organisation_id", "organisation_entrustment", ["organisation_id"])
    run_script(KEEP_HISTORY)
