import asyncio
import multiprocessing
from collections.abc import Callable

import asyncpg
import pytest

from devtools.databases import TARGETS, Database
from kernel import migrating
from kernel.db import plain_dsn

MIGRATED = [target for target in TARGETS if migrating.folder(target).exists()]


@pytest.mark.parametrize("target", MIGRATED)
def test_the_models_and_the_migrated_schema_agree(target: str, database: Callable[[str], Database]) -> None:
    """In a process of its own, as it is deployed: only the models of this one database are loaded.

    Each is forked from one that has loaded what migrates, which takes longest, and no model.
    """
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["kernel.migrating"])
    with processes.Pool(1) as own:
        own.apply(migrating.upgrade, (target, database(target).migrator_url))
        own.apply(migrating.check, (target, database(target).migrator_url))


def test_a_database_that_newer_code_has_migrated_is_left_alone_and_told(database: Callable[[str], Database]) -> None:
    url = database("events").migrator_url

    async def stand_at(version: str) -> str:
        connection = await asyncpg.connect(plain_dsn(url))
        before = await connection.fetchval("SELECT version_num FROM alembic_version")
        await connection.execute("UPDATE alembic_version SET version_num = $1", version)
        await connection.close()
        return str(before)

    before = asyncio.run(stand_at("9999"))
    try:
        with pytest.raises(SystemExit, match=r"^events cannot be migrated, nothing was changed: .*9999"):
            migrating.upgrade("events", url)
    finally:
        assert asyncio.run(stand_at(before)) == "9999"
