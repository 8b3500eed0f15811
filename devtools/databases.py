"""The five databases of the product on one server: made, given their roles, migrated."""

import json
import subprocess
import sys
from collections.abc import Sequence
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


def kept_passwords(folder: Path, name: str) -> tuple[str, str]:
    """Of the two roles of the database `name`, the migrator's first; made when there are none yet."""
    return kept_secret(folder / f"{name}_migrator"), kept_secret(folder / f"{name}_runtime")


def prepare(admin_url: str, target: str, *, passwords: Path, name: str) -> Database:
    """Make and migrate the database of `target`; its passwords are kept as files, one per role, in `passwords`."""
    database = _provisioned(admin_url, target, passwords=passwords, name=name)
    _migrate([database])
    return database


def prepare_all(
    admin_url: str, *, passwords: Path, prefix: str = "", targets: Sequence[str] = TARGETS
) -> dict[str, Database]:
    """`prepare` for every database of the product, or those of `targets`; `prefix` is put before each name."""
    made = [_provisioned(admin_url, target, passwords=passwords, name=prefix + target) for target in targets]
    _migrate(made)
    return {database.target: database for database in made}


def _provisioned(admin_url: str, target: str, *, passwords: Path, name: str) -> Database:
    database = addresses(admin_url, target, name=name, passwords=kept_passwords(passwords, name))
    provision(admin_url, migrator_url=database.migrator_url, runtime_url=database.runtime_url)
    return database


def _migrate(databases: list[Database]) -> None:
    """In a process of its own: what migrates stays out of this one."""
    done = subprocess.run(
        [sys.executable, "-m", "devtools.upgrading"],
        input=json.dumps({database.target: database.migrator_url for database in databases}),
        env=starting_environment(),
        cwd=_ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{done.stdout}{done.stderr}migrating failed")
