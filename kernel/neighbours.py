"""The typed clients of a process to the others, one each for as long as it runs, so that a breaker remembers."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request

from kernel.app import service_client
from kernel.client import ServiceClient


def neighbour(app: FastAPI, name: str) -> ServiceClient:
    """The client to the process `name`, made at its first use."""
    clients: dict[str, ServiceClient] | None = getattr(app.state, "neighbours", None)
    if clients is None:
        clients = app.state.neighbours = {}
    if name not in clients:
        clients[name] = service_client(app, name)
    return clients[name]


def calls(name: str) -> Any:
    """A route parameter: `registry: Annotated[ServiceClient, calls("registry")]`."""

    async def find(request: Request) -> ServiceClient:
        return neighbour(request.app, name)

    return Depends(find)


Registry = Annotated[ServiceClient, calls("registry")]
Funds = Annotated[ServiceClient, calls("funds")]
Events = Annotated[ServiceClient, calls("events")]
Vouchers = Annotated[ServiceClient, calls("vouchers")]
