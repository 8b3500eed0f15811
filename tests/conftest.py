"""Shared by every tier; the plugins kernel.testing and devtools.testing bring the fixtures."""

import os
import sys

import pygal  # noqa: F401 - see below
import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# httpx2 imports sniffio, which we have not, at every request to an app: known to be missing, it is not looked for.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
# pygal leaves an importer of the old kind behind, over which pytest stumbles when it imports a package of tests.
sys.meta_path[:] = [importer for importer in sys.meta_path if hasattr(importer, "find_spec")]


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop our processes run on, which also costs less; one for as long as a process of some scope lives in it."""
    return "asyncio", {"use_uvloop": sys.platform != "win32"}
