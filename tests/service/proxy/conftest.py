from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.service.proxy.rig import Rig, running


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    directory: Path = tmp_path_factory.mktemp("proxy")
    with running(directory, body_idle=400, header_wait=600, cors_origins=("https://portal.example",)) as rig:
        yield rig


@pytest.fixture
def client(rig: Rig) -> Iterator[httpx2.Client]:
    """A client with a good token."""
    with httpx2.Client(base_url=rig.base, headers=rig.authorization(), timeout=20) as client:
        yield client


@pytest.fixture
def anonymous(rig: Rig) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=rig.base, timeout=20) as client:
        yield client
