"""Reads of providers."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import is_own, own_only
from kernel.paging import PageQuery, page_of
from kernel.problems import NotFound
from services.vouchers.integrity.bars.models import Bar
from services.vouchers.integrity.bars.queries import holds_on
from services.vouchers.providers.models import Provider


async def provider_for(session: AsyncSession, provider_id: UUID, *, caller: Caller) -> Provider:
    """One admission; 404 for another city's, or another organisation's unless staff asks."""
    provider = await session.get(Provider, provider_id)
    if provider is None:
        raise NotFound
    caller.must_act_in(provider.city_code)
    if not is_own(caller, provider.organisation_id):
        raise NotFound
    return provider


async def list_providers(
    session: AsyncSession, page: PageQuery, *, caller: Caller, on: date | None
) -> tuple[list[Provider], str | None]:
    """Admissions of the city, oldest first; `on`: only those that hold on that day, and of nobody barred on it."""
    found = select(Provider).where(Provider.city_code == caller.city, *own_only(caller, Provider.organisation_id))
    if on is not None:
        found = found.where(Provider.admitted_on <= on, or_(Provider.ended_on.is_(None), Provider.ended_on > on))
        of_it = (Bar.city_code == Provider.city_code, Bar.organisation_id == Provider.organisation_id)
        found = found.where(~exists().where(*of_it, *holds_on(on)))
    return await page_of(session, found, page, (Provider.recorded_at, Provider.id))


async def admissions_of(session: AsyncSession, organisation_id: UUID, *, city_code: str) -> list[Provider]:
    """Every admission of an organisation, the latest first."""
    of_organisation = (Provider.city_code == city_code, Provider.organisation_id == organisation_id)
    return list(await session.scalars(select(Provider).where(*of_organisation).order_by(Provider.admitted_on.desc())))


def admitted_on(admissions: list[Provider], day: date) -> Provider | None:
    """The admission that holds on the day: its last day is the one before `ended_on`."""
    for provider in admissions:
        if provider.admitted_on <= day and (provider.ended_on is None or day < provider.ended_on):
            return provider
    return None
