"""New loans stop when losses reach the line the city set, and go on by cure or by two officers (熔断; XZ-33).

Loans registered before stay covered and can be claimed: only registering asks here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import PoolResumed, PoolSuspended
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Refusal, named_constraint, refuse_if
from policy.determinations import Determination
from policy.rules.criteria import COMPARE
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, policy_for
from services.funds.approvals.rules import second_person_findings
from services.funds.loan_pool.arrears.queries import arrears_now, outstanding_fen
from services.funds.loan_pool.claims.queries import paid_fen
from services.funds.loan_pool.guard.models import PoolSuspension
from services.funds.loan_pool.guard.queries import get_suspension, hold_guard, standing_of, standing_suspensions
from services.funds.loan_pool.guard.states import MOVES, Fact, Status
from services.funds.loan_pool.lending.queries import admitted_bank, registered_fen
from services.funds.loan_pool.policy import guard_of, pool_programme

ELIGIBLE = "eligible"


class RegistrationSuspended(Refusal):
    """Loans registered before stay covered."""

    code = "registration_suspended"
    title_zh, title_en = "已暂停新增贷款登记", "New loans are not registered for now"
    hint_zh = "暂停期间,已登记贷款继续有效,仍可申请补偿"
    hint_en = "Loans registered before stay covered and can be claimed"


class SuspendedAlready(Conflict):
    code, title_zh, title_en = "suspended_already", "已处于暂停登记状态", "New loans are stopped already"


named_constraint("uq_pool_suspension_standing", SuspendedAlready)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one bank or of the pool (`bank_id` None). `reasons`: why nothing stops by itself."""

    bank_id: UUID | None
    suspended: bool
    ratio_bp: int | None
    reasons: tuple[Finding, ...]

    @property
    def automatic(self) -> bool:
        """Whether the city has set what stopping rests on."""
        return not self.reasons


async def judge(session: AsyncSession, *, city_code: str, bank_id: UUID | None, at: datetime) -> Verdict:
    """See where a bank, or the pool, stands now; stop or let go on. The caller holds the guard alone."""
    accepted = Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, city_code, accepted)
    standing = await standing_of(session, city_code, bank_id)
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=pool_programme(snapshot.pack).id,
        act="guard",
        facts=await _facts(session, snapshot, accepted, bank_id, is_suspended=standing is not None),
        accepted=accepted,
        references={"bank": str(bank_id)} if bank_id else {"pool": city_code},
    )
    if determination.outcome != ELIGIBLE:
        return Verdict(bank_id, standing is not None, None, tuple(determination.findings))
    suspended = bool(determination.terms["suspended"])
    if suspended and standing is None:
        await _suspend(session, city_code, bank_id, determination, at)
    elif not suspended and standing is not None and standing.ordered_by is None:
        await _end(session, standing, Fact.CURED, at, determination_id=determination.id)
    stands = suspended or (standing is not None and standing.ordered_by is not None)
    return Verdict(bank_id, stands, determination.terms.get("ratio_bp"), ())


async def judge_all(session: AsyncSession, *, city_code: str, bank_id: UUID, at: datetime) -> list[Verdict]:
    """The bank first, then the pool."""
    await hold_guard(session, city_code)
    return [await judge(session, city_code=city_code, bank_id=one, at=at) for one in (bank_id, None)]


async def _facts(
    session: AsyncSession, snapshot: Snapshot, accepted: Acceptance, bank_id: UUID | None, *, is_suspended: bool
) -> dict[str, Any]:
    city_code, guard = snapshot.city_code, guard_of(snapshot.pack)
    days = snapshot.whole(guard.bad_after_days, accepted=accepted) if guard else None
    overdue = 0
    if guard and days is not None:
        is_bad = COMPARE[snapshot.pack.parameters[guard.bad_after_days].operator]
        arrears = await arrears_now(session, city_code, bank_id)
        overdue = sum(one.balance_fen for one in arrears if is_bad(one.days_overdue, days))
    return {
        "of_whole_pool": bank_id is None,
        "is_suspended": is_suspended,
        "overdue_balance_fen": overdue,
        "paid_fen": await paid_fen(session, city_code, bank_id),
        "outstanding_fen": await outstanding_fen(session, city_code, bank_id),
        "registered_fen": await registered_fen(session, city_code, bank_id),
    }


