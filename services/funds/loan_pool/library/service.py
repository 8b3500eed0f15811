"""The borrower library (企业库): a firm enters by the pack's standard on that day, and leaves with a reason (XZ-33)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ACTIVE, OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.ids import new_id
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.engine import known_facts
from policy.snapshots import Acceptance
from policy.store import decide_and_keep, must_be_eligible, policy_for
from services.funds.loan_pool.access import visible_bank
from services.funds.loan_pool.lending.queries import admitted_bank
from services.funds.loan_pool.lending.rules import Borrower, borrower_findings
from services.funds.loan_pool.library.models import LibraryFirm
from services.funds.loan_pool.library.queries import lock_entry
from services.funds.loan_pool.library.rules import fact_findings
from services.funds.loan_pool.library.schemas import FirmIn
from services.funds.loan_pool.policy import library_of

CHECK = "check"


class NoLibrary(NotFound):
    code, title_zh, title_en = "no_library", "本市政策未设企业库", "This city's policy has no borrower library"


class ListedBefore(Conflict):
    code, title_zh, title_en = "firm_listed_before", "该企业已在库内", "The firm is in the library already"


class RemovedBefore(Conflict):
    code, title_zh, title_en = "firm_removed_before", "该企业已出库", "The firm was removed already"


named_constraint("uq_library_firm_listed", ListedBefore)


async def list_firm(
    session: AsyncSession, *, given: FirmIn, firm: OrganisationReply, caller: Caller, at: datetime
) -> LibraryFirm:
    """Into the library, when the standard holds today. Raises NoLibrary, BankNotAdmitted, PolicyOpen, Refusal."""
    bank_id = visible_bank(caller)
    if bank_id is not None:
        await admitted_bank(session, caller.city, bank_id)
    accepted = Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, caller.city, accepted)
    library = library_of(snapshot.pack)
    if library is None:
        raise NoLibrary
    standard = snapshot.pack.programmes[library.standard]
    who = borrower_findings(Borrower(firm.status == ACTIVE, firm.id == bank_id), standard.clauses)
    refuse_if([*who, *fact_findings(known_facts(snapshot.pack, standard, CHECK), given.facts, standard.clauses)])
    entry_id = new_id()
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=standard.id,
        act=CHECK,
        facts=given.facts,
        accepted=accepted,
        references={"library_firm": str(entry_id), "firm": str(firm.id)},
    )
    must_be_eligible(determination)
    row = LibraryFirm(
        id=entry_id,
        city_code=caller.city,
        firm_id=firm.id,
        firm_name=firm.name,
        bank_id=bank_id,
        facts=given.facts,
        determination_id=determination.id,
        listed_on=on_date(at),
        listed_by=caller.acting_for,
        listed_at=at,
    )
    session.add(row)
    await session.flush()
    return row


async def remove_firm(
    session: AsyncSession, *, entry_id: UUID, reason: str, caller: Caller, at: datetime
) -> LibraryFirm:
    """Out of the library, for new loans alone: what was registered stays covered. Raises RemovedBefore."""
    row = await lock_entry(session, entry_id, caller)
    if row.removed_on is not None:
        raise RemovedBefore
    row.removed_on, row.removed_by, row.removed_because = on_date(at), caller.acting_for, reason
    await session.flush()
    return row
