"""An organisation deregistered by mistake, or come back to the city, is restored; it may end again after that."""

from alembic import op

from kernel.schema.scripts import run_script

revision = "0014"
down_revision = "0013"

KINDS = """
ALTER TABLE ending DROP CONSTRAINT ck_ending_kind,
    ADD CONSTRAINT ck_ending_kind CHECK (kind IN ('deregistration', 'merger', 'restoration'));
"""


def upgrade() -> None:
    """One waits at a time, as before; who ends an organisation holds its row."""
    run_script(KINDS)
    op.drop_index("uq_ending_confirmed", "ending")
