"""Applicants live in the registry: a case is opened only for an organisation that is there."""

from uuid import UUID

from contracts.registry import OrganisationReply
from kernel.client import AnsweredProblem, ServiceClient
from kernel.problems import NotFound


async def ask_organisation(registry: ServiceClient, organisation_id: UUID) -> OrganisationReply | None:
    """What the registry knows of it; None when it knows nothing. To be asked before the transaction is opened."""
    try:
        return await registry.get(f"/internal/organisations/{organisation_id}", OrganisationReply)
    except AnsweredProblem as refused:
        if refused.status == NotFound.status:
            return None
        raise
