"""Admitting banks and registering loans (XZ-33)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import LoanRegistered
from contracts.registry import FirmNamed, OrganisationReply
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Conflict, Problem, Refusal, named_constraint, refuse_if
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, must_be_eligible, policy_for
from services.funds.loan_pool.access import own_bank, visible_bank
from services.funds.loan_pool.bulk.service import Done, Item, differing
from services.funds.loan_pool.guard.queries import hold_guard
from services.funds.loan_pool.guard.service import must_be_open
from services.funds.loan_pool.lending.models import Loan, PoolBank
from services.funds.loan_pool.lending.queries import admitted_bank, exposure_fen, loan_by_reference
from services.funds.loan_pool.lending.rules import exhausted_findings, quota_findings
from services.funds.loan_pool.lending.schemas import BankIn, BorrowerNamed, LoanIn
from services.funds.loan_pool.lending.states import Status
from services.funds.loan_pool.library.queries import standing_of
from services.funds.loan_pool.movements.service import note
from services.funds.loan_pool.movements.states import Fact
from services.funds.loan_pool.policy import guard_of, pool_programme
from services.funds.payments.payees import Gathering
from services.funds.programmes.queries import positions

ASKED_AT_ONCE = 8


class BankAlreadyAdmitted(Conflict):
    code, title_zh, title_en = "bank_already_admitted", "该行已是合作银行", "The bank is a partner already"


class NotABank(Refusal):
    code, title_zh, title_en = "not_a_bank", "该单位不是银行", "The organisation is not a bank"


class LoanAlreadyRegistered(Conflict):
    """Ask for it by the bank's own reference: `GET …/loans?bank_reference=`."""

    code, title_zh, title_en = "loan_already_registered", "该合同号已登记", "This reference was registered before"
    hint_zh = "可用 GET /v1/funds/loan-pool/loans?bank_reference= 查询"
    hint_en = "Ask for it by GET /v1/funds/loan-pool/loans?bank_reference="


named_constraint("pk_pool_bank", BankAlreadyAdmitted)
named_constraint("uq_loan_city_code_bank_id_bank_reference", LoanAlreadyRegistered)


async def admit_bank(
    session: AsyncSession, *, given: BankIn, bank: OrganisationReply, caller: Caller, at: datetime
) -> PoolBank:
    """A partner bank from today on. Raises NotABank, BankAlreadyAdmitted."""
    if bank.kind != "bank":
        raise NotABank
    row = PoolBank(
        city_code=caller.city,
        bank_id=given.bank_id,
        name=bank.name,
        product=given.product,
        agreement=given.agreement,
        quota_fen=given.quota_fen,
        admitted_on=on_date(at),
        admitted_by=caller.acting_for,
    )
    session.add(row)
    await session.flush()
    return row


async def gather_borrower(gathering: Gathering, *, given: BorrowerNamed, caller: Caller) -> OrganisationReply:
    """Who borrows, as the registry has them, asked before the transaction. Raises BankNotAdmitted, OrganisationUnknown.

    The registry takes in a firm it does not know by its code, and tells of one by its id: only a partner or the city
    may name one.
    """
    bank_id = visible_bank(caller)
    if bank_id is not None:
        async with gathering.sessions() as session:
            await admitted_bank(session, caller.city, bank_id)
    if given.borrower_id is not None:
        return await gathering.registry.organisation(given.borrower_id, city_code=caller.city)
    return await gathering.registry.firm(
        FirmNamed(city_code=caller.city, credit_code=given.borrower_credit_code or "", name=given.borrower_name or "")
    )


def borrower_key(given: LoanIn) -> tuple[object, ...]:
    """Items with the same key name the same borrower."""
    return (given.borrower_id, given.borrower_credit_code, given.borrower_name)


