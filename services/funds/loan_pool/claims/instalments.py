"""What is approved and paid in parts: each part an order of its own, not released before its day (XZ-33)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import among
from kernel.ids import new_id
from kernel.money import allocate
from kernel.outbox import record_all
from services.funds.approvals.service import approve
from services.funds.loan_pool.claims.models import LossClaim, LossInstalment
from services.funds.loan_pool.claims.paid import money_arrived, money_came_back
from services.funds.loan_pool.claims.rules import Part
from services.funds.loan_pool.recoveries.queries import claims_with_receipts
from services.funds.payments.payees import Payee
from services.funds.payments.service import Grant, commit_payment
from services.funds.payments.subjects import Subject, Word, register
from services.funds.rows import held, write_together

SUBJECT_KIND = "loss_instalment"


async def commit_instalments(
    session: AsyncSession, claim: LossClaim, grant: Grant, parts: Sequence[Part], payee: Payee, at: datetime
) -> None:
    """All of them are encumbered and owed at once; together they are what was approved, to the fen."""
    parts = sorted(parts, key=lambda part: part.due_on)
    amounts = allocate(grant.amount_fen, [part.share_bp for part in parts])
    paying = [(part, amount_fen) for part, amount_fen in zip(parts, amounts, strict=True) if amount_fen]
    for number, (part, amount_fen) in enumerate(paying, start=1):
        row = LossInstalment(
            id=new_id(),
            city_code=claim.city_code,
            claim_id=claim.id,
            number=number,
            amount_fen=amount_fen,
            due_on=part.due_on,
            payment_order_id=claim.payment_order_id if number == 1 else new_id(),
        )
        session.add(row)
        await session.flush()
        approval = await approve(
            session,
            city_code=claim.city_code,
            subject_kind=SUBJECT_KIND,
            subject_id=row.id,
            case_id=claim.case_id,
            step="decision",
            approver=claim.decided_by or "",
            prepared_by=claim.reviewed_by or "",
            decided_by=claim.lodged_by,
            at=at,
        )
        one = replace(
            grant, subject_kind=SUBJECT_KIND, subject_id=row.id, amount_fen=amount_fen,
            purpose=f"{grant.purpose} {number}/{len(paying)}", approvals=[approval.id], not_before=part.due_on,
        )  # fmt: skip
        await commit_payment(
            session, city_code=claim.city_code, grant=one, payee=payee, at=at, order_id=row.payment_order_id,
            entry_id=new_id(),
        )  # fmt: skip


async def instalments_of(session: AsyncSession, claim_id: UUID) -> Sequence[LossInstalment]:
    """The parts of a claim in the order in which they fall due."""
    wanted = select(LossInstalment).where(LossInstalment.claim_id == claim_id).order_by(LossInstalment.number)
    return (await session.scalars(wanted)).all()


async def first_paid_on(session: AsyncSession, claim: LossClaim) -> date | None:
    """The day on which the first of the money a claim has now reached its bank; None while it has none."""
    wanted = select(func.min(LossInstalment.paid_on)).where(LossInstalment.claim_id == claim.id)
    return await session.scalar(wanted) or claim.paid_on


async def instalments_moved(session: AsyncSession, words: Sequence[Word]) -> None:
    """Reaction of payments: a part has arrived, or came back and is owed again."""
    rows = await held(session, LossInstalment, [word.order.subject_id for word in words])
    claims = await held(session, LossClaim, [row.claim_id for row in rows.values()])
    parts = await _parts_of(session, claims)
    told = []
    for word in words:
        row = rows[word.order.subject_id]
        claim, row.paid_on = claims[row.claim_id], word.on if word.is_paid else None
        if word.is_paid:
            told.append((money_arrived(session, claim, word.order, word.on), claim.id))
            continue
        still = [part.paid_on for part in parts[claim.id] if part.paid_on is not None]
        money_came_back(session, claim, word.order, last_paid_on=max(still, default=None))
    await write_together(session, rows.values())
    await write_together(session, claims.values())
    await record_all(session, told, city_code=words[0].order.city_code)


async def _parts_of(session: AsyncSession, claim_ids: Collection[UUID]) -> dict[UUID, list[LossInstalment]]:
    found: dict[UUID, list[LossInstalment]] = {claim_id: [] for claim_id in claim_ids}
    for row in await session.scalars(select(LossInstalment).where(among(LossInstalment.claim_id, claim_ids))):
        found[row.claim_id].append(row)
    return found


async def instalments_with_receipts(session: AsyncSession, instalment_ids: Collection[UUID]) -> set[UUID]:
    """Of these parts, those of a claim whose pool has received something back."""
    rows = await session.execute(
        select(LossInstalment.id, LossInstalment.claim_id).where(among(LossInstalment.id, instalment_ids))
    )
    claim_of: dict[UUID, UUID] = {row[0]: row[1] for row in rows}
    received = await claims_with_receipts(session, set(claim_of.values()))
    return {instalment_id for instalment_id, claim_id in claim_of.items() if claim_id in received}


register(SUBJECT_KIND, Subject("ins", moved=instalments_moved, recovered=instalments_with_receipts))
