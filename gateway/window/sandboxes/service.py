"""Cities and their sandboxes: a sandbox is a city cloned from a pack, with its own clock and credentials."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.feed.service import publish
from gateway.window.identity.models import ClientKind
from gateway.window.identity.service import add_client, add_person
from gateway.window.policies.service import open_city_policy
from kernel import clock
from kernel.cities import CityOpened, CityRow, ClockMoved, move_clock_after_commit
from kernel.problems import Conflict, Invalid, NotFound
from kernel.sandboxes import SANDBOX_MARK
from policy.loader import load_pack, pack_ids

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TAIL = 8
CREW = (
    ("officer-1", "officer"),
    ("officer-2", "officer"),
    ("officer-3", "officer"),
    ("finance-1", "finance"),
    ("finance-2", "finance"),
    ("finance-3", "finance"),
    ("operator-1", "operator"),
    ("auditor-1", "auditor"),
    ("evaluator-1", "evaluator"),
)


class ClockGoesForward(Conflict):
    code, title_zh, title_en = "clock_goes_forward", "沙箱时钟只能向前拨", "A sandbox's clock goes forward only"


class NotASandbox(Conflict):
    code, title_zh, title_en = "not_a_sandbox", "正式城市的时钟不可更改", "A real city's clock is not movable"


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials as they are shown once."""

    role: str
    login: str
    secret: str


async def open_city(session: AsyncSession, *, pack_id: str, city_code: str, name_zh: str, is_sandbox: bool) -> CityRow:
    """A city exists from now on: every service is told, and its policy is the pack with nothing set yet."""
    pack = load_pack(pack_id)
    city = CityRow(
        city_code=city_code,
        pack_id=pack_id,
        name_zh=name_zh,
        name_en=pack.city.en,
        is_sandbox=is_sandbox,
        clock_offset_seconds=0,
    )
    session.add(city)
    fact = CityOpened(
        city_code=city_code, pack_id=pack_id, name_zh=name_zh, name_en=city.name_en, is_sandbox=is_sandbox
    )
    await publish(session, fact, city_code=city_code, subject=city_code)
    await open_city_policy(session, city_code=city_code, pack_id=pack_id)
    return city


async def open_sandbox(session: AsyncSession, *, pack_id: str, name: str) -> tuple[CityRow, list[Login]]:
    """A sandbox of a pack with a crew of people and a portal client."""
    if pack_id not in pack_ids():
        raise Invalid("there is no such pack", packs=list(pack_ids()))
    tail = "".join(secrets.choice(ALPHABET) for _ in range(TAIL))
    city_code = f"{load_pack(pack_id).city.code}{SANDBOX_MARK}{tail}"
    city = await open_city(session, pack_id=pack_id, city_code=city_code, name_zh=name, is_sandbox=True)
    logins = []
    for name_of_account, role in CREW:
        account = f"{name_of_account}@{city_code}"
        password = await add_person(session, account=account, city_code=city_code, roles=[role])
        logins.append(Login(role, account, password))
    portal, secret = await add_client(session, city_code=city_code, kind=ClientKind.PORTAL, name=name)
    return city, [*logins, Login("portal", portal.client_id, secret or "")]


async def sandbox(session: AsyncSession, city_code: str, *, lock: bool = False) -> CityRow:
    """The city's row. Raises NotFound, or NotASandbox for a real city."""
    city = await session.get(CityRow, city_code, with_for_update=lock or None)
    if city is None:
        raise NotFound
    if not city.is_sandbox:
        raise NotASandbox
    return city


async def move_clock(session: AsyncSession, *, city_code: str, to: datetime) -> CityRow:
    """Move the sandbox's clock forward to `to`, here at once and in every process by event."""
    city = await sandbox(session, city_code, lock=True)
    offset = ceil((to - clock.real_now()) / timedelta(seconds=1))  # at `to`, never in the last second before it
    if offset < city.clock_offset_seconds:
        raise ClockGoesForward
    city.clock_offset_seconds = offset
    move_clock_after_commit(session, city)
    fact = ClockMoved(city_code=city_code, offset_seconds=offset)
    await publish(session, fact, city_code=city_code, subject=city_code)
    return city
