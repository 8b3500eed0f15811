"""One payment line back to its clause: read, never recomputed. Every link is the stored record itself."""

from sqlalchemy.ext.asyncio import AsyncSession

from ledger.reading import JournalEntry, journal
from policy.determinations import Determination
from policy.snapshots import Setting, Snapshot
from policy.store import load_determination, snapshot_of
from services.funds.clawback.queries import clawbacks_on_chain
from services.funds.payments.models import PaymentBatch, PaymentOrder
from services.funds.payments.queries import advice_of, approvals_of
from services.funds.payments.schemas import (
    AdviceOut,
    ApprovalOut,
    ChainClawbackOut,
    ChainOut,
    ChainRedemptionOut,
    ClauseOut,
    DeterminationOut,
    EntryOut,
    LegOut,
    ParameterVersionOut,
    PaymentLineOut,
    PaymentOrderOut,
    SetByOut,
)
from services.funds.voucher_settlements.queries import lines_of, policy_of


async def chain_of(session: AsyncSession, order: PaymentOrder) -> ChainOut:
    """Clause, parameter versions, determination or redemptions, case, approvals, journal entries, payment line."""
    determination, snapshot = await _what_it_rests_on(session, order)
    approvals = await approvals_of(session, [order.subject_id, order.id])
    clawbacks = await clawbacks_on_chain(session, order.id)
    entries = await journal(session, city_code=order.city_code, reference=order.id)
    for one in dict.fromkeys(row.id for row, _, _ in clawbacks):
        entries += await journal(session, city_code=order.city_code, reference=one)
    return ChainOut(
        clauses=[clause_out(snapshot, clause) for clause in order.clauses],
        parameters=_parameters(determination, snapshot) if determination else [],
        determination=_determination(determination) if determination else None,
        redemptions=[] if determination else await _redemptions(session, order),
        case_id=order.case_id,
        approvals=[ApprovalOut.model_validate(approval) for approval in approvals],
        entries=[entry_out(entry) for entry in entries],
        clawbacks=[
            ChainClawbackOut(clawback_id=row.id, role=role, cause=row.cause, status=row.status, amount_fen=fen)
            for row, role, fen in clawbacks
        ],
        payment=await _payment_line(session, order),
    )


async def _what_it_rests_on(session: AsyncSession, order: PaymentOrder) -> tuple[Determination | None, Snapshot]:
    """The snapshot is the one that is cited by hash, not today's: the clause as it was quoted then."""
    if order.determination_id is None:
        policy_hash, accepted = await policy_of(session, order.subject_id)
        return None, (await snapshot_of(session, order.city_code, policy_hash)).in_force(accepted)
    determination = await load_determination(session, order.city_code, order.determination_id)
    published = await snapshot_of(session, order.city_code, determination.snapshot_hash)
    return determination, published.in_force(determination.accepted)


async def _redemptions(session: AsyncSession, order: PaymentOrder) -> list[ChainRedemptionOut]:
    return [
        ChainRedemptionOut(
            redemption_id=booked.id,
            finding_id=reversal.id if reversal else None,
            determination_id=booked.determination_id,
            entry_id=booked.entry_id if reversal is None else reversal.entry_id,
            amount_fen=booked.amount_fen if reversal is None else -reversal.amount_fen,
        )
        for booked, reversal in await lines_of(session, order.subject_id)
    ]


def clause_out(snapshot: Snapshot, clause_id: str) -> ClauseOut:
    """A clause as it was quoted in that policy."""
    clause = snapshot.pack.clauses[clause_id]
    document = snapshot.pack.documents[clause.document]
    return ClauseOut(
        id=clause.id, document=document.zh, number=document.number, locator=clause.locator, quote=clause.quote
    )


def _parameters(determination: Determination, snapshot: Snapshot) -> list[ParameterVersionOut]:
    return [
        ParameterVersionOut(
            parameter=step.name,
            value=step.value,
            version=step.version or 0,
            source=step.source or "",
            effective_on=step.effective_on,
            clauses=list(step.clauses),
            setting=_setting(snapshot.setting(step.name, step.version or 0)),
        )
        for step in determination.ruling.trace
        if step.step == "parameter"
    ]


def _setting(found: Setting | None) -> SetByOut | None:
    return SetByOut.model_validate(found) if found else None


def _determination(determination: Determination) -> DeterminationOut:
    return DeterminationOut(
        id=determination.id,
        programme=determination.programme,
        act=determination.act,
        outcome=determination.outcome,
        policy_version=determination.snapshot_version,
        policy_hash=determination.snapshot_hash,
        sha256=determination.sha256,
        inputs=dict(determination.inputs),
        amounts=dict(determination.amounts),
    )


def entry_out(entry: JournalEntry) -> EntryOut:
    """A journal entry as it stands on the wire."""
    return EntryOut(
        id=entry.posted.entry_id,
        document=entry.posted.document,
        fact=entry.fact,
        effective_on=entry.effective_on,
        recorded_at=entry.posted.recorded_at,
        hash=entry.hash.hex(),
        reverses=entry.reverses,
        legs=[
            LegOut(account=leg.account, side="debit" if leg.signed_fen > 0 else "credit", amount_fen=leg.amount_fen)
            for leg in entry.legs
        ],
    )


async def _payment_line(session: AsyncSession, order: PaymentOrder) -> PaymentLineOut:
    batch = await session.get(PaymentBatch, order.batch_id) if order.batch_id else None
    advice = await advice_of(session, order.id)
    return PaymentLineOut(
        order=PaymentOrderOut.of(order),
        batch_sequence=batch.sequence if batch else None,
        batch_sha256=batch.sha256 if batch else None,
        advice=[
            AdviceOut(outcome=word.kind, on=word.on, bank_reference=word.bank_reference, reason=word.reason)
            for word in advice
        ],
    )
