import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Python's own loop connects through the sockets that kernel.testing keeps shut; the other has its own way."""
    return "asyncio"
