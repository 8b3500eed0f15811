"""Hosts (ZZ-20, JX-33): admitted, suspended, leaving with their firms to move first, and their duties."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import AddressHostLeaving
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Invalid, NotFound, named_constraint, refuse_if
from kernel.timers import schedule_after
from policy.calendar import workdays
from services.registry.organisations.queries import find_organisation
from services.registry.premises.leaving import MOVE_ENDS, gone_if_empty, let_go
from services.registry.premises.models import AddressHost, AddressRegistration, HostReport
from services.registry.premises.queries import (
    find_host,
    find_registration,
    hosted_at,
    hosted_by,
    organisation_to_register,
    read_host,
)
from services.registry.premises.rules import (
    HOST_PARAMETERS,
    MODES,
    REPORTS,
    host_findings,
    mode_findings,
    report_findings,
)
from services.registry.premises.schemas import EndingIn, HostIn, ReportIn
from services.registry.premises.service import end, ending_findings
from services.registry.premises.states import (
    HOST_MOVES,
    HOSTED,
    REGISTRATION_MOVES,
    HostFact,
    HostKind,
    HostStatus,
    Mode,
    RegistrationFact,
    RegistrationStatus,
)
from services.registry.terms import Terms, terms_today

LAST_OF_YEAR = (12, 31)


class HostsAlready(Conflict):
    code, title_zh, title_en = "hosts_already", "该机构已备案为此类托管机构", "It is a host of that way already"


class ReportedAlready(Conflict):
    code, title_zh, title_en = "reported_already", "该年度报告已提交", "That year was reported already"


class NotHosting(Invalid):
    code, title_zh, title_en = "mode_without_host", "该登记方式没有托管机构", "That way has no hosts"


named_constraint("uq_address_host_open", HostsAlready)
named_constraint("uq_address_host_report_host_id_year", ReportedAlready)


async def admit_host(session: AsyncSession, *, given: HostIn, caller: Caller) -> AddressHost:
    """Of a kind the city admits. Refused, naming the clause, while it has not set who may host and what hosts owe."""
    if given.mode not in HOSTED:
        raise NotHosting
    organisation = await find_organisation(session, given.organisation_id, caller=caller)
    terms = await terms_today(session, caller.city)
    names = HOST_PARAMETERS[given.mode]
    refuse_if(
        [
            *mode_findings(given.mode, allowed=terms.names(MODES), clauses=terms.clauses(MODES)),
            *terms.open(names.to_admit()),
            *host_findings(
                kind=given.kind,
                fitting=_kinds(terms, given.mode),
                clauses=terms.clauses(names.hosts) or terms.clauses(MODES),
                is_active=organisation.is_active,
            ),
        ]
    )
    row = AddressHost(
        id=new_id(),
        city_code=caller.city,
        status=HostStatus.ACTIVE,
        duties=list(terms.names(names.duties)),
        admitted_on=clock.today(caller.city),
        admitted_by=caller.acting_for,
        version=1,
        **given.model_dump(),
    )
    session.add(row)
    await session.flush()
    return await find_host(session, row.id, caller=caller)


def _kinds(terms: Terms, mode: Mode) -> tuple[str, ...]:
    """JX-33 names secretary companies itself; elsewhere the city says who may host."""
    own = (HostKind.SECRETARY_COMPANY.value,) if mode is Mode.SECRETARY else ()
    return terms.names(HOST_PARAMETERS[mode].hosts) or own


async def change_host(
    session: AsyncSession, *, host_id: UUID, fact: HostFact, reason: str, caller: Caller
) -> AddressHost:
    """Suspended, or taking firms again."""
    row = await find_host(session, host_id, caller=caller, for_update=True)
    row.status, row.reason = status_after(fact, row.status, HOST_MOVES), reason
    row.version += 1
    await session.flush()
    return await find_host(session, row.id, caller=caller)


async def leave(session: AsyncSession, *, host_id: UUID, reason: str, caller: Caller) -> AddressHost:
    """A host without firms is gone at once; one with firms has the city's working days to move them first."""
    row = await find_host(session, host_id, caller=caller, for_update=True)
    await begin_leaving(session, row, reason)
    return await find_host(session, row.id, caller=caller)


