"""Firms that a partner names by credit code: found, or registered until somebody applies for them."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import FirmNamed, OrganisationRegistered
from kernel import clock
from kernel.auth import WORKLOAD, Caller
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Invalid, refuse_if
from services.registry.organisations.credit_codes import CreditCodeMalformed, normalised
from services.registry.organisations.models import Organisation, OrganisationKind
from services.registry.organisations.queries import hold_code, of_code, read_organisation
from services.registry.organisations.records import named, new_organisation
from services.registry.organisations.rules import borrower_findings


class CodeMalformed(Invalid):
    code, title_zh, title_en = "credit_code_malformed", "不是统一社会信用代码", "Not a unified social credit code"


async def firm_named(session: AsyncSession, *, given: FirmNamed, caller: Caller) -> Organisation:
    """The firm of the code in the city. Raises CodeMalformed, and Refusal when it goes by another name here.

    One registered this way belongs to nobody: whoever registers it first under its name has it from then on.
    """
    try:
        code = normalised(given.credit_code)
    except CreditCodeMalformed:
        raise CodeMalformed from None
    await hold_code(session, given.city_code, code)
    found = await of_code(session, given.city_code, code)
    if found is None:
        return await _register(session, given, code, caller)
    refuse_if(borrower_findings(name=given.name, names=[entry.name for entry in found.names]))
    return found


def is_unclaimed(organisation: Organisation) -> bool:
    """Whether only a process of ours entered it, for a partner that named it."""
    return organisation.registered_by.startswith(WORKLOAD)


async def _register(session: AsyncSession, given: FirmNamed, code: str, caller: Caller) -> Organisation:
    city_code = given.city_code
    row = new_organisation(
        organisation_id=new_id(),
        city_code=city_code,
        kind=OrganisationKind.FIRM,
        name=given.name,
        credit_code=code,
        by=caller.subject,
    )
    session.add(row)
    await session.flush()
    session.add(named(row.id, given.name, clock.today(city_code), city_code=city_code, by=caller.acting_for))
    fact = OrganisationRegistered(organisation_id=row.id, name=row.name, kind=row.kind)
    await record(session, fact, city_code=city_code, subject=row.id)
    await session.flush()
    return await read_organisation(session, row.id)
