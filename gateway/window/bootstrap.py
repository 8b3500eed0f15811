"""What a new installation starts with: the platform's client and the live cities of the packs it was told to load."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.identity.models import Client, ClientKind, ClientSecret
from gateway.window.identity.service import add_client, digest
from gateway.window.sandboxes.service import open_city
from gateway.window.settings import WindowSettings
from kernel.cities import CityRow
from policy.loader import load_pack

PLATFORM_CLIENT = "bootstrap-operator"
LOCK = 7_203_202


async def ensure(session: AsyncSession, settings: WindowSettings) -> None:
    """Idempotent, and safe when two windows start at once."""
    await session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    await _platform_client(session, settings.bootstrap_secret)
    for pack_id in settings.live_packs.split():
        city = load_pack(pack_id).city
        if await session.get(CityRow, city.code) is None:
            await open_city(session, pack_id=pack_id, city_code=city.code, name_zh=city.zh, is_sandbox=False)


async def _platform_client(session: AsyncSession, secret: str) -> None:
    if await session.get(Client, PLATFORM_CLIENT) is None:
        await add_client(
            session,
            city_code="",
            kind=ClientKind.PLATFORM,
            name="Platform",
            client_id=PLATFORM_CLIENT,
            secret=secret,
        )
        return
    # A changed secret file is a rotation: the old secret dies with the restart.
    rows = await session.scalars(select(ClientSecret).where(ClientSecret.client_id == PLATFORM_CLIENT))
    for row in rows:
        row.digest = digest(secret)
