"""Reads of clients."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.identity.models import Client, ClientSecret


def clients_of(city_code: str) -> Select[Client]:
    """A city's clients."""
    return select(Client).where(Client.city_code == city_code)


async def secrets_of(session: AsyncSession, client_id: str) -> list[ClientSecret]:
    """A client's secrets, oldest first."""
    found = await session.scalars(
        select(ClientSecret).where(ClientSecret.client_id == client_id).order_by(ClientSecret.recorded_at)
    )
    return list(found)
