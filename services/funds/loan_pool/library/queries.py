"""Reading the library, and what it means for a loan."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.findings import Finding
from kernel.problems import NotFound
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from services.funds.loan_pool.access import visible_bank
from services.funds.loan_pool.library.models import LibraryFirm
from services.funds.loan_pool.library.rules import outside_findings
from services.funds.loan_pool.policy import library_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a borrower stands outside a library that is asked for, and what that means for its loan."""

    is_outside: bool
    findings: list[Finding]


INSIDE = Standing(is_outside=False, findings=[])


async def standings_of(
    session: AsyncSession,
    snapshot: Snapshot,
    programme: Programme,
    *,
    firm_ids: Collection[UUID],
    accepted: Acceptance,
) -> dict[UUID, Standing]:
    """By the policy of the day. Without a library, or while the city has not said what it means, nothing is asked."""
    library = library_of(snapshot.pack)
    outside = snapshot.value(library.outside, accepted=accepted) if library else None
    if outside is None:
        return dict.fromkeys(firm_ids, INSIDE)
    refuses, listed = outside.value == "refuse", await listed_firms(session, snapshot.city_code, firm_ids)
    missing = Standing(is_outside=True, findings=outside_findings(refuses=refuses, clauses=programme.clauses))
    return {firm_id: INSIDE if firm_id in listed else missing for firm_id in firm_ids}


async def listed_firms(session: AsyncSession, city_code: str, firm_ids: Collection[UUID]) -> set[UUID]:
    """Those of the firms that are in the library now, whoever entered them."""
    wanted = select(LibraryFirm.firm_id).where(
        LibraryFirm.city_code == city_code,
        among(LibraryFirm.firm_id, firm_ids),
        LibraryFirm.removed_on.is_(None),
    )
    return set(await session.scalars(wanted))


async def lock_entry(session: AsyncSession, entry_id: UUID, caller: Caller) -> LibraryFirm:
    """An entry the caller may change: a bank its own. Raises NotFound."""
    row = await session.get(LibraryFirm, entry_id, with_for_update=True)
    if row is None:
        raise NotFound
    caller.must_act_in(row.city_code)
    if not is_callers(row, caller):
        raise NotFound
    return row


def is_callers(row: LibraryFirm, caller: Caller) -> bool:
    """Whether the caller may know all of an entry: staff of any, a bank of its own."""
    return visible_bank(caller) in {None, row.bank_id}


def entries_for(caller: Caller, *, listed_only: bool) -> Select[LibraryFirm]:
    """Entries to be paged: for staff all, for a bank its own and the city's."""
    wanted, bank = select(LibraryFirm).where(LibraryFirm.city_code == caller.city), visible_bank(caller)
    if bank is not None:
        wanted = wanted.where(or_(LibraryFirm.bank_id == bank, LibraryFirm.bank_id.is_(None)))
    return wanted.where(LibraryFirm.removed_on.is_(None)) if listed_only else wanted
