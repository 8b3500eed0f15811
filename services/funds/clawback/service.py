"""Demanding paid money back: a finding, a notice with its clock, an answer, a decision by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds_clawback import ClawbackDecided, ClawbackObjected
from kernel.auth import Caller
from kernel.clock import on_date
from kernel.findings import Finding as Against
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from kernel.workdays import Deadline
from ledger.chart import open_accounts
from policy.calendar import workdays
from policy.schema import Pack
from policy.snapshots import Acceptance
from policy.store import figure, policy_for
from policy.terms import PayingTerms
from services.funds.approvals.service import approve
from services.funds.chart import clawback_accounts
from services.funds.clawback.models import Clawback
from services.funds.clawback.postings import Debt, clawback_upheld
from services.funds.clawback.queries import demanded_before, demanded_of, found_of, get_clawback
from services.funds.clawback.recounting import expect_by, recount_objection_time, tell_notified
from services.funds.clawback.rules import decision_findings, demand_findings
from services.funds.clawback.states import MOVES, Cause, Fact, Status
from services.funds.journal import post_entry
from services.funds.payments.models import PaymentOrder
from services.funds.payments.queries import get_order
from services.funds.payments.service import line_of
from services.funds.payments.states import Status as OrderStatus
from services.funds.payments.subjects import subject_of
from services.funds.payments.succession import who_goes_on_for
from services.funds.recounting.expecting import expect_recount

KIND = "clawback"


class ObjectionTooLate(Conflict):
    code, title_zh, title_en = "objection_too_late", "陈述申辩期限已过", "The time to object is over"


class FoundBefore(Conflict):
    code, title_zh, title_en = "clawback_found_before", "该事由已提出追回", "It was found for this reason before"


named_constraint("uq_clawback_source", FoundBefore)


@dataclass(frozen=True, slots=True)
class Finding:
    """Why how much of a payment is demanded back. `source_id` is the fact elsewhere that says so, if there is one."""

    cause: Cause
    demanded_fen: int
    grounds: str
    evidence: Sequence[str]
    clauses: Sequence[str] = ()
    source_id: UUID | None = None


async def find_clawback(
    session: AsyncSession, *, order_id: UUID, finding: Finding, caller: Caller, at: datetime
) -> Clawback:
    """An officer finds that money has to come back. Raises NotFound, and Refusal with everything against it."""
    order = await get_order(session, order_id, caller, for_update=True)
    return await open_finding_on(session, order, finding=finding, found_by=caller.acting_for, at=at)


async def open_finding_on(
    session: AsyncSession, order: PaymentOrder, *, finding: Finding, found_by: str, at: datetime
) -> Clawback:
    """The finding on an order that is locked: its demands are judged one after the other."""
    await _must_be_demandable(session, order, finding.demanded_fen)
    row = _found(order, finding, found_by, at)
    session.add(row)
    await session.flush()
    return row


def _found(order: PaymentOrder, finding: Finding, found_by: str, at: datetime) -> Clawback:
    return Clawback(
        id=new_id(),
        city_code=order.city_code,
        order_id=order.id,
        subject_id=order.subject_id,
        payee_id=order.payee_id,
        payee_name=order.payee_name,
        case_id=order.case_id,
        cause=finding.cause,
        source_id=finding.source_id,
        grounds=finding.grounds,
        evidence=list(finding.evidence),
        clauses=list(dict.fromkeys([*finding.clauses, *order.clauses])),
        demanded_fen=finding.demanded_fen,
        found_by=found_by,
        found_at=at,
        status=Status.FOUND,
    )


async def find_what_is_left(
    session: AsyncSession, order: PaymentOrder, *, finding: Finding, found_by: str, at: datetime
) -> Clawback | None:
    """A finding of what a paid, locked order still has: none when it was demanded back, or found for this, before."""
    if order.status is not OrderStatus.SETTLED:
        return None
    found = await find_what_was_paid(session, [(order, finding)], found_by=found_by, at=at)
    return found[0] if found else None


async def find_what_was_paid(
    session: AsyncSession, findings: Sequence[tuple[PaymentOrder, Finding]], *, found_by: str, at: datetime
) -> list[Clawback]:
    """The same of locked orders of demandable kinds, each once, at the moment at which each of them is paid."""
    demanded = await demanded_of(session, [order.id for order, _ in findings])
    known = await found_of(session, [order.id for order, _ in findings])
    made = []
    for order, finding in findings:
        left = order.amount_fen - demanded[order.id]
        if left <= 0 or (order.id, finding.cause, finding.source_id) in known:
            continue
        part = replace(finding, demanded_fen=min(left, finding.demanded_fen))
        refuse_if(_demand_findings(order, part.demanded_fen, demanded[order.id], is_settled=True))
        made.append(_found(order, part, found_by, at))
    session.add_all(made)
    await session.flush()
    return made


async def _must_be_demandable(
    session: AsyncSession, order: PaymentOrder, demanded_fen: int, *, but: UUID | None = None
) -> None:
    """So much of a locked order, beside its other demands: `but` is the one that is judged. Raises Refusal."""
    before_fen = await demanded_before(session, order.id, but=but)
    is_settled = order.status is OrderStatus.SETTLED
    refuse_if(_demand_findings(order, demanded_fen, before_fen, is_settled=is_settled))


def _demand_findings(order: PaymentOrder, demanded_fen: int, before_fen: int, *, is_settled: bool) -> list[Against]:
    return demand_findings(
        demanded_fen=demanded_fen,
        paid_fen=order.amount_fen,
        demanded_before_fen=before_fen,
        is_settled=is_settled,
        is_demandable=subject_of(order).demandable,
    )


async def notify_payee(session: AsyncSession, *, clawback_id: UUID, caller: Caller, at: datetime) -> Clawback:
    """The payee is told and may object for the working days the policy gives. Raises PolicyOpen while it gives none."""
    row = await get_clawback(session, clawback_id, caller, lock=True)
    row.status = status_after(Fact.NOTIFIED, row.status, MOVES)
    until, days, version = await _deadline(session, row, "objection_working_days", at)
    row.notified_by, row.notified_at, row.policy_version = caller.acting_for, at, version
    row.objection_working_days = days
    row.object_until_on, row.provisional = until.on, until.provisional
    await tell_notified(session, row)
    if until.provisional:
        await expect_recount(session, row.city_code)
    return row


async def _deadline(session: AsyncSession, row: Clawback, term: str, at: datetime) -> tuple[Deadline, int, int]:
    """By the policy of the day the clock starts: the texts of the day of payment knew nothing of it.

    With the working days it gives, and its version.
    """
    accepted = Acceptance(on_date(at), at)
    snapshot = await policy_for(session, row.city_code, accepted)
    key = getattr(paying_terms(snapshot.pack), term)
    days = figure(snapshot, key, accepted=accepted)
    return workdays().add(on_date(at), days), days, snapshot.version


def paying_terms(pack: Pack) -> PayingTerms:
    """What the city says around payments. Raises NotFound for a pack that says nothing of it."""
    if pack.paying is None:
        raise NotFound
    return pack.paying


async def object_to_clawback(
    session: AsyncSession, *, clawback_id: UUID, objection: str, caller: Caller, at: datetime
) -> Clawback:
    """The payee answers in time. Raises ObjectionTooLate, NotFound."""
    row = await get_clawback(session, clawback_id, caller, lock=True)
    row.status = status_after(Fact.OBJECTED, row.status, MOVES)
    recount_objection_time(row, workdays())
    if row.object_until_on is not None and on_date(at) > row.object_until_on:
        raise ObjectionTooLate(last_on=row.object_until_on.isoformat())
    row.objection, row.objected_by, row.objected_at = objection, caller.acting_for, at
    payee_id = await who_goes_on_for(session, row.payee_id)
    told = ClawbackObjected(case_id=row.case_id, clawback_id=row.id, organisation_id=payee_id)
    await record(session, told, city_code=row.city_code, subject=row.id)
    return row


async def drop_clawback(
    session: AsyncSession, *, clawback_id: UUID, opinion: str, caller: Caller, at: datetime
) -> Clawback:
    """A second person finds that nothing has to come back."""
    row = await get_clawback(session, clawback_id, caller, lock=True)
    row.status = status_after(Fact.DROPPED, row.status, MOVES)
    await approve_step(session, row, "decision", prepared_by=row.found_by, caller=caller, at=at)
    row.opinion, row.decided_by, row.decided_at = opinion, caller.acting_for, at
    await _tell_decided(session, row)
    await session.flush()
    order = await session.get_one(PaymentOrder, row.order_id)
    await subject_of(order).demand_fell(session, order, on_date(at))
    return row


async def uphold_clawback(
    session: AsyncSession, *, clawback_id: UUID, decided_fen: int, opinion: str, caller: Caller, at: datetime
) -> Clawback:
    """A second person decides, after the answer or when the time for it is over: the payee owes it from now on.

    Raises Refusal with all that is against it, PolicyOpen while nobody said by when it is to be paid.
    """
    row = await get_clawback(session, clawback_id, caller, lock=True)
    status, on = status_after(Fact.UPHELD, row.status, MOVES), on_date(at)
    if row.objected_at is None:
        recount_objection_time(row, workdays())
    refuse_if(
        decision_findings(
            decided_fen=decided_fen,
            demanded_fen=row.demanded_fen,
            object_until_on=row.object_until_on,
            has_objected=row.objected_at is not None,
            on=on,
        )
    )
    order = await get_order(session, row.order_id, caller, for_update=True)
    # The bank may have returned the payment since the finding: then there is nothing left to come back.
    await _must_be_demandable(session, order, decided_fen, but=row.id)
    until, days, _ = await _deadline(session, row, "repayment_working_days", at)
    approval_id = await approve_step(session, row, "decision", prepared_by=row.found_by, caller=caller, at=at)
    row.status, row.decided_fen, row.opinion = status, decided_fen, opinion
    row.decided_by, row.decided_at, row.entry_id = caller.acting_for, at, new_id()
    row.pay_until_on, row.pay_working_days, row.pay_provisional = until.on, days, until.provisional
    await expect_by(session, row, until.on)
    await _tell_decided(session, row)
    if decided_fen < row.demanded_fen:
        await subject_of(order).demand_fell(session, order, on)
    await session.flush()
    await _book(session, row, order, approval_id, row.entry_id)
    return row


async def _book(session: AsyncSession, row: Clawback, order: PaymentOrder, approval_id: UUID, entry_id: UUID) -> None:
    assert row.decided_at is not None  # noqa: S101 - set by the only caller
    accounts = clawback_accounts(line_of(order), row.payee_id, name=row.payee_name)
    await open_accounts(session, accounts, city_code=row.city_code)
    entry = clawback_upheld(debt_of(row, order, [approval_id]), row.decided_fen, on=on_date(row.decided_at))
    key, actor = f"clawback.upheld:{row.id}", row.decided_by or ""
    await post_entry(session, entry, city_code=row.city_code, key=key, entry_id=entry_id, actor=actor)


async def approve_step(
    session: AsyncSession, row: Clawback, step: str, *, prepared_by: str, caller: Caller, at: datetime
) -> UUID:
    """By another person than prepared the step and, where it is decided, than decided the debt. Raises Refusal."""
    made = await approve(
        session,
        city_code=row.city_code,
        subject_kind=KIND,
        subject_id=row.id,
        case_id=row.case_id,
        step=step,
        approver=caller.acting_for,
        prepared_by=prepared_by,
        decided_by=row.decided_by,
        at=at,
    )
    return made.id


def debt_of(row: Clawback, order: PaymentOrder, approvals: Sequence[UUID] = ()) -> Debt:
    """What postings need of it: the line that paid is the line that gets it back."""
    return Debt(row.id, line_of(order), row.payee_id, order.determination_id, row.case_id, approvals)


async def _tell_decided(session: AsyncSession, row: Clawback) -> None:
    told = ClawbackDecided(
        case_id=row.case_id,
        clawback_id=row.id,
        organisation_id=await who_goes_on_for(session, row.payee_id),
        outcome="dropped" if row.status is Status.DROPPED else "upheld",
        amount_fen=row.decided_fen,
        pay_until_on=row.pay_until_on,
        provisional=row.pay_provisional,
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
