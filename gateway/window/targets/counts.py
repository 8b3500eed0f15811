"""Asking the services that count. Before or after a transaction, never within one."""

import asyncio
from collections.abc import Mapping
from datetime import date

from contracts.counting import CountReply, CountsAsked, CountsReply
from gateway.window.targets.rules import asked_of
from kernel.client import ServiceClient
from kernel.problems import Problem
from policy.schema import Pack


async def gather_counts(
    pack: Pack, city_code: str, *, on: date, counters: Mapping[str, ServiceClient]
) -> dict[str, CountReply]:
    """The counts by target, from all services at once; a service that is away leaves its targets uncounted."""
    answers = await asyncio.gather(
        *(_ask(client, city_code, pack, service, on) for service, client in counters.items())
    )
    return {reply.key: reply for replies in answers for reply in replies}


async def _ask(client: ServiceClient, city_code: str, pack: Pack, service: str, on: date) -> tuple[CountReply, ...]:
    asked = asked_of(pack, service, on=on)
    if not asked:
        return ()
    body = CountsAsked(city_code=city_code, counts=asked).model_dump(mode="json")
    try:
        return (await client.post("/internal/counts", body, CountsReply, repeatable=True)).counts
    except Problem:
        return ()
