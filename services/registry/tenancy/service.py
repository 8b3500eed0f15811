"""A tenant moves into a carrier, and leaves it. The carrier's counts move in the same transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import TenantAdmitted, TenantLeft
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import find_own_carrier, read_carrier
from services.registry.carriers.rules import operator_deregistered
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import of_code
from services.registry.tenancy.models import Tenancy
from services.registry.tenancy.queries import find_tenancy
from services.registry.tenancy.rules import admission_findings, firm_key, leaving_findings
from services.registry.tenancy.schemas import LeavingIn, TenantIn
from services.registry.tenancy.states import MOVES, Fact, TenancyStatus


class AlreadyTenant(Conflict):
    code, title_zh, title_en = "already_tenant", "该单位或项目已入驻本载体", "It is a tenant of this carrier already"


named_constraint("uq_tenancy_open", AlreadyTenant)


async def admit_tenant(session: AsyncSession, *, carrier_id: UUID, given: TenantIn, caller: Caller) -> Tenancy:
    """By the operator or an officer; one after the other in one carrier. Raises AlreadyTenant."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    code = given.credit_code
    firm = await of_code(session, carrier.city_code, code, kept=True) if code else None
    found = [] if carrier.operator.is_active else [operator_deregistered()]
    found += admission_findings(
        started_on=given.started_on,
        agreed_until=given.agreed_until,
        today=clock.today(carrier.city_code),
        firm_is_active=firm is None or firm.is_active,
        seats=given.seats,
        free_seats=carrier.free_seats,
    )
    refuse_if(found)
    row = _begun(carrier, given, firm, by=caller.acting_for)
    session.add(row)
    _count(carrier, tenants=1, seats=given.seats)
    await session.flush()
    begun = TenantAdmitted(
        tenancy_id=row.id, carrier_id=carrier.id, organisation_id=row.organisation_id, started_on=row.started_on
    )
    await record(session, begun, city_code=row.city_code, subject=row.id)
    return row


async def end_tenancy(session: AsyncSession, *, tenancy_id: UUID, given: LeavingIn, caller: Caller) -> Tenancy:
    """By the operator or an officer; the seats are free from then on."""
    row = await find_tenancy(session, tenancy_id, caller=caller)
    # The carrier first, as everything that changes its tenants does: no two wait for each other.
    carrier = await read_carrier(session, row.carrier_id, row.city_code)
    row = await find_tenancy(session, tenancy_id, caller=caller, for_update=True)
    await session.refresh(row)
    status_after(Fact.LEFT, row.status, MOVES)
    refuse_if(leaving_findings(on=given.on, started_on=row.started_on, today=clock.today(row.city_code)))
    await end(session, row, carrier, on=given.on, reason=given.reason)
    return row


async def end(session: AsyncSession, row: Tenancy, carrier: Carrier | None, *, on: date, reason: str | None) -> None:
    """From `on` the tenant is no longer there; both are locked."""
    row.status = status_after(Fact.LEFT, row.status, MOVES)
    row.ended_on, row.end_reason = on, reason
    if carrier is not None:
        _count(carrier, tenants=-1, seats=-row.seats)
    left = TenantLeft(tenancy_id=row.id, carrier_id=row.carrier_id, organisation_id=row.organisation_id, ended_on=on)
    await record(session, left, city_code=row.city_code, subject=row.id)


def _count(carrier: Carrier, *, tenants: int, seats: int) -> None:
    carrier.tenants_now += tenants
    carrier.seats_taken += seats


def _begun(carrier: Carrier, given: TenantIn, firm: Organisation | None, *, by: str) -> Tenancy:
    return Tenancy(
        id=new_id(),
        city_code=carrier.city_code,
        carrier_id=carrier.id,
        organisation_id=firm.id if firm else None,
        firm_key=firm_key(credit_code=given.credit_code, name=given.name),
        status=TenancyStatus.OPEN,
        recorded_by=by,
        **given.model_dump(),
    )
