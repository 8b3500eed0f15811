import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from devtools.databases import TARGETS, Database
from kernel import migrating

MIGRATED = [target for target in TARGETS if migrating.folder(target).exists()]
UPGRADE_AGAIN_AND_CHECK = """
import os, sys
from kernel.migrating import check, upgrade
upgrade(sys.argv[1], os.environ["URL"])
check(sys.argv[1], os.environ["URL"])
"""


@pytest.mark.parametrize("target", MIGRATED)
def test_the_models_and_the_migrated_schema_agree(target: str, database: Callable[[str], Database]) -> None:
    """In a process of its own, as it is deployed: only the models of this one database are loaded."""
    checked = subprocess.run(
        [sys.executable, "-c", UPGRADE_AGAIN_AND_CHECK, target],
        env=os.environ | {"URL": database(target).migrator_url},
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
