"""What registered addresses do when a firm is merged or is no more: in the same transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.premises.hosting import begin_leaving
from services.registry.premises.leaving import gone_if_empty
from services.registry.premises.models import AddressHost, RegisteredAddress
from services.registry.premises.queries import hosts_about, modes_hosted, standing_of
from services.registry.premises.service import end
from services.registry.premises.states import HostStatus

FIRM_GONE = "企业已注销 the firm is deregistered"
FIRM_MERGED = "企业已并入其他单位 the firm is part of another organisation"


async def firm_deregistered(session: AsyncSession, *, organisation_id: UUID, on: date) -> None:
    """It stands nowhere from the day on. A host that is no more leaves: its firms have the city's days to move."""
    hosts = await hosts_about(session, organisation_id)
    await _off_all(session, organisation_id, hosts, on, FIRM_GONE)
    for host in _own(hosts, organisation_id):
        await begin_leaving(session, host, FIRM_GONE, is_gone=True)


async def firm_merged(session: AsyncSession, *, organisation_id: UUID, successor_id: UUID, on: date) -> None:
    """Addresses it holds, and the hosts it is, are the successor's; one that the successor is already leaves."""
    hosts = await hosts_about(session, organisation_id)
    await _off_all(session, organisation_id, hosts, on, FIRM_MERGED)
    held = update(RegisteredAddress).where(RegisteredAddress.holder_id == organisation_id)
    await session.execute(held.values(holder_id=successor_id, version=RegisteredAddress.version + 1))
    taken = await modes_hosted(session, successor_id)
    for host in _own(hosts, organisation_id):
        if host.mode in taken:
            await begin_leaving(session, host, FIRM_MERGED, is_gone=True)
        else:
            host.organisation_id = successor_id
            host.version += 1
    await session.flush()


async def _off_all(
    session: AsyncSession, organisation_id: UUID, hosts: list[AddressHost], on: date, reason: str
) -> None:
    for row in await standing_of(session, organisation_id):
        end(row, max(on, row.registered_on), reason)
    await session.flush()
    for host in hosts:
        await gone_if_empty(session, host)


def _own(hosts: list[AddressHost], organisation_id: UUID) -> list[AddressHost]:
    """Those that can still begin to leave."""
    able = (HostStatus.ACTIVE, HostStatus.SUSPENDED)
    return [host for host in hosts if host.organisation_id == organisation_id and host.status in able]
