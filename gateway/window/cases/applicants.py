"""Applicants live in the registry: a case is opened only for an organisation that is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Request

from contracts.registry import OrganisationReply
from kernel.app import service_client
from kernel.client import AnsweredProblem
from kernel.problems import NotFound


@asynccontextmanager
async def registry_client(app: FastAPI) -> AsyncIterator[None]:
    """Part of the window's app: its one client for the registry, with one breaker."""
    app.state.registry = service_client(app, "registry")
    yield


class AskOrganisation:
    """Asks the registry about an organisation; to be called before the transaction is opened."""

    def __init__(self, request: Request) -> None:
        self._registry = request.app.state.registry

    async def __call__(self, organisation_id: UUID) -> OrganisationReply | None:
        """What the registry knows; None when it knows nothing. Raises Unavailable."""
        try:
            reply: OrganisationReply = await self._registry.get(
                f"/internal/organisations/{organisation_id}", OrganisationReply
            )
        except AnsweredProblem as refused:
            if refused.status == NotFound.status:
                return None
            raise
        return reply


Organisations = Annotated[AskOrganisation, Depends(AskOrganisation)]
