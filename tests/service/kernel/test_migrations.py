import multiprocessing
from collections.abc import Callable

import pytest

from devtools.databases import TARGETS, Database
from kernel import migrating

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
