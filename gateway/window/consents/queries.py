"""Reads of consents: a client sees those it recorded and those of its own organisation, the staff all of the city."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from gateway.window.consents.models import Consent, Purpose, Withdrawal
from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.problems import NotFound


def consents_statement(caller: Caller, organisation_id: UUID | None = None) -> Select[Consent]:
    """Consents the caller may know of, with what ended them."""
    found = select(Consent).where(Consent.city_code == caller.city).options(joinedload(Consent.withdrawal))
    if not is_staff(caller):
        mine = Consent.recorded_by == caller.subject
        own = UUID(caller.organisation_id) if caller.organisation_id else None
        found = found.where(or_(mine, Consent.organisation_id == own) if own else mine)
    return found.where(Consent.organisation_id == organisation_id) if organisation_id else found


async def find_consent(session: AsyncSession, consent_id: UUID, *, caller: Caller) -> Consent:
    """One the caller may know of. Raises NotFound."""
    wanted = consents_statement(caller).where(Consent.id == consent_id)
    row: Consent | None = await session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


async def live_consent(
    session: AsyncSession, organisation_id: UUID, *, caller: Caller, purpose: Purpose, on: date
) -> UUID | None:
    """The caller's own consent of the organisation for a purpose that counts on the day and lasts longest."""
    found: UUID | None = await session.scalar(
        select(Consent.id)
        .outerjoin(Withdrawal)
        .where(
            Consent.city_code == caller.city,
            Consent.organisation_id == organisation_id,
            Consent.recorded_by == caller.subject,
            Consent.purpose == purpose,
            Consent.valid_until >= on,
            Withdrawal.consent_id.is_(None),
        )
        .order_by(Consent.valid_until.desc(), Consent.id)
        .limit(1)
    )
    return found
