"""Any process with all its routes and secrets, over the database of a test module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devtools.databases import Database
from devtools.openapi import build_of, secret_settings
from tests.builders.processes import Process, running


@asynccontextmanager
async def whole(process: str, database: Database, folder: Path) -> AsyncIterator[Process]:
    """`process` as production builds it; its neighbours do not answer."""
    build, settings = build_of(process)
    async with running(build, process, database, folder, settings=settings, **secret_settings(folder)) as started:
        yield started
