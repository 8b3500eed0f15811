"""Registering loans under cover, one or many at once (XZ-33).

What all loans of a request meet is read once, under the lock on the bank's row and the guard; then each is judged in
its order against what stands and what the ones before it have taken; then all are written together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_loans import LoanRegistered
from contracts.registry import ACTIVE, OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Conflict, Problem, named_constraint, refuse_if
from policy.determinations import Determination, determine
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from policy.store import must_be_eligible, policy_for, save_determinations
from services.funds.loan_pool.access import own_bank
from services.funds.loan_pool.bulk.schemas import BulkOut
from services.funds.loan_pool.bulk.service import Done, Item, answer_each, differing
from services.funds.loan_pool.guard.queries import hold_guard
from services.funds.loan_pool.guard.service import must_be_open
from services.funds.loan_pool.lending.models import Loan, PoolBank
from services.funds.loan_pool.lending.queries import admitted_bank, exposure_fen, loans_by_reference, quota_of
from services.funds.loan_pool.lending.rules import (
    Borrower,
    borrower_findings,
    due_findings,
    exhausted_findings,
    quota_findings,
)
from services.funds.loan_pool.lending.schemas import LoanIn
from services.funds.loan_pool.lending.service import BorrowerKey, borrower_key
from services.funds.loan_pool.lending.states import Status
from services.funds.loan_pool.library.queries import Standing, standings_of
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact
from services.funds.loan_pool.policy import guard_of, pool_programme
from services.funds.programmes.queries import positions

STATED = ("principal_fen", "disbursed_on", "due_on", "refinances")


class LoanAlreadyRegistered(Conflict):
    """Ask for it by the bank's own reference: `GET …/loans?bank_reference=`."""

    code, title_zh, title_en = "loan_already_registered", "该合同号已登记", "This reference was registered before"
    hint_zh = "可用 GET /v1/funds/loan-pool/loans?bank_reference= 查询"
    hint_en = "Ask for it by GET /v1/funds/loan-pool/loans?bank_reference="


named_constraint("uq_loan_city_code_bank_id_bank_reference", LoanAlreadyRegistered)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every loan of a request meets. `exposures` and `taken` grow with each loan that is let in."""

    bank_id: UUID
    quota_fen: int | None
    snapshot: Snapshot
    accepted: Acceptance
    programme: Programme
    exposures: dict[str, int]
    exhausted: Sequence[Finding]
    standings: Mapping[UUID, Standing]
    taken: list[tuple[Loan, Determination]] = field(default_factory=list)


async def register_loan(
    session: AsyncSession, *, given: LoanIn, borrower: OrganisationReply, caller: Caller, at: datetime
) -> Loan:
    """Take a loan under cover. Raises BankNotAdmitted, PolicyOpen, Refusal with every reason, LoanAlreadyRegistered."""
    bank = await admitted_bank(session, caller.city, own_bank(caller), lock=True)
    ground = await _ground(session, bank, borrowers=[borrower.id], at=at)
    loan = _take(ground, given, borrower, caller)
    await _write(session, ground)
    return loan


async def register_each(
    session: AsyncSession,
    *,
    items: Sequence[Item[LoanIn]],
    borrowers: Mapping[BorrowerKey, OrganisationReply],
    caller: Caller,
    at: datetime,
) -> BulkOut:
    """Register each loan as `register_loan` does, or say what stands under the bank's reference already."""
    asked = [
        (item.given.bank_reference, borrowers[borrower_key(item.given)].id)
        for item in items
        if item.given is not None and item.problem is None
    ]
    known, ground = await _read(session, asked, caller, at)

    def register(given: LoanIn) -> Done:
        borrower, earlier = borrowers[borrower_key(given)], known.get(given.bank_reference)
        if earlier is not None:
            return Done(earlier.id, created=False, differs=_differs(given, borrower, earlier))
        if isinstance(ground, Problem):
            raise ground
        loan = known[given.bank_reference] = _take(ground, given, borrower, caller)
        return Done(loan.id, created=True)

    told = answer_each(items, prefix="loan", do=register)
    if isinstance(ground, Ground):
        await _write(session, ground)
    return told


async def _read(
    session: AsyncSession, asked: Sequence[tuple[str, UUID]], caller: Caller, at: datetime
) -> tuple[dict[str, Loan], Ground | Problem]:
    """What stands under these references already, and what the others meet: a problem meets each of them."""
    known: dict[str, Loan] = {}
    try:
        # Two batches of one bank: one after the other.
        bank = await admitted_bank(session, caller.city, own_bank(caller), lock=True)
        known |= await loans_by_reference(session, bank, [reference for reference, _ in asked])
        borrowers = {borrower_id for reference, borrower_id in asked if reference not in known}
        return known, await _ground(session, bank, borrowers=borrowers, at=at)
    except Problem as problem:
        return known, problem


