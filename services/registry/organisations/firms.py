"""Firms that a partner names by credit code: found, or registered until somebody applies for them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import FirmNamed, FirmsNamed, OrganisationRegistered
from kernel import clock
from kernel.auth import WORKLOAD, Caller
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Invalid, Problem, Refusal
from services.registry.organisations.credit_codes import CreditCodeMalformed, normalised
from services.registry.organisations.models import Organisation, OrganisationKind
from services.registry.organisations.queries import hold_codes, of_codes
from services.registry.organisations.records import named, new_organisation
from services.registry.organisations.rules import borrower_findings


class CodeMalformed(Invalid):
    code, title_zh, title_en = "credit_code_malformed", "不是统一社会信用代码", "Not a unified social credit code"


async def firms_named(session: AsyncSession, *, given: FirmsNamed, caller: Caller) -> list[Organisation | Problem]:
    """For each the firm of its code in the city, CodeMalformed, or Refusal when it goes by another name here.

    One registered this way belongs to nobody: whoever registers it first under its name has it from then on.
    """
    codes, city_code = [_code(firm) for firm in given.firms], given.city_code
    # A code that stands twice is registered under the name it comes with first.
    names = {code: firm.name for code, firm in reversed(list(zip(codes, given.firms, strict=True))) if code}
    known = await of_codes(session, city_code, names)
    new = names.keys() - known.keys()
    if new:
        await hold_codes(session, city_code, new)
        known |= await of_codes(session, city_code, new)
        await _register(session, city_code, {code: names[code] for code in names if code not in known}, caller)
        known |= await of_codes(session, city_code, new)
    return [
        _answer(firm, known[code]) if code else CodeMalformed() for code, firm in zip(codes, given.firms, strict=True)
    ]


def _code(given: FirmNamed) -> str | None:
    try:
        return normalised(given.credit_code)
    except CreditCodeMalformed:
        return None


def _answer(given: FirmNamed, found: Organisation) -> Organisation | Problem:
    against = borrower_findings(name=given.name, names=[entry.name for entry in found.names])
    return Refusal(reasons=against) if against else found


def is_unclaimed(organisation: Organisation) -> bool:
    """Whether only a process of ours entered it, for a partner that named it."""
    return organisation.registered_by.startswith(WORKLOAD)


async def _register(session: AsyncSession, city_code: str, names: Mapping[str, str], caller: Caller) -> None:
    rows = [
        new_organisation(
            organisation_id=new_id(),
            city_code=city_code,
            kind=OrganisationKind.FIRM,
            name=name,
            credit_code=code,
            by=caller.subject,
        )
        for code, name in names.items()
    ]
    session.add_all(rows)
    await session.flush()
    today = clock.today(city_code)
    session.add_all(named(row.id, row.name, today, city_code=city_code, by=caller.acting_for) for row in rows)
    for row in rows:
        fact = OrganisationRegistered(organisation_id=row.id, name=row.name, kind=row.kind)
        await record(session, fact, city_code=city_code, subject=row.id)
    await session.flush()
