import asyncio
import secrets
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from devtools.databases import Database, addresses
from devtools.testing import Run, administer
from kernel.db import plain_dsn
from kernel.provisioning import provision


@pytest.fixture(scope="module")
def provisioned(test_run: Run) -> Iterator[Database]:
    name = f"{test_run.prefix}shop_{secrets.token_hex(2)}"
    made = addresses(test_run.admin_url, "funds", name=name, passwords=("m/1@", "r%2'"))
    for _ in range(2):  # doing it again is how an installation adjusts passwords
        provision(test_run.admin_url, migrator_url=made.migrator_url, runtime_url=made.runtime_url)
    ask(made.migrator_url, "CREATE TABLE goods (id bigserial PRIMARY KEY, name text)")
    yield made
    test_run.drop(name)
    administer(test_run.admin_url, f'DROP ROLE "{name}_migrator", "{name}_runtime"')


def ask(url: str, *statements: str) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(plain_dsn(url))
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_runtime_reads_and_writes_rows_of_tables_made_later(provisioned: Database) -> None:
    written = ask(
        provisioned.runtime_url,
        "INSERT INTO goods (name) VALUES ('a')",
        "UPDATE goods SET name = 'b'",
        "SELECT name FROM goods",
    )
    assert written == "b"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE goods ADD COLUMN more int",
        "ALTER TABLE goods DISABLE TRIGGER ALL",
        "DROP TABLE goods",
        "TRUNCATE goods",
        "CREATE TEMP TABLE scratch (id int)",
        "CREATE SCHEMA mine",
    ],
)
def test_runtime_changes_no_structure(provisioned: Database, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(provisioned.runtime_url, statement)


def test_a_role_of_another_database_may_not_come_in(provisioned: Database, test_run: Run) -> None:
    administer(test_run.admin_url, f"CREATE ROLE {test_run.prefix}stranger LOGIN PASSWORD 'p'")
    stranger = plain_dsn(provisioned.runtime_url).split("@")[1]
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            ask(f"postgresql://{test_run.prefix}stranger:p@{stranger}", "SELECT 1")
    finally:
        administer(test_run.admin_url, f"DROP ROLE {test_run.prefix}stranger")


def test_names_sort_by_code_point_on_every_machine(provisioned: Database) -> None:
    assert (
        ask(provisioned.migrator_url, "SELECT datcollate FROM pg_database WHERE datname = current_database()")
        == "C.UTF-8"
    )


def test_migrator_and_runtime_must_be_two_roles(provisioned: Database, test_run: Run) -> None:
    with pytest.raises(ValueError, match="two roles"):
        provision(test_run.admin_url, migrator_url=provisioned.runtime_url, runtime_url=provisioned.runtime_url)
