"""A registry under test: a sandbox city with its own clock and policy, organisations, carriers, accepted cases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import httpx2
from joserfc.jwk import ECKey
from sqlalchemy import func, select
from stdnum.cn import ric, uscc

from devtools.databases import Database
from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from kernel.workdays import Workdays
from policy.calendar import workdays
from policy.loader import load_pack
from policy.snapshots import Setting, Snapshot, first_snapshot
from services.registry.main import build
from services.registry.organisations.credit_codes import subject_check_character
from services.registry.recounting.service import recount_city
from services.registry.settings import RegistrySettings
from tests.builders.processes import Process, machine_set_to, running
from tests.policy.cases import default_settings

ACCEPTING, SECOND, THIRD = "person:officer-1", "person:officer-2", "person:officer-3"
ENTERING = "person:officer-5"
PORTAL = "client:portal"
PERSON_KEY = {"person_number_key": "p" * 40}
TUESDAY = date(2026, 9, 1)
STARTED = datetime(2026, 8, 1, 2, tzinfo=UTC)
ACCEPTED_AT = datetime(2026, 8, 31, 2, tzinfo=UTC)
_cities, _codes, _persons = count(1), count(1), count(1)


def a_credit_code() -> str:
    """A code of Xuzhou in order, never the same twice."""
    body = f"MA2{next(_codes):05d}"
    code = f"91320300{body}{subject_check_character(body)}"
    return code + uscc.calc_check_digit(code + "0")


def a_number(division: str = "320312", *, born: str = "19900101") -> str:
    """The number of a person, in order, never the same twice."""
    number = f"{division}{born}{next(_persons) % 1000:03d}"
    return number + ric.calc_check_digit(number + "0")


def a_person(**more: Any) -> dict[str, Any]:
    return {"name": "韩梅梅", "resident_id": a_number()} | more


def a_firm(**more: Any) -> dict[str, Any]:
    return {"kind": "firm", "name": "徐州云创众创空间管理有限公司", "credit_code": a_credit_code()} | more


def a_form(**more: Any) -> dict[str, Any]:
    """Meets every criterion of tests/policy/xuzhou/settings.yaml."""
    return {
        "carrier_name": "云创众创空间", "carrier_kind": "makerspace", "level": "municipal",
        "address": "徐州市云龙区和平路57号A座", "floor_area": 800, "seats": 60, "tenants": 26,
        "operating_months": 24, "full_time_staff": 5, "mentors": 6,
    } | more  # fmt: skip


def an_upper_form(**more: Any) -> dict[str, Any]:
    return {
        "carrier_name": "云创众创空间", "carrier_kind": "makerspace", "level": "provincial",
        "upper_decision_number": "苏科高发〔2026〕120号", "upper_decision_on": "2026-08-20",
    } | more  # fmt: skip


def a_review(**more: Any) -> dict[str, Any]:
    papers = [{"title": "现场核查记录", "reference": "2026-核-031"}]
    return {"evidence": papers, "opinion": "现场核查,与申报一致"} | more


@dataclass
class City:
    """A sandbox of a city in a running registry; `shared` gives the one of several tests."""

    process: Process
    code: str
    pack: str = "xuzhou"
    told_after: int = 0
    is_shared: bool = False

    async def shared(self) -> Self:
        """For one of the tests that share it: nobody moves clock or policy, and its facts are those told from now."""
        async with self.process.app.state.sessions() as session:
            last = await session.scalar(select(func.max(OutboxEvent.seq)))
        return replace(self, told_after=last or 0, is_shared=True)

    def officer(self, subject: str = SECOND) -> httpx2.AsyncClient:
        return self.process.as_(subject, "officer", city=self.code)

    def portal(self, subject: str = PORTAL) -> httpx2.AsyncClient:
        return self.process.as_(subject, "portal", city=self.code)

    async def set_clock(self, day: date, at: time = time(10)) -> None:
        """Move the city's clock; `at` is Shanghai time."""
        assert not self.is_shared, "a test that moves the clock has a city of its own"
        there = datetime.combine(day, at, tzinfo=clock.CITY_ZONE)
        seconds = round((there - clock.real_now()).total_seconds())
        await self.told("city.clock_moved", {"city_code": self.code, "offset_seconds": seconds})

    async def set_policy(self, values: dict[str, Any], *, version: int = 2, **setting: Any) -> None:
        """Publish the pack with these values set."""
        assert not self.is_shared, "a test that sets policy has a city of its own"
        snapshot = snapshot_in(self.code, values, version=version, pack_id=self.pack, **setting)
        body = {"version": version, "hash": snapshot.hash, "pack_id": self.pack, "body": snapshot.body}
        await self.told("policy.snapshot_published", body, subject=self.code)

    async def told(self, kind: str, data: dict[str, Any], **more: Any) -> None:
        outcome = await self.process.tell(kind, data, city=self.code, **more)
        assert outcome["outcome"] == "done", outcome

    async def register(self, **firm: Any) -> dict[str, Any]:
        async with self.portal() as portal:
            return created(await portal.post("/v1/registry/organisations", json=a_firm(**firm)))

    async def accept(self, applicant: str, form: dict[str, Any], **case: Any) -> str:
        """The window accepts a case; answers its wire id."""
        data = case_accepted(applicant, form, **case)
        await self.told("case.accepted", data, subject=data["case_id"])
        return encode_id("case", UUID(data["case_id"]))

    async def recognition_of(self, case: str) -> dict[str, Any]:
        async with self.officer() as officer:
            found = answered(await officer.get("/v1/registry/recognitions", params={"case_id": case}))
        assert len(found["items"]) == 1
        return dict(found["items"][0])

    async def applied(self, form: dict[str, Any] | None = None, **case: Any) -> dict[str, Any]:
        """A firm whose case was accepted; answers the recognition."""
        firm = await self.register()
        return await self.recognition_of(await self.accept(firm["id"], form or a_form(), **case))

    async def reviewed(self, recognition: dict[str, Any], by: str = SECOND, **more: Any) -> httpx2.Response:
        async with self.officer(by) as officer:
            return await officer.post(f"/v1/registry/recognitions/{recognition['id']}/review", json=a_review(**more))

    async def decided(
        self, recognition: dict[str, Any], by: str = THIRD, outcome: str = "recognise"
    ) -> httpx2.Response:
        body = {"outcome": outcome, "reason": "公示期满无异议"}
        async with self.officer(by) as officer:
            return await officer.post(f"/v1/registry/recognitions/{recognition['id']}/decision", json=body)

    async def recognised(self, form: dict[str, Any] | None = None, **case: Any) -> dict[str, Any]:
        """All the way: accepted, reviewed, on notice until it is over, decided. Clocks move on."""
        recognition = await self.applied(form, **case)
        reviewed = answered(await self.reviewed(recognition))
        await self.notice_over(reviewed)
        return answered(await self.decided(recognition))

    async def notice_over(self, recognition: dict[str, Any]) -> None:
        """The clock passes the last day of the notice and the timer fires."""
        await self.set_clock(the_day_after(recognition["notice"]["closes_on"]), time(0, 1))
        path = f"/v1/registry/recognitions/{recognition['id']}"
        await self.until(path, lambda found: found["status"] == "awaiting_decision")

    async def until(self, path: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What the path answers once it holds; a timer has ten seconds to fire."""
        async with asyncio.timeout(10), self.officer() as officer:
            while True:
                found = answered(await officer.get(path))
                if holds(found):
                    return found
                await asyncio.sleep(0.05)

    async def ask(self, path: str, by: str = PORTAL, **params: Any) -> httpx2.Response:
        """GET under /v1/registry, as a portal or a person."""
        async with self.portal(by) if by.startswith("client:") else self.officer(by) as client:
            return await client.get(f"/v1/registry/{path}", params=params)

    async def send(self, path: str, body: dict[str, Any], by: str = SECOND) -> httpx2.Response:
        """POST under /v1/registry, as a portal or a person."""
        async with self.portal(by) if by.startswith("client:") else self.officer(by) as client:
            return await client.post(f"/v1/registry/{path}", json=body)

    async def facts(self, kind: str) -> list[dict[str, Any]]:
        """The data of every event of a type this city told."""
        ours = (OutboxEvent.city_code == self.code, OutboxEvent.seq > self.told_after)
        wanted = select(OutboxEvent.data).where(*ours, OutboxEvent.type == kind)
        async with self.process.app.state.sessions() as session:
            return list(await session.scalars(wanted.order_by(OutboxEvent.seq)))


CityFor = Callable[[str, Callable[[], Awaitable[City]]], Awaitable[City]]  # by a name, as the first who asks makes it


def case_accepted(applicant: str, form: dict[str, Any], **case: Any) -> dict[str, Any]:
    return {
        "case_id": str(new_id()), "number": "320300-2026-0001", "item": "recognise-key-makerspace",
        "service": "registry", "applicant_id": str(decode_id("org", applicant)), "accepted_on": "2026-08-31",
        "accepted_at": ACCEPTED_AT.isoformat(), "accepted_by": ACCEPTING, "opened_by": ENTERING, "form": form,
    } | case  # fmt: skip


def snapshot_in(
    city: str, values: dict[str, Any], *, version: int = 2, pack_id: str = "xuzhou", **setting: Any
) -> Snapshot:
    known = {"effective_on": date(2026, 1, 2), "recorded_at": datetime(2026, 1, 2, 2, tzinfo=UTC)} | setting
    settings = [
        Setting(
            parameter=key, value=tuple(value) if isinstance(value, list) else value,
            reason="测试", set_by="person:a", approved_by="person:b", **known,
        )
        for key, value in values.items()
    ]  # fmt: skip
    pack = load_pack(pack_id)
    return Snapshot(
        city_code=city, version=version, pack=pack, settings=(*first_snapshot(city, pack).settings, *settings)
    )


def created(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def answered(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(answer: httpx2.Response, status: int = 409) -> list[str]:
    """The codes of all reasons of a refusal."""
    assert answer.status_code == status, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


def certificate_key(folder: Path) -> Path:
    path = folder / "certificate.pem"
    path.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    return path


@asynccontextmanager
async def registry(database: Database, folder: Path) -> AsyncIterator[Process]:
    """On a machine whose clock starts at STARTED: the tests name days of the calendar, and clocks only go forward."""
    with machine_set_to(STARTED):
        more = {"settings": RegistrySettings, "certificate_key_file": certificate_key(folder)} | PERSON_KEY
        async with running(build, "registry", database, folder, **more) as process:
            yield process


async def a_city(
    process: Process, *, on: date = TUESDAY, settings: dict[str, Any] | None = None, pack: str = "xuzhou"
) -> City:
    """A new sandbox; its policy is set as tests/policy/<pack>/settings.yaml says unless `settings` are given."""
    named = load_pack(pack).city
    city = City(process, f"{named.code}-{next(_cities):08d}", pack)
    names = {"pack_id": pack, "name_zh": f"{named.zh}沙箱", "name_en": f"{named.en} sandbox", "is_sandbox": True}
    await city.told("city.opened", {"city_code": city.code, **names})
    await city.set_clock(on)
    await city.set_policy(default_settings(pack) if settings is None else settings)
    return city


def calendar_of_2027(*, rests: Iterable[date] = (), works: Iterable[date] = ()) -> Workdays:
    """The calendar as it ships, with a notice for 2027 as it might read: New Year, and what is named."""
    shipped = workdays()
    rest = dict.fromkeys([date(2027, 1, 1), *rests], False)
    exceptions = {**shipped.exceptions, **rest, **dict.fromkeys(works, True)}
    return replace(shipped, exceptions=exceptions, last_year=2027, version="2027")


NEW_YEAR_LONGER = calendar_of_2027(rests=[date(2027, 1, 4)])


async def recounted(city: City, days: Workdays = NEW_YEAR_LONGER) -> list[tuple[str, str, str, bool]]:
    """What a city's morning makes of a calendar that has come out; answers what was told of it."""
    async with city.process.app.state.sessions() as session, session.begin():
        await recount_city(session, city.code, days=days)
    told = await city.facts("due_day.settled")
    return [(one["kind"], one["told_on"], one["due_on"], one["provisional"]) for one in told]


def the_day_after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1)