async def gather_borrowers(
    gathering: Gathering, *, items: Sequence[Item[LoanIn]], caller: Caller
) -> tuple[dict[tuple[object, ...], OrganisationReply], list[Item[LoanIn]]]:
    """The borrowers of a batch, each asked for once and a few at a time; items whose borrower is refused have that
    problem now. Raises what may succeed later.
    """
    wanted = {borrower_key(item.given): item.given for item in items if item.given is not None}
    gate = asyncio.Semaphore(ASKED_AT_ONCE)

    async def ask(given: LoanIn) -> OrganisationReply | Problem:
        async with gate:
            try:
                return await gather_borrower(gathering, given=given, caller=caller)
            except Problem as problem:
                return problem

    found = dict(zip(wanted, await asyncio.gather(*(ask(given) for given in wanted.values())), strict=True))
    refused = {key: answer for key, answer in found.items() if isinstance(answer, Problem)}
    for problem in refused.values():
        if problem.retryable:
            raise problem
    known = {key: answer for key, answer in found.items() if not isinstance(answer, Problem)}
    return known, [
        replace(item, problem=refused.get(borrower_key(item.given))) if item.given is not None else item
        for item in items
    ]


async def register_loan(
    session: AsyncSession, *, given: LoanIn, borrower: OrganisationReply, caller: Caller, at: datetime
) -> Loan:
    """Take a loan under cover. Raises BankNotAdmitted, PolicyOpen, Refusal with every reason, LoanAlreadyRegistered."""
    city_code, bank_id, loan_id = caller.city, own_bank(caller), new_id()
    bank = await admitted_bank(session, city_code, bank_id, lock=True)
    accepted = Acceptance(on=on_date(at), at=at)
    snapshot = await policy_for(session, city_code, accepted)
    programme, facts = pool_programme(snapshot.pack), await _exposures(session, snapshot, accepted, bank_id)
    await must_be_open(session, city_code=city_code, bank_id=bank_id, clauses=programme.clauses)
    room = quota_findings(given.principal_fen, facts["bank_exposure_fen"], bank.quota_fen, programme.clauses)
    standing = await standing_of(session, snapshot, programme, firm_id=borrower.id, accepted=accepted)
    refuse_if([*room, *await _exhausted(session, city_code, programme), *standing.findings])
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=programme.id,
        act="register_loan",
        facts={"principal_fen": given.principal_fen, **facts},
        accepted=accepted,
        references={"loan": str(loan_id), "bank": str(bank_id)},
    )
    must_be_eligible(determination)
    loan = _loan(given, borrower, caller, at, loan_id=loan_id, bank_id=bank_id)
    loan.covered_fen, loan.determination_id = determination.amounts["covered"], determination.id
    loan.outside_library = standing.is_outside
    session.add(loan)
    await session.flush()
    note(session, Fact.LOAN_REGISTERED, loan, amount_fen=loan.principal_fen, at=at)
    fact = LoanRegistered(loan_id=loan.id, bank_id=bank_id, principal_fen=loan.principal_fen)
    await record(session, fact, city_code=city_code, subject=loan.id)
    return loan


async def register_once(
    session: AsyncSession, *, given: LoanIn, borrower: OrganisationReply, caller: Caller, at: datetime
) -> Done:
    """Register, or say what stands under the bank's reference already. Raises as `register_loan` does."""
    city_code, bank_id = caller.city, own_bank(caller)
    await admitted_bank(session, city_code, bank_id, lock=True)  # two batches of one bank: one after the other
    earlier = await loan_by_reference(session, city_code, bank_id, given.bank_reference)
    if earlier is None:
        loan = await register_loan(session, given=given, borrower=borrower, caller=caller, at=at)
        return Done(loan.id, created=True)
    differs = differing(given, earlier, ("principal_fen", "disbursed_on", "due_on", "refinances"))
    return Done(earlier.id, created=False, differs=(*differs, *_another(borrower, earlier)))


def _another(borrower: OrganisationReply, earlier: Loan) -> tuple[str, ...]:
    return () if borrower.id == earlier.borrower_id else ("borrower_id",)


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


def _loan(
    given: LoanIn, borrower: OrganisationReply, caller: Caller, at: datetime, *, loan_id: UUID, bank_id: UUID
) -> Loan:
    return Loan(
        id=loan_id,
        city_code=caller.city,
        bank_id=bank_id,
        bank_reference=given.bank_reference,
        borrower_id=borrower.id,
        borrower_name=borrower.name,
        principal_fen=given.principal_fen,
        disbursed_on=given.disbursed_on,
        due_on=given.due_on,
        refinances=given.refinances,
        registered_on=on_date(at),
        registered_at=at,
        registered_by=caller.acting_for,
        status=Status.REGISTERED if given.disbursed_on > on_date(at) else Status.DISBURSED,
    )
