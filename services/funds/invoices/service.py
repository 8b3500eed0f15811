"""Claiming invoices for something, once over all cities and services; giving them free again when it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.ids import new_id
from kernel.problems import Conflict, named_constraint
from services.funds.invoices.models import Invoice
from services.funds.invoices.rules import InvoiceStated, UsedBefore, realm_of

OWN = "funds"
# Longer than any request of another service lives: what it has not told us of by then will not be told.
HELD_FOR = timedelta(minutes=15)


class InvoiceTaken(Conflict):
    code, title_zh, title_en = (
        "invoice_taken",
        "发票同时被其他申请使用",
        "Another application took the invoice just now",
    )
    retryable = True


class InvoiceLost(Conflict):
    """What was held under this reference is somebody else's by now: the fact is parked, nothing is paid twice."""

    code, title_zh, title_en = "invoice_lost", "发票已被其他申请使用", "The invoice belongs to another claim by now"


named_constraint("uq_invoice_claimed", InvoiceTaken)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What invoices are claimed for: `reference` is the id the asking service knows it by."""

    service: str
    city_code: str
    subject_kind: str
    reference: UUID
    claimed_for: UUID
    programme_kind: str
    claimed_on: date


async def used_among(
    session: AsyncSession, stated: Sequence[InvoiceStated], *, city_code: str, but: Purpose | None = None
) -> dict[str, UsedBefore]:
    """Those claimed already, by fingerprint; what `but` itself has claimed is not."""
    wanted = select(Invoice).where(*_open(stated, city_code), ~_lapsed())
    if but is not None:
        wanted = wanted.where(~_of(but.service, but.reference, but.city_code))
    found = await session.scalars(wanted)
    return {row.fingerprint: UsedBefore(row.number_last4, row.programme_kind, row.claimed_on) for row in found}


async def claim_invoices(session: AsyncSession, stated: Sequence[InvoiceStated], purpose: Purpose) -> None:
    """Write them down in the caller's transaction; a second claim of one fails at the index."""
    await _free_lapsed(session, stated, city_code=purpose.city_code)
    session.add_all(Invoice(**_values(invoice, purpose, None)) for invoice in stated)


async def hold_invoices(
    session: AsyncSession, stated: Sequence[InvoiceStated], purpose: Purpose
) -> dict[str, UsedBefore]:
    """Hold them all for another service, or say which are used and hold none. Raises InvoiceTaken when a race is lost.

    Asked again with the same reference the hold is longer, and that is all.
    """
    used = await used_among(session, stated, city_code=purpose.city_code, but=purpose)
    if used:
        return used
    until = clock.real_now() + HELD_FOR
    own = _of(purpose.service, purpose.reference, purpose.city_code)
    held = (*_open(stated, purpose.city_code), own, Invoice.held_until.is_not(None))
    await session.execute(update(Invoice).where(*held).values(held_until=until))
    await _free_lapsed(session, stated, city_code=purpose.city_code)
    # In one order, so that two who ask for the same ones wait for each other and never across.
    rows = [_values(invoice, purpose, until) for invoice in sorted(stated, key=lambda one: one.fingerprint)]
    await session.execute(insert(Invoice).values(rows).on_conflict_do_nothing())
    if await used_among(session, stated, city_code=purpose.city_code, but=purpose):
        raise InvoiceTaken
    return {}


async def keep_invoices(
    session: AsyncSession, *, service: str, reference: UUID, city_code: str, prints: frozenset[str] | None = None
) -> None:
    """The fact they were held for is booked: they are used for ever. Raises InvoiceLost.

    `prints` are the fingerprints of the fact's invoices, where a reference may hold more than these: all must be there.
    """
    wanted = select(Invoice).where(_of(service, reference, city_code), Invoice.is_released.is_(False))
    if prints is not None:
        wanted = wanted.where(Invoice.fingerprint.in_(prints))
    rows = list(await session.scalars(wanted.with_for_update()))
    if not rows or (prints is not None and {row.fingerprint for row in rows} != prints):
        raise InvoiceLost
    for row in rows:
        row.held_until = None


async def release_invoices(session: AsyncSession, reference: UUID, *, city_code: str) -> None:
    """What our own claim was for was refused, or is stated anew. What other services hold only lapses."""
    await session.execute(update(Invoice).where(_of(OWN, reference, city_code)).values(is_released=True))


async def invoices_of(session: AsyncSession, subject_id: UUID) -> list[Invoice]:
    """Those of one subject, in the order they were stated."""
    wanted = select(Invoice).where(Invoice.subject_id == subject_id)
    return list(await session.scalars(wanted.order_by(Invoice.recorded_at, Invoice.id)))


async def _free_lapsed(session: AsyncSession, stated: Sequence[InvoiceStated], *, city_code: str) -> None:
    """Let go of what was held and never booked: the index counts it until it is released."""
    await session.execute(update(Invoice).where(*_open(stated, city_code), _lapsed()).values(is_released=True))


def _open(stated: Sequence[InvoiceStated], city_code: str) -> tuple[ColumnElement[bool], ...]:
    prints = [invoice.fingerprint for invoice in stated]
    return Invoice.realm == realm_of(city_code), Invoice.fingerprint.in_(prints), Invoice.is_released.is_(False)


def _of(service: str, reference: UUID, city_code: str) -> ColumnElement[bool]:
    return (Invoice.service == service) & (Invoice.subject_id == reference) & (Invoice.city_code == city_code)


def _lapsed() -> ColumnElement[bool]:
    now: datetime = clock.real_now()
    return Invoice.held_until.is_not(None) & (Invoice.held_until < now)


def _values(invoice: InvoiceStated, purpose: Purpose, held_until: datetime | None) -> dict[str, object]:
    return {
        "id": new_id(),
        "city_code": purpose.city_code,
        "realm": realm_of(purpose.city_code),
        "fingerprint": invoice.fingerprint,
        "number_last4": invoice.last4,
        "issued_on": invoice.issued_on,
        "amount_fen": invoice.amount_fen,
        "service": purpose.service,
        "programme_kind": purpose.programme_kind,
        "claimed_on": purpose.claimed_on,
        "subject_kind": purpose.subject_kind,
        "subject_id": purpose.reference,
        "claimed_for": purpose.claimed_for,
        "held_until": held_until,
        "is_released": False,
    }
