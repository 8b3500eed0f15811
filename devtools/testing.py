"""A pytest plugin: real PostgreSQL for the tests that want it.

One server per run, shared by the workers of a parallel run: the embedded one, or TEST_DATABASE_URL (an administrator's
address; what the run makes there is dropped at its end), or `TEST_DATABASE=containers`. Each database of the product
is migrated once into a template; a test module that asks `database("funds")` gets a clone of its own, and so does
the product running for the journeys.
"""

import asyncio
import contextlib
import fcntl
import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from devtools.databases import TARGETS, Database, addresses, kept_passwords, prepare_all
from devtools.postgres import throwaway_server
from devtools.scheduling import ByModule, first_things_first
from kernel.db import plain_dsn
from kernel.provisioning import at_database

CONTAINER_IMAGE = "postgres:17"
_CONTAINER_SETTINGS = {"max_connections": "200", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_RUN = pytest.StashKey["Run"]()
_CLEANUP = pytest.StashKey[contextlib.ExitStack]()
_clone_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Run:
    """What the workers of one test run share."""

    admin_url: str
    prefix: str  # of every database and role this run makes
    folder: Path

    def templates(self, targets: Sequence[str]) -> dict[str, Database]:
        """The migrated databases of `targets`; what is missing is made, in one go, by whichever worker asks first."""
        with (self.folder / "templates.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            missing = [target for target in targets if not self._is_made(target).exists()]
            if missing:
                prepare_all(self.admin_url, passwords=self.folder, prefix=self.prefix, targets=missing)
            for target in missing:
                self._is_made(target).touch()
        return {target: self._template(target) for target in targets}

    def clone(self, target: str) -> Database:
        template = self.templates([target])[target]
        name = f"{template.name}_{os.getpid()}_{next(_clone_numbers)}"
        roles = f'"{template.name}_migrator", "{template.name}_runtime"'
        administer(
            self.admin_url,
            f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" OWNER "{template.name}_migrator" '
            "STRATEGY FILE_COPY",  # half of what writing it to the log costs
            f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC',
            f'GRANT CONNECT ON DATABASE "{name}" TO {roles}',
        )
        return replace(
            template,
            name=name,
            migrator_url=at_database(template.migrator_url, name),
            runtime_url=at_database(template.runtime_url, name),
        )

    @contextlib.contextmanager
    def clones(self) -> Iterator[dict[str, Database]]:
        """Of every database, for a product that runs on them."""
        self.templates(TARGETS)
        made = {target: self.clone(target) for target in TARGETS}
        try:
            yield made
        finally:
            for clone in made.values():
                self.drop(clone.name)

    @contextlib.contextmanager
    def on_demand(self) -> Iterator[Callable[[str], Database]]:
        """A clone of whichever database is asked for, the same at every call."""
        made: dict[str, Database] = {}

        def of(target: str) -> Database:
            if target not in made:  # in a thread: an async fixture may be asking, and a loop runs in this one
                made[target] = threads.submit(self.clone, target).result()
            return made[target]

        with ThreadPoolExecutor(1) as threads:
            yield of
            for clone in made.values():
                threads.submit(self.drop, clone.name).result()

    def drop(self, name: str) -> None:
        administer(self.admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _is_made(self, target: str) -> Path:
        return self.folder / f"{target}.made"

    def _template(self, target: str) -> Database:
        name = self.prefix + target
        return addresses(self.admin_url, target, name=name, passwords=kept_passwords(self.folder, name))


def administer(admin_url: str, *statements: str) -> None:
    """Run statements one by one, each on its own, as the administrator."""

    async def run() -> None:
        connection = await asyncpg.connect(plain_dsn(admin_url))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def test_run(request: pytest.FixtureRequest) -> Run:
    return _the_run(request.config)


@pytest.fixture(scope="module")
def database(test_run: Run) -> Iterator[Callable[[str], Database]]:
    """`database("funds")`: the migrated database of a process, this module's own, the same at every call.

    A folder whose tests live in cities of their own may have one for all its modules: see `Run.on_demand`.
    """
    with test_run.on_demand() as of:
        yield of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first_things_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where tests run in parallel: a module stays together, and so do all that share the running instance."""
    return ByModule(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker of pytest-xdist the run of the controller, which outlives them all."""
    run = _the_run(node.config)
    node.workerinput["databases"] = (run.admin_url, run.prefix, str(run.folder))


def pytest_unconfigure(config: pytest.Config) -> None:
    cleanup = config.stash.get(_CLEANUP, None)
    if cleanup:
        cleanup.close()


def _the_run(config: pytest.Config) -> Run:
    if _RUN not in config.stash:
        given = getattr(config, "workerinput", {}).get("databases")
        if given:
            config.stash[_RUN] = Run(given[0], given[1], Path(given[2]))
        else:
            cleanup = config.stash[_CLEANUP] = contextlib.ExitStack()
            config.stash[_RUN] = cleanup.enter_context(_new_run())
    return config.stash[_RUN]


@contextlib.contextmanager
def _new_run() -> Iterator[Run]:
    with contextlib.ExitStack() as stack:
        foreign = os.environ.get("TEST_DATABASE_URL")
        prefix = f"test_{secrets.token_hex(4)}_"
        folder = Path(tempfile.mkdtemp(prefix="databases-"))
        stack.callback(shutil.rmtree, folder)
        run = Run(foreign or stack.enter_context(_own_server()), prefix, folder)
        if foreign:
            stack.callback(_leave_nothing, run)
        yield run


def _kind() -> str:
    return os.environ.get("TEST_DATABASE", "embedded")


def _own_server() -> contextlib.AbstractContextManager[str]:
    kind = _kind()
    servers = {"embedded": _embedded, "containers": _container}
    if kind not in servers:
        raise pytest.UsageError(f"TEST_DATABASE is one of {', '.join(servers)}, not {kind!r}")
    return servers[kind]()


@contextlib.contextmanager
def _embedded() -> Iterator[str]:
    with throwaway_server() as server:
        yield server.url


@contextlib.contextmanager
def _container() -> Iterator[str]:
    # Its reaper is one more image to mirror; we remove the container ourselves.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - slow, and needs an engine

    options = " ".join(f"-c {name}={value}" for name, value in _CONTAINER_SETTINGS.items())
    with PostgresContainer(CONTAINER_IMAGE, driver=None).with_command(f"postgres {options}") as container:
        yield container.get_connection_url()


def _leave_nothing(run: Run) -> None:
    for name in (run.prefix + target for target in TARGETS):
        run.drop(name)
        administer(run.admin_url, f'DROP ROLE IF EXISTS "{name}_migrator", "{name}_runtime"')
