"""Which cities were closed is known, so that no timer fires there.

from kernel.schema.v003 import upgrade
"""

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    """Of those closed before, the fact was taken."""
    op.add_column("city", sa.Column("is_closed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("""
        UPDATE city SET is_closed = true
        WHERE is_sandbox AND city_code IN (SELECT city_code FROM inbox_event WHERE type = 'city.closed')""")
