"""What an accepted revision counts stays beside what a newer one of the report counts."""

import sqlalchemy as sa
from alembic import op

from kernel.schema.scripts import run_script

revision = "0018"
down_revision = "0017"

# There were entries of the newest revision only: a report that is being corrected right now counts again once accepted.
ENTRIES = """
ALTER TABLE statistics_entry ADD revision integer, ADD is_newest boolean NOT NULL DEFAULT true,
    DROP CONSTRAINT uq_statistics_entry_counted_once;
UPDATE statistics_entry SET revision = statistics_report.revision FROM statistics_report
WHERE statistics_report.id = report_id;
ALTER TABLE statistics_entry ALTER revision SET NOT NULL, ALTER is_newest DROP DEFAULT;
"""


def upgrade() -> None:
    """Once over an operator's carriers is what the newest revisions count, as before."""
    run_script(ENTRIES)
    op.create_index(
        "uq_statistics_entry_counted_once",
        "statistics_entry",
        ["round_id", "operator_id", "kind", "key"],
        unique=True,
        postgresql_where=sa.text("is_newest"),
    )
