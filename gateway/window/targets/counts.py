"""Asking the services that count. Before or after a transaction, never within one."""

import asyncio
from collections.abc import Mapping
from datetime import date

from contracts.counting import CountAsked, CountReply, CountsAsked, CountsReply
from gateway.window.targets.rules import asked_of
from kernel.client import ServiceClient
from kernel.problems import Problem
from policy.snapshots import Acceptance, Snapshot


async def gather_counts(
    policy: Snapshot, *, at: Acceptance, on: date, counters: Mapping[str, ServiceClient]
) -> dict[str, CountReply]:
    """The counts by target, from all services at once; a service that is away leaves its targets uncounted."""
    answers = await asyncio.gather(
        *(
            _ask(client, policy.city_code, asked_of(policy, service, at=at, on=on))
            for service, client in counters.items()
        )
    )
    return {reply.key: reply for replies in answers for reply in replies}


async def _ask(client: ServiceClient, city_code: str, asked: tuple[CountAsked, ...]) -> tuple[CountReply, ...]:
    if not asked:
        return ()
    body = CountsAsked(city_code=city_code, counts=asked).model_dump(mode="json")
    try:
        return (await client.post("/internal/counts", body, CountsReply, repeatable=True)).counts
    except Problem:
        return ()
