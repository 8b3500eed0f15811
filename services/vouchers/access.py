"""Whose vouchers a portal may see and reserve: those of every organisation it acts for, as the registry says now."""

from typing import Annotated, Any

from fastapi import Security

from contracts.asking import representing
from kernel.auth import Caller, identity
from kernel.neighbours import Registry


async def _representing(caller: Annotated[Caller, Security(identity)], registry: Registry) -> Caller:
    return await representing(registry, caller)


def may_own(scope: str) -> Any:
    """`may(scope)`, and whom a portal acts for: for routes where everybody else has only what is its own."""
    return Security(_representing, scopes=[scope])
