"""Facts that became true in one statement share a row until the relay unfolds it.

from kernel.schema.v002 import upgrade
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from kernel.schema.scripts import run_script


def upgrade() -> None:
    """The table. Its rows live for a moment: what fits a page is neither compressed nor moved out of line."""
    op.create_table(
        "outbox_batch",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seqs", pg.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("ids", pg.ARRAY(pg.UUID(as_uuid=True)), nullable=False),
        # as long as the log takes: what could not be unfolded would stop the relay
        sa.Column("types", pg.ARRAY(sa.String(100)), nullable=False),
        sa.Column("subjects", pg.ARRAY(sa.String(100)), nullable=False),
        sa.Column("data", pg.ARRAY(pg.JSON), nullable=False),
        sa.Column("actors", pg.ARRAY(sa.String(200))),
        sa.Column("request_ids", pg.ARRAY(sa.String(100))),
    )
    columns = ("seqs", "ids", "types", "subjects", "data", "actors", "request_ids")
    stored = ", ".join(f"ALTER {column} SET STORAGE EXTERNAL" for column in columns)
    run_script(f"ALTER TABLE outbox_batch SET (toast_tuple_target = 8160), {stored}")
