"""Asking every service at once. Before or after a transaction, never within one."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from contracts.overview import AssuranceReply, EventsOverview, FundsOverview, RegistryOverview, VouchersOverview
from gateway.window.overview.rules import ASSURANCE
from kernel.client import ServiceClient
from kernel.problems import Problem

M = TypeVar("M", bound=BaseModel)
PATH = "/internal/overview"
WITHIN_SECONDS = 8  # an overview without one service is worth more than none


@dataclass(frozen=True, slots=True)
class Answers:
    """What the services said; None of one that did not."""

    funds: FundsOverview | None
    vouchers: VouchersOverview | None
    registry: RegistryOverview | None
    events: EventsOverview | None
    assurance: AssuranceReply | None

    @property
    def missing(self) -> list[str]:
        """Who did not answer."""
        named = {
            "funds": self.funds, "vouchers": self.vouchers, "registry": self.registry, "events": self.events,
            ASSURANCE: self.assurance,
        }  # fmt: skip
        return [name for name, answer in named.items() if answer is None]


async def gather_overview(services: Mapping[str, ServiceClient], city_code: str) -> Answers:
    """Each service's line, and the self-audit of funds."""
    funds, vouchers, registry, events, assurance = await asyncio.gather(
        _ask(services["funds"], PATH, FundsOverview, city_code),
        _ask(services["vouchers"], PATH, VouchersOverview, city_code),
        _ask(services["registry"], PATH, RegistryOverview, city_code),
        _ask(services["events"], PATH, EventsOverview, city_code),
        _ask(services["funds"], "/internal/assurance", AssuranceReply, city_code),
    )
    return Answers(funds=funds, vouchers=vouchers, registry=registry, events=events, assurance=assurance)


async def _ask(client: ServiceClient, path: str, model: type[M], city_code: str) -> M | None:
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            return await client.get(path, model, city=city_code)
    except (Problem, TimeoutError):
        return None
