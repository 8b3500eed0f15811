"""The five databases of the product on one server: made, given their roles, migrated."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from devtools.children import starting_environment
from devtools.secret_files import kept_secret
from kernel.db import plain_dsn
from kernel.provisioning import provision

_ROOT = Path(__file__).resolve().parent.parent
TARGETS = ("window", "registry", "vouchers", "funds", "events")


@dataclass(frozen=True, slots=True)
class Database:
    """The addresses of one database; both for SQLAlchemy (`postgresql+asyncpg://`)."""

    target: str
    name: str
    migrator_url: str
    runtime_url: str


def addresses(admin_url: str, target: str, *, name: str, passwords: tuple[str, str]) -> Database:
    """Where the database `name` of `target` will be on that server; the migrator's password comes first."""
    server = urlsplit(plain_dsn(admin_url)).netloc.rpartition("@")[2]
    migrator_url, runtime_url = (
        f"postgresql+asyncpg://{name}_{role}:{quote(password, safe='')}@{server}/{name}"
        for role, password in zip(("migrator", "runtime"), passwords, strict=True)
    )
    return Database(target, name, migrator_url, runtime_url)


def prepare(admin_url: str, target: str, *, passwords: Path, name: str) -> Database:
    """Make and migrate the database of `target`; its passwords are kept as files, one per role, in `passwords`."""
    kept = kept_secret(passwords / f"{name}_migrator"), kept_secret(passwords / f"{name}_runtime")
    database = addresses(admin_url, target, name=name, passwords=kept)
    provision(admin_url, migrator_url=database.migrator_url, runtime_url=database.runtime_url)
    _migrate(database)
    return database


def prepare_all(admin_url: str, *, passwords: Path, prefix: str = "") -> dict[str, Database]:
    """`prepare` for every database of the product, side by side; `prefix` is put before each name."""

    def made(target: str) -> Database:
        return prepare(admin_url, target, passwords=passwords, name=prefix + target)

    with ThreadPoolExecutor(len(TARGETS)) as pool:
        return {database.target: database for database in pool.map(made, TARGETS)}


def _migrate(database: Database) -> None:
    """In a process of its own: the models of two services never meet in one, here as little as in production."""
    done = subprocess.run(
        [sys.executable, "-m", "kernel.migrating", database.target],
        env=starting_environment() | {"MIGRATION_DATABASE_URL": database.migrator_url},
        cwd=_ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"migrating {database.target} failed\n{done.stdout}{done.stderr}")
