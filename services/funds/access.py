"""Whose money a portal may see: that of every organisation it acts for, as the registry says now."""

from typing import Annotated, Any

from fastapi import Security

from contracts.asking import representing
from kernel.auth import WORKLOAD, Caller, identity
from kernel.neighbours import Registry

SYSTEM = f"{WORKLOAD}funds"  # who prepares and finds what nobody asked for


async def _representing(caller: Annotated[Caller, Security(identity)], registry: Registry) -> Caller:
    return await representing(registry, caller)


def may_own(scope: str) -> Any:
    """`may(scope)`, and whom a portal acts for: for routes where everybody else has only what is its own."""
    return Security(_representing, scopes=[scope])
