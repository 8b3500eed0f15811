"""How a service asks the registry for organisations: named to it, or acted for by a portal; and funds for invoices."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from contracts.funds import InvoicesAsked, InvoicesReply, InvoiceUsedBefore
from contracts.registry import OrganisationReply, RepresentedAsked, RepresentedReply, SeveralAsked, SeveralReply
from kernel.auth import Caller, Identified, may
from kernel.client import AnsweredProblem, ServiceClient
from kernel.findings import Finding
from kernel.neighbours import Registry
from kernel.problems import InvalidMember, NotFound

PORTAL = "portal"
KEPT_MAX = 100  # portals of which a process keeps whom they act for, and its mark; of others it is told whole
_Kept = OrderedDict[tuple[str, str], tuple[str, frozenset[UUID]]]
_kept: WeakKeyDictionary[ServiceClient, _Kept] = WeakKeyDictionary()


class UnknownOrganisation(InvalidMember):
    code, title_zh, title_en = "unknown_organisation", "该单位未登记", "The organisation is not registered"


async def organisation_of(
    registry: ServiceClient, organisation_id: UUID, *, city_code: str, pointer: str = "/organisation_id"
) -> OrganisationReply:
    """The city's organisation a body names at `pointer`. Raises UnknownOrganisation; Unavailable like the registry."""
    found = await known_organisation(registry, organisation_id, city_code=city_code)
    if found is None:
        raise UnknownOrganisation(pointer)
    return found


async def known_organisation(
    registry: ServiceClient, organisation_id: UUID, *, city_code: str
) -> OrganisationReply | None:
    """As the registry knows it now; None for another city's too. Raises Unavailable like the registry."""
    try:
        found = await registry.get(f"/internal/organisations/{organisation_id}", OrganisationReply)
    except AnsweredProblem as problem:
        if problem.status == NotFound.status:
            return None
        raise
    return found if found.city_code == city_code else None


async def known_organisations(
    registry: ServiceClient, organisations: Collection[UUID], *, city_code: str
) -> dict[UUID, OrganisationReply]:
    """Of these the city's, as the registry knows them now, in one question. Raises Unavailable like the registry."""
    body = SeveralAsked(ids=tuple(organisations)).model_dump(mode="json")
    told = await registry.post("/internal/organisations/several", body, SeveralReply, repeatable=True)
    return {one.id: one for one in told.items if one.city_code == city_code}


def may_own(scope: str) -> Any:
    """`may(scope)`, and whom a portal acts for: for routes where everybody else has only what is its own."""
    return may(scope, as_=representing)


async def representing(caller: Identified, registry: Registry) -> Caller:
    """The caller; a portal with the organisations it acts for now. Raises Unavailable like the registry."""
    if PORTAL not in caller.roles:
        return caller
    return replace(caller, represented=await _represented(registry, caller.city, caller.subject))


async def _represented(registry: ServiceClient, city_code: str, client: str) -> frozenset[UUID]:
    """Asked each time, so that an entrustment counts at once; told whole when it is not what was told last."""
    kept = _kept.setdefault(registry, OrderedDict())
    mark, ids = kept.get((city_code, client), (None, frozenset[UUID]()))
    asked = RepresentedAsked(city_code=city_code, client=client, known=mark).model_dump(mode="json", exclude_none=True)
    told = await registry.post("/internal/organisations/represented", asked, RepresentedReply, repeatable=True)
    if told.ids is not None:
        ids = frozenset(told.ids)
    if told.mark is not None:
        kept[city_code, client] = told.mark, ids
        kept.move_to_end((city_code, client))
        if len(kept) > KEPT_MAX:
            kept.popitem(last=False)
    return ids


async def invoices_used(funds: ServiceClient, asked: InvoicesAsked) -> list[Finding]:
    """A reason for each invoice that was used elsewhere, as the one register of them knows. Raises Unavailable."""
    told = await funds.post("/internal/invoices/claims", asked.model_dump(mode="json"), InvoicesReply, repeatable=True)
    return [_used(one) for one in told.used]


def _used(invoice: InvoiceUsedBefore) -> Finding:
    last4, on = invoice.number_last4, invoice.claimed_on.isoformat()
    zh = f"发票(尾号{last4})已于{on}用于其他政策资金,同一费用不重复支持。"
    en = f"The invoice ending in {last4} was used on {on} for other policy money."
    facts = {"number_last4": last4, "programme_kind": invoice.programme_kind, "claimed_on": on}
    return Finding("invoice_used", (), zh, en, facts)
