"""Migrations of one database: `python -m kernel.migrating <process>` with MIGRATION_DATABASE_URL, or `upgrade`.

The models are loaded only to be compared with the schema: an upgrade is several times sooner done without them.
"""

import asyncio
import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from kernel.db import Base

ROOT = Path(__file__).resolve().parent.parent
LOCK_TIMEOUT = "5s"
NOT_OURS = ("pgqueuer",)
_WITHOUT_MODELS = "without_models"


def folder(process: str) -> Path:
    """Where a process keeps its migrations."""
    owner = ROOT / "gateway" / "window" if process == "window" else ROOT / "services" / process
    return owner / "migrations"


def config(process: str, url: str = "") -> Config:
    """Alembic's configuration, without an ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(folder(process)))
    settings.set_main_option("path_separator", "os")
    settings.attributes["url"] = url
    return settings


@cache
def head(process: str) -> str:
    """The revision this code needs."""
    revision = ScriptDirectory.from_config(config(process)).get_current_head()
    if revision is None:
        raise LookupError(f"{process} has no migrations")
    return revision


def upgrade(process: str, url: str) -> None:
    """Bring a database to the head. `url` is the migrator's, postgresql+asyncpg://…

    Ends the process in one line for a database that newer code has migrated.
    """
    settings = config(process, url)
    settings.attributes[_WITHOUT_MODELS] = True
    try:
        command.upgrade(settings, "head")
    except CommandError as error:
        sys.exit(f"{process} cannot be migrated, nothing was changed: {error}. Is its database newer than this code?")


def check(process: str, url: str) -> None:
    """Raise when the models and the migrated schema differ."""
    command.check(config(process, url))


def _include(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and name is not None and name.startswith(NOT_OURS))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_include,
        compare_type=True,
        transaction_per_migration=True,
    )
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()


async def _run_async(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def run(models: str) -> None:
    """What every env.py calls; `models` is the module that knows every model of its database."""
    if _WITHOUT_MODELS not in context.config.attributes:
        import_module(models)
    asyncio.run(_run_async(context.config.attributes["url"]))


if __name__ == "__main__":
    upgrade(sys.argv[1], os.environ["MIGRATION_DATABASE_URL"])
