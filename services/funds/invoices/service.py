"""Claiming invoices for something, once over all cities; giving them free again when it is refused."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.ids import new_id
from kernel.problems import Conflict, named_constraint
from services.funds.invoices.models import Invoice
from services.funds.invoices.rules import InvoiceStated, realm_of


class InvoiceTaken(Conflict):
    code, title_zh, title_en = (
        "invoice_taken",
        "发票同时被其他申请使用",
        "Another application took the invoice just now",
    )
    retryable = True


named_constraint("uq_invoice_claimed", InvoiceTaken)


async def used_among(session: AsyncSession, stated: Sequence[InvoiceStated], *, city_code: str) -> set[str]:
    """The fingerprints, of those given, that are claimed already."""
    wanted = select(Invoice.fingerprint).where(
        Invoice.realm == realm_of(city_code),
        Invoice.fingerprint.in_([invoice.fingerprint for invoice in stated]),
        Invoice.is_released.is_(False),
    )
    return set(await session.scalars(wanted))


def claim_invoices(
    session: AsyncSession,
    stated: Sequence[InvoiceStated],
    *,
    city_code: str,
    subject_kind: str,
    subject_id: UUID,
    claimed_for: UUID,
) -> None:
    """Write them down in the caller's transaction; a second claim of one fails at the index."""
    session.add_all(
        Invoice(
            id=new_id(),
            city_code=city_code,
            realm=realm_of(city_code),
            fingerprint=invoice.fingerprint,
            number_last4=invoice.last4,
            issued_on=invoice.issued_on,
            amount_fen=invoice.amount_fen,
            subject_kind=subject_kind,
            subject_id=subject_id,
            claimed_for=claimed_for,
            is_released=False,
        )
        for invoice in stated
    )


async def release_invoices(session: AsyncSession, subject_id: UUID) -> None:
    """What they were claimed for was refused."""
    await session.execute(update(Invoice).where(Invoice.subject_id == subject_id).values(is_released=True))


async def invoices_of(session: AsyncSession, subject_id: UUID) -> list[Invoice]:
    """Those of one subject, in the order they were stated."""
    wanted = select(Invoice).where(Invoice.subject_id == subject_id)
    return list(await session.scalars(wanted.order_by(Invoice.recorded_at, Invoice.id)))