async def begin_leaving(session: AsyncSession, row: AddressHost, reason: str, *, is_gone: bool = False) -> None:
    """Of a host that the caller has locked. Refused, naming the clause, while the days to move firms are open.

    `is_gone`: who does not exist any more cannot be refused; without days set, its firms stand without a host at once.
    """
    row.status, row.reason = status_after(HostFact.LEAVING, row.status, HOST_MOVES), reason
    row.version += 1
    firms = await hosted_by(session, row.id)
    today = clock.today(row.city_code)
    terms = await terms_today(session, row.city_code) if firms else None
    if terms is None or (is_gone and terms.value(HOST_PARAMETERS[row.mode].leaving_days) is None):
        row.move_by = today
        await let_go(session, row, firms)
    else:
        await _set_move_by(session, row, terms, today)
        told = AddressHostLeaving(
            host_id=row.id,
            organisation_id=row.organisation_id,
            move_by=row.move_by or today,
            firms=[firm.organisation_id for firm in firms],
        )
        await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()


async def _set_move_by(session: AsyncSession, row: AddressHost, terms: Terms, today: date) -> None:
    parameter = HOST_PARAMETERS[row.mode].leaving_days
    refuse_if(terms.open([parameter]))
    row.leaving_on, row.move_working_days = today, int(terms.value(parameter))
    deadline = workdays().add(today, row.move_working_days)
    row.move_by, row.move_by_provisional = deadline.on, deadline.provisional
    await schedule_after(session, deadline.on, kind=MOVE_ENDS, object_id=row.id, city_code=row.city_code)


async def end_registration(
    session: AsyncSession, *, registration_id: UUID, given: EndingIn, caller: Caller
) -> AddressRegistration:
    """The firm is off the address. When it was the last one of a host that leaves, the host is gone."""
    seen = await find_registration(session, registration_id, caller=caller)
    # Firm, host, registration: in this order everywhere.
    await organisation_to_register(session, seen.organisation_id, caller)
    host = await read_host(session, seen.host_id, seen.city_code) if seen.host_id else None
    row = await find_registration(session, registration_id, caller=caller, for_update=True)
    refuse_if(ending_findings(row, given, clock.today(row.city_code)))
    end(row, given.on, given.reason)
    await session.flush()
    if host is not None:
        await gone_if_empty(session, host)
    await session.flush()
    return await find_registration(session, row.id, caller=caller)


async def mark_registration(
    session: AsyncSession, *, registration_id: UUID, fact: RegistrationFact, reason: str, caller: Caller
) -> AddressRegistration:
    """By the host, whose duty is to reach its firms: not reached, or reached again. 404 where it does not host."""
    row = await find_registration(session, registration_id, caller=caller, for_update=True)
    if row.host_id is None:
        raise NotFound
    await find_host(session, row.host_id, caller=caller)
    row.status = status_after(fact, row.status, REGISTRATION_MOVES)
    row.reason = reason if row.status is RegistrationStatus.ABNORMAL else None
    await session.flush()
    return await find_registration(session, row.id, caller=caller)


async def report_year(session: AsyncSession, *, host_id: UUID, given: ReportIn, caller: Caller) -> HostReport:
    """Once for a year that is over, where the duties of the host name reports."""
    row = await find_host(session, host_id, caller=caller)
    today = clock.today(row.city_code)
    refuse_if(
        report_findings(
            year=given.year,
            today=today,
            admitted_on=row.admitted_on,
            left_on=row.left_on,
            owes_reports=REPORTS in row.duties,
        )
    )
    hosted, unreachable = await hosted_at(session, row.id, date(given.year, *LAST_OF_YEAR))
    report = HostReport(
        id=new_id(),
        city_code=row.city_code,
        host_id=row.id,
        hosted=hosted,
        unreachable=unreachable,
        reported_on=today,
        reported_by=caller.acting_for,
        **given.model_dump(),
    )
    session.add(report)
    await session.flush()
    return report
