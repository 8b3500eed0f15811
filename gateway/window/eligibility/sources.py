"""Asking the services what they hold of an organisation, all at once and before any transaction."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends

from contracts.funds import PaymentFacts
from contracts.registry import OrganisationFacts
from contracts.vouchers import VoucherFacts
from gateway.window.eligibility.held import Held
from kernel import context
from kernel.client import AnsweredProblem, ServiceClient
from kernel.clock import real_ms
from kernel.neighbours import Funds, Registry, Vouchers
from kernel.problems import NotFound, Problem

A = TypeVar("A")
FACTS = "/internal/eligibility-facts"
# A scan is worth having without a service that is slow; with the kernel's own deadline the caller would have left.
PATIENCE_MS = 3_000


class Sources:
    """The three services a scan asks."""

    def __init__(self, registry: Registry, funds: Funds, vouchers: Vouchers) -> None:
        self._registry, self._funds, self._vouchers = registry, funds, vouchers

    async def organisation(self, organisation_id: UUID) -> OrganisationFacts | None:
        """What the registry holds; None when it knows no such organisation. Raises Unavailable."""
        try:
            path = f"/internal/organisations/{organisation_id}/eligibility-facts"
            return await self._registry.get(path, OrganisationFacts)
        except AnsweredProblem as refused:
            if refused.status == NotFound.status:
                return None
            raise

    async def everything(self, organisation_id: UUID, *, city_code: str) -> Held | None:
        """What all three hold. Without the registry there is nobody to scan; the others may be away."""
        organisation, payments, vouchers = await asyncio.gather(
            self.organisation(organisation_id),
            _if_there(_facts(self._funds, PaymentFacts, organisation_id, city_code)),
            _if_there(_facts(self._vouchers, VoucherFacts, organisation_id, city_code)),
        )
        return Held(organisation, payments, vouchers) if organisation is not None else None


M = TypeVar("M", PaymentFacts, VoucherFacts)


async def _facts(service: ServiceClient, model: type[M], organisation_id: UUID, city_code: str) -> M:
    return await service.get(FACTS, model, organisation_id=str(organisation_id), city=city_code)


async def _if_there(answer: Awaitable[A]) -> A | None:
    """The answer, or None: away, late, failing, or of a version that does not know the question yet."""
    request = context.current()
    # Of this task alone: gather gives each call a context of its own.
    context.enter(request._replace(deadline_ms=min(request.deadline_ms, real_ms() + PATIENCE_MS)))
    try:
        return await answer
    except Problem:
        return None


async def _sources(registry: Registry, funds: Funds, vouchers: Vouchers) -> Sources:
    return Sources(registry, funds, vouchers)


SourcesDep = Annotated[Sources, Depends(_sources)]
