"""SQL of several statements inside a migration's own transaction."""

from typing import Any

from alembic import op
from sqlalchemy import text
from sqlalchemy.util import await_only


def run_script(sql: str) -> None:
    """Run a script as PostgreSQL's simple protocol does; asyncpg prepares, and prepares one statement at a time."""
    bind = op.get_bind()
    bind.execute(text("SELECT 1"))  # SQLAlchemy begins the transaction with the first statement
    raw: Any = bind.connection.driver_connection
    await_only(raw.execute(sql))
