"""Use cases of providers: admit, end."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ACTIVE, ControllerGroupReply, OrganisationReply
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from services.vouchers.integrity.bars.queries import barred_days
from services.vouchers.integrity.bars.rules import barred_until
from services.vouchers.issuance.rules import own_and_merged
from services.vouchers.providers import queries
from services.vouchers.providers.models import Provider
from services.vouchers.providers.rules import admission_findings, end_findings
from services.vouchers.providers.schemas import AdmissionIn


class AlreadyAdmitted(Conflict):
    code, title_zh, title_en = "provider_already_admitted", "该单位已是准入服务机构", "The provider is admitted already"


class AlreadyEnded(Conflict):
    code, title_zh, title_en = "admission_already_ended", "该准入已终止", "The admission has ended already"


named_constraint("uq_provider_admitted", AlreadyAdmitted)


async def admit_provider(
    session: AsyncSession,
    *,
    given: AdmissionIn,
    organisation: OrganisationReply,
    group: ControllerGroupReply,
    caller: Caller,
) -> Provider:
    """Vouchers pay for this organisation's services from `admitted_on` on; a bar of who merged into it is its own."""
    today: date = clock.today(caller.city)
    bars = await barred_days(session, own_and_merged(organisation.id, group), city_code=caller.city)
    earlier = await queries.admissions_of(session, given.organisation_id, city_code=caller.city)
    refuse_if(
        admission_findings(
            is_active=organisation.status == ACTIVE,
            admitted_on=given.admitted_on,
            earlier=[(row.admitted_on, row.ended_on) for row in earlier],
            barred_until=barred_until(bars, given.admitted_on) or barred_until(bars, today),
        )
    )
    provider = Provider(
        id=new_id(),
        city_code=caller.city,
        organisation_id=given.organisation_id,
        name=organisation.name,
        division_code=given.division_code,
        service_kinds=sorted(set(given.service_kinds)),
        admitted_on=given.admitted_on,
        admitted_by=caller.acting_for,
    )
    session.add(provider)
    await session.flush()
    return provider


async def end_admission(
    session: AsyncSession, *, provider_id: UUID, ended_on: date, reason: str, caller: Caller, if_match: str
) -> Provider:
    """From `ended_on` on the provider is no longer admitted; services before that day can still be redeemed.

    An end that is still to come may be brought forward.
    """
    provider = await session.get(Provider, provider_id, with_for_update=True)
    if provider is None:
        raise NotFound
    caller.must_act_in(provider.city_code)
    must_match(if_match, provider.version)
    if provider.ended_on is not None and provider.ended_on <= clock.today(provider.city_code):
        raise AlreadyEnded
    refuse_if(end_findings(ended_on, admitted_on=provider.admitted_on, announced_on=provider.ended_on))
    provider.ended_on, provider.end_reason, provider.ended_by = ended_on, reason, caller.acting_for
    await session.flush()
    return provider
