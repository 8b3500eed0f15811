"""Cities and their sandboxes: a sandbox is a city cloned from a pack, with its own clock and credentials."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.feed.service import publish
from gateway.window.identity.models import Client, ClientKind, Person
from gateway.window.identity.service import add_client, add_person
from gateway.window.policies.service import open_city_policy
from gateway.window.sandboxes.models import Sandbox
from kernel import clock
from kernel.auth import Caller
from kernel.cities import CityClosed, CityOpened, CityRow, ClockMoved, close, move_clock_after_commit
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
    code, title_zh, title_en = "not_a_sandbox", "该城市不是沙箱", "A real city has no movable clock and is not closed"


class SandboxClosed(Conflict):
    code, title_zh, title_en = "sandbox_closed", "该沙箱已关闭", "The sandbox was closed"


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


async def open_sandbox(
    session: AsyncSession, *, pack_id: str, name: str, opened_by: str
) -> tuple[CityRow, list[Login]]:
    """A sandbox of a pack with a crew of people and a portal client. Whoever opened it may close it."""
    if pack_id not in pack_ids():
        raise Invalid("there is no such pack", packs=list(pack_ids()))
    tail = "".join(secrets.choice(ALPHABET) for _ in range(TAIL))
    city_code = f"{load_pack(pack_id).city.code}{SANDBOX_MARK}{tail}"
    city = await open_city(session, pack_id=pack_id, city_code=city_code, name_zh=name, is_sandbox=True)
    session.add(Sandbox(city_code=city_code, opened_by=opened_by, opened_at=clock.real_now()))
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
    await must_be_open(session, city_code)
    offset = ceil((to - clock.real_now()) / timedelta(seconds=1))  # at `to`, never in the last second before it
    if offset < city.clock_offset_seconds:
        raise ClockGoesForward
    city.clock_offset_seconds = offset
    move_clock_after_commit(session, city)
    fact = ClockMoved(city_code=city_code, offset_seconds=offset)
    await publish(session, fact, city_code=city_code, subject=city_code)
    return city


async def close_sandbox(session: AsyncSession, *, city_code: str, caller: Caller) -> tuple[CityRow, Sandbox]:
    """Its credentials are worth nothing from now on and its timers are gone; once closed it stays so.

    Raises NotFound for whoever neither opened it nor is its operator, NotASandbox for a real city.
    """
    row = await session.get(Sandbox, city_code, with_for_update=True)
    if city_code not in caller.cities and (row is None or row.opened_by != caller.subject):
        raise NotFound
    city = await sandbox(session, city_code)
    if row is None:
        raise NotFound
    if row.closed_at is None:
        row.closed_by, row.closed_at = caller.acting_for, clock.real_now()
        for kind in (Client, Person):
            await session.execute(update(kind).where(kind.city_code == city_code).values(active=False))
        await close(session, city)
        await publish(session, CityClosed(city_code=city_code), city_code=city_code, subject=city_code)
    return city, row


async def must_be_open(session: AsyncSession, city_code: str) -> None:
    """Held open until the transaction ends. Raises SandboxClosed; a real city never is."""
    row = await session.get(Sandbox, city_code, with_for_update={"read": True})
    if row is not None and row.closed_at is not None:
        raise SandboxClosed
