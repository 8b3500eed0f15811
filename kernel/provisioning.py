"""The database of a process and its two roles, made on any PostgreSQL server by someone who may make them.

The migrator owns the database and everything in it; the runtime role reads and writes rows and can change no
table, drop no trigger. Both names, passwords and the database's name are read from the addresses the process will
use, so nothing is said twice. `python -m kernel.provisioning <target>` is the one-shot job of an installation:
POSTGRES_URL (an administrator's), MIGRATION_DATABASE_URL and DATABASE_URL, or each as `<NAME>_FILE`.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import asyncpg

from kernel.db import plain_dsn

# Rows only. Functions are PUBLIC's to execute by default; TRUNCATE is missing on purpose: it skips row triggers.
_RUNTIME_GRANTS = (
    "GRANT CONNECT ON DATABASE {database} TO {runtime}",
    "GRANT USAGE ON SCHEMA public TO {runtime}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {migrator} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runtime}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {migrator} GRANT USAGE, SELECT ON SEQUENCES TO {runtime}",
)
_CLOSED_TO_OTHERS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
)


@dataclass(frozen=True, slots=True)
class Login:
    """What an address says: who comes, with which password, to which database."""

    role: str
    password: str
    database: str

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(plain_dsn(url))
        if not (parts.username and parts.password and parts.path.strip("/")):
            raise ValueError("a database address needs a role, a password and a database name")
        return cls(unquote(parts.username), unquote(parts.password), unquote(parts.path.strip("/")))


def provision(admin_url: str, *, migrator_url: str, runtime_url: str) -> None:
    """Make or adjust the roles and the database; doing it again changes nothing but passwords that changed."""
    asyncio.run(_provision(plain_dsn(admin_url), Login.of(migrator_url), Login.of(runtime_url)))


def at_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


async def _provision(admin_url: str, migrator: Login, runtime: Login) -> None:
    if migrator.database != runtime.database or migrator.role == runtime.role:
        raise ValueError("migrator and runtime are two roles of one database")
    admin = await asyncpg.connect(admin_url)
    try:
        await _make_role(admin, migrator)
        await _make_role(admin, runtime)
        await _make_database(admin, migrator)
    finally:
        await admin.close()
    names = {
        "database": _quoted(migrator.database),
        "migrator": _quoted(migrator.role),
        "runtime": _quoted(runtime.role),
    }
    inside = await asyncpg.connect(at_database(admin_url, migrator.database))
    try:
        async with inside.transaction():
            for statement in (*_CLOSED_TO_OTHERS, *_RUNTIME_GRANTS):
                await inside.execute(statement.format_map(names))
    finally:
        await inside.close()


async def _make_role(admin: Any, login: Login) -> None:
    found = await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", login.role)
    verb = "ALTER" if found else "CREATE"
    attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    await admin.execute(
        await admin.fetchval(
            f"SELECT format('{verb} ROLE %I {attributes} PASSWORD %L', $1::text, $2::text)", login.role, login.password
        )
    )


async def _make_database(admin: Any, owner: Login) -> None:
    if await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", owner.database):
        return
    # An administrator who is no superuser may give away only what a role it belongs to may own.
    await admin.execute(f"GRANT {_quoted(owner.role)} TO CURRENT_USER")
    await admin.execute(
        f"CREATE DATABASE {_quoted(owner.database)} OWNER {_quoted(owner.role)} "
        "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"  # code point order: the same on every machine
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _given(name: str) -> str:
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            sys.exit(f"{name}_FILE cannot be read: {error}")
    if name not in os.environ:
        sys.exit(f"{name} is missing, and so is {name}_FILE")
    return os.environ[name]


def main() -> None:
    from kernel.migrating import upgrade  # noqa: PLC0415 - the roles alone need no Alembic

    (target,) = sys.argv[1:]
    migrator_url = _given("MIGRATION_DATABASE_URL")
    admin_url, runtime_url = _given("POSTGRES_URL"), _given("DATABASE_URL")
    try:
        provision(admin_url, migrator_url=migrator_url, runtime_url=runtime_url)
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        sys.exit(f"database and roles of {target} could not be made: {error}")
    upgrade(target, migrator_url)


if __name__ == "__main__":
    main()