def _differs(given: LoanIn, borrower: OrganisationReply, earlier: Loan) -> tuple[str, ...]:
    another = () if borrower.id == earlier.borrower_id else ("borrower_id",)
    return (*differing(given, earlier, STATED), *another)


async def _ground(session: AsyncSession, bank: PoolBank, *, borrowers: Collection[UUID], at: datetime) -> Ground:
    """Read it under the guard; the caller holds the bank. Raises PolicyNotYetKnown, RegistrationSuspended."""
    city_code, accepted = bank.city_code, Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, city_code, accepted)
    programme, exposures = pool_programme(snapshot.pack), await _exposures(session, snapshot, accepted, bank.bank_id)
    await must_be_open(session, city_code=city_code, bank_id=bank.bank_id, clauses=programme.clauses)
    return Ground(
        bank_id=bank.bank_id,
        quota_fen=await quota_of(session, bank),
        snapshot=snapshot,
        accepted=accepted,
        programme=programme,
        exposures=exposures,
        exhausted=await _exhausted(session, city_code, programme),
        standings=await standings_of(session, snapshot, programme, firm_ids=borrowers, accepted=accepted),
    )


async def _exposures(session: AsyncSession, snapshot: Snapshot, accepted: Acceptance, bank_id: UUID) -> dict[str, int]:
    """What is registered already, under the guard: alone where the loans of all banks are counted together."""
    city_code, guard = snapshot.city_code, guard_of(snapshot.pack)
    together = guard is not None and snapshot.value(guard.pool_leverage, accepted=accepted) is not None
    await hold_guard(session, city_code, shared=not together)
    found = {"bank_exposure_fen": await exposure_fen(session, city_code, bank_id)}
    return found | {"pool_exposure_fen": await exposure_fen(session, city_code, None)} if together else found


async def _exhausted(session: AsyncSession, city_code: str, programme: Programme) -> list[Finding]:
    """Nothing is left of what was allotted to the pool; one that never had money is the budget's matter."""
    lines = await positions(session, city_code, fund=programme.paid_from)
    allotted, left = sum(line.allotted_fen for line in lines), sum(line.available_fen for line in lines)
    return exhausted_findings(allotted, left, programme.clauses)


def _take(ground: Ground, given: LoanIn, borrower: OrganisationReply, caller: Caller) -> Loan:
    """Judge a loan by what stands and was taken so far, and count it. Raises PolicyOpen, Refusal with every reason."""
    loan, standing, exposures = _loan(ground, given, borrower, caller), ground.standings[borrower.id], ground.exposures
    clauses = ground.programme.clauses
    room = quota_findings(given.principal_fen, exposures["bank_exposure_fen"], ground.quota_fen, clauses)
    who = borrower_findings(Borrower(borrower.status == ACTIVE, borrower.id == ground.bank_id), clauses)
    due = due_findings(given.due_on, ground.accepted.on, clauses)
    refuse_if([*room, *ground.exhausted, *who, *due, *standing.findings])
    determination = determine(
        ground.snapshot,
        id=new_id(),
        programme=ground.programme.id,
        act="register_loan",
        facts={"principal_fen": given.principal_fen, **exposures},
        accepted=ground.accepted,
        references={"loan": str(loan.id), "bank": str(loan.bank_id)},
    )
    must_be_eligible(determination)
    loan.covered_fen, loan.determination_id = determination.amounts["covered"], determination.id
    loan.outside_library = standing.is_outside
    for counted in exposures:
        exposures[counted] += loan.principal_fen
    ground.taken.append((loan, determination))
    return loan


def _loan(ground: Ground, given: LoanIn, borrower: OrganisationReply, caller: Caller) -> Loan:
    accepted = ground.accepted
    return Loan(
        id=new_id(),
        city_code=caller.city,
        bank_id=ground.bank_id,
        bank_reference=given.bank_reference,
        borrower_id=borrower.id,
        borrower_name=borrower.name,
        principal_fen=given.principal_fen,
        disbursed_on=given.disbursed_on,
        due_on=given.due_on,
        refinances=given.refinances,
        registered_on=accepted.on,
        registered_at=accepted.at,
        registered_by=caller.acting_for,
        status=Status.REGISTERED if given.disbursed_on > accepted.on else Status.DISBURSED,
    )


async def _write(session: AsyncSession, ground: Ground) -> None:
    """All that was taken, in its order. Raises LoanAlreadyRegistered."""
    await save_determinations(session, [determination for _, determination in ground.taken])
    session.add_all(loan for loan, _ in ground.taken)
    await session.flush()
    for loan, _ in ground.taken:
        note(session, Fact.LOAN_REGISTERED, loan, amount_fen=loan.principal_fen, at=ground.accepted.at)
        fact = LoanRegistered(loan_id=loan.id, bank_id=loan.bank_id, principal_fen=loan.principal_fen)
        await record(session, fact, city_code=loan.city_code, subject=loan.id)
