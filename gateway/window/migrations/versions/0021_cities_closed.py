"""Which cities were closed is known, so that no timer fires there."""

from alembic import op

from kernel.schema import v003

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Nobody tells the window: it closed them."""
    v003.upgrade()
    op.execute("""
        UPDATE city SET is_closed = true
        WHERE city_code IN (SELECT city_code FROM sandbox WHERE closed_at IS NOT NULL)""")