async def _suspend(
    session: AsyncSession, city_code: str, bank_id: UUID | None, determination: Determination, at: datetime
) -> None:
    row = PoolSuspension(
        id=new_id(),
        city_code=city_code,
        bank_id=bank_id,
        status=Status.SUSPENDED,
        determination_id=determination.id,
        suspended_at=at,
        **{name: determination.terms[name] for name in ("ratio_bp", "line_bp", "resume_bp")},
    )
    session.add(row)
    told = PoolSuspended(
        suspension_id=row.id, bank_id=bank_id, ratio_bp=row.ratio_bp, determination_id=determination.id
    )
    await record(session, told, city_code=city_code, subject=row.id)
    await session.flush()


async def _end(
    session: AsyncSession, row: PoolSuspension, fact: Fact, at: datetime, *, determination_id: UUID | None = None
) -> None:
    row.status = status_after(fact, row.status, MOVES)
    row.ended_at, row.ended_determination_id = at, determination_id
    told = PoolResumed(suspension_id=row.id, bank_id=row.bank_id, how=fact.value)
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()


async def must_be_open(session: AsyncSession, *, city_code: str, bank_id: UUID, clauses: tuple[str, ...]) -> None:
    """Refuse a registration while the bank or the pool is suspended, naming each. The caller holds the guard."""
    found = [
        Finding(
            "pool_suspended" if row.bank_id is None else "bank_suspended",
            clauses,
            "资金池已暂停新增登记。" if row.bank_id is None else "该行已暂停新增登记。",
            "New loans of all banks are stopped." if row.bank_id is None else "New loans of this bank are stopped.",
            _figures(row),
        )
        for row in await standing_suspensions(session, city_code, bank_id)
    ]
    if found:
        raise RegistrationSuspended(reasons=found)


def _figures(row: PoolSuspension) -> dict[str, Any]:
    if row.ordered_by is not None:
        return {"by_order": True}
    return {"ratio_bp": row.ratio_bp, "line_bp": row.line_bp, "resume_bp": row.resume_bp}


async def suspend_by_order(
    session: AsyncSession, *, bank_id: UUID | None, reason: str, caller: Caller, at: datetime
) -> PoolSuspension:
    """An officer stops new loans of a bank, or of all. Raises BankNotAdmitted, SuspendedAlready.

    The ratio may be as good as it likes: two officers alone let them go on.
    """
    city_code = caller.city
    if bank_id is not None:
        await admitted_bank(session, city_code, bank_id)
    await hold_guard(session, city_code)
    if await standing_of(session, city_code, bank_id) is not None:
        raise SuspendedAlready
    row = PoolSuspension(
        id=new_id(),
        city_code=city_code,
        bank_id=bank_id,
        status=Status.SUSPENDED,
        ordered_by=caller.acting_for,
        ordered_because=reason,
        suspended_at=at,
    )
    session.add(row)
    told = PoolSuspended(suspension_id=row.id, bank_id=bank_id, ratio_bp=None, determination_id=None, how="ordered")
    await record(session, told, city_code=city_code, subject=row.id)
    await session.flush()
    return row


async def propose_lifting(
    session: AsyncSession, *, suspension_id: UUID, reason: str, caller: Caller, at: datetime
) -> PoolSuspension:
    """An officer asks that new loans go on although the ratio is not cured; another officer lifts."""
    row = await get_suspension(session, suspension_id, caller)
    row.status = status_after(Fact.LIFT_PROPOSED, row.status, MOVES)
    row.proposed_by, row.proposed_at, row.reason = caller.acting_for, at, reason
    await session.flush()
    return row


async def lift(session: AsyncSession, *, suspension_id: UUID, caller: Caller, at: datetime) -> PoolSuspension:
    """A second person lifts it. The next report may stop new loans again. Raises Refusal for the same person.

    An officer's order may have stood over a ratio that would have stopped them: that is judged as the order ends.
    """
    await hold_guard(session, caller.city)
    row = await get_suspension(session, suspension_id, caller)
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.proposed_by or "", decided_by=None))
    row.lifted_by = caller.acting_for
    await _end(session, row, Fact.LIFTED, at)
    if row.ordered_by is not None:
        await judge(session, city_code=row.city_code, bank_id=row.bank_id, at=at)
    return row
