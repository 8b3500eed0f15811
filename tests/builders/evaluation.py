"""A round of evaluation under test: recognised carriers of Xuzhou, an evaluating body, reports and verifications."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import httpx2

from policy.indicators import as_value
from policy.loader import load_pack
from policy.snapshots import Setting, first_snapshot
from tests.builders.processes import Process
from tests.builders.registry import (
    PORTAL,
    SECOND,
    THIRD,
    TUESDAY,
    City,
    a_firm,
    a_form,
    answered,
    created,
    the_day_after,
)
from tests.policy.cases import default_settings

OPENER, FINALISER, ANSWERING = "person:officer-5", "person:officer-6", "person:officer-7"
EVALUATOR = "person:evaluator-1"
PAPER = {"title": "活动签到表", "reference": "2026-活-012"}
_places = count(1)
OPENED, CLOSES = date(2026, 11, 2), date(2026, 11, 20)


def reported(**values: int) -> dict[str, Any]:
    """What a carrier of tests/policy/xuzhou/settings.yaml reports itself."""
    whole = {"events": 12, "financed_fen": 500_000_000, "occupied_share": 8000, "accounts_kept": 1} | values
    return {"values": {name: {"value": value, "evidence": [PAPER]} for name, value in whole.items()}}


def verified(reasons: dict[str, str] | None = None, **values: int) -> dict[str, Any]:
    """What an evaluator finds: as reported and registered, unless said otherwise."""
    plain = {"tenants": 26, "expert_points": 90} | {n: p["value"] for n, p in reported()["values"].items()} | values
    shown: dict[str, Any] = {name: {"value": value, "evidence": [PAPER]} for name, value in plain.items()}
    for name, reason in (reasons or {}).items():
        shown[name]["reason"] = reason
    return {"values": shown, "opinion": "现场核查"}


async def recognised(city: City, names: Sequence[str], **case: Any) -> list[dict[str, Any]]:
    """Municipal (key) makerspaces of these names; answers their recognitions."""
    more = case.pop("form", {})
    reviews = [
        answered(await city.reviewed(await city.applied(a_form(carrier_name=name, **more), **case), by=SECOND))
        for name in names
    ]
    await city.set_clock(the_day_after(reviews[0]["notice"]["closes_on"]), time(0, 1))
    for review in reviews:
        await reached(city, f"/v1/registry/recognitions/{review['id']}", "awaiting_decision")
    return [answered(await city.decided(review, by=THIRD)) for review in reviews]


async def reached(city: City, path: str, status: str) -> dict[str, Any]:
    """Wait until a timer has moved the object on."""
    async with asyncio.timeout(10), city.officer() as officer:
        while True:
            found = answered(await officer.get(path))
            if found["status"] == status:
                return found
            await asyncio.sleep(0.05)


@dataclass
class Round:
    """A round in a city, with its evaluations in the order of the carriers' names."""

    city: City
    id: str
    body: str
    evaluations: list[dict[str, Any]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/v1/registry/evaluation-rounds/{self.id}"

    def evaluator(self, subject: str = EVALUATOR) -> httpx2.AsyncClient:
        return self.city.process.as_(subject, "evaluator", city=self.city.code)

    async def put(self, client: httpx2.AsyncClient, place: int, what: str, body: Any, tag: str = "") -> httpx2.Response:
        """With the ETag as it is now unless one is given."""
        path = f"/v1/registry/evaluations/{self.evaluations[place]['id']}"
        tag = tag or (await client.get(path)).headers.get("etag", "*")
        return await client.put(f"{path}/{what}", json=body, headers={"If-Match": tag})

    async def report(self, place: int, body: Any = None, by: str = PORTAL) -> httpx2.Response:
        async with self.city.portal(by) as portal:
            return await self.put(portal, place, "report", body or reported())

    async def verify(self, place: int, body: Any = None, by: str = EVALUATOR) -> httpx2.Response:
        async with self.evaluator(by) as evaluator:
            return await self.put(evaluator, place, "verification", body or verified())

    async def assign(self, *places: int, evaluator: str = EVALUATOR, **more: Any) -> httpx2.Response:
        ids = [self.evaluations[place]["id"] for place in places]
        body = {"evaluator": evaluator, "organisation_id": self.body, "evaluations": ids} | more
        async with self.city.officer(OPENER) as officer:
            return await officer.post(f"{self.path}/assignments", json=body)

    async def post(self, what: str, by: str) -> httpx2.Response:
        async with self.city.officer(by) as officer:
            return await officer.post(f"{self.path}/{what}")

    async def reporting_over(self) -> None:
        closes_on = answered(await self.get("", by=OPENER))["closes_on"]
        await self.city.set_clock(the_day_after(closes_on), time(0, 1))
        await reached(self.city, self.path, "verifying")

    async def notice_over(self) -> None:
        found = answered(await self.get("", by=OPENER))["notice"]
        last = max(found["closes_on"], found["appeals_until_on"])
        await self.city.set_clock(the_day_after(last), time(0, 1))
        await reached(self.city, self.path, "awaiting_final")

    async def get(self, what: str, by: str = OPENER) -> httpx2.Response:
        async with self.city.officer(by) as officer:
            return await officer.get(f"{self.path}{what}")

    async def read(self, place: int, by: str = "") -> dict[str, Any]:
        """As the operator's portal sees it, or an officer."""
        path = f"/v1/registry/evaluations/{self.evaluations[place]['id']}"
        async with self.city.officer(by) if by else self.city.portal() as client:
            return answered(await client.get(path))

    async def appeal(self, place: int, by: str = PORTAL) -> httpx2.Response:
        path = f"/v1/registry/evaluations/{self.evaluations[place]['id']}/appeal"
        async with self.city.portal(by) as portal:
            return await portal.post(path, json={"statement": "活动场次核减有误"})

    async def answer(self, place: int, by: str = ANSWERING, **body: Any) -> httpx2.Response:
        path = f"/v1/registry/evaluations/{self.evaluations[place]['id']}/appeal/answer"
        async with self.city.officer(by) as officer:
            return await officer.post(path, json={"outcome": "rejected", "opinion": "经核对", **body})


async def ask_for_round(city: City, **more: Any) -> httpx2.Response:
    body = {"programme": "evaluation.carriers", "year": 2026, "closes_on": CLOSES.isoformat()} | more
    async with city.officer(OPENER) as officer:
        return await officer.post("/v1/registry/evaluation-rounds", json=body)


async def evaluating_body(city: City) -> str:
    """A society outside the administration, entered by an officer."""
    async with city.officer(OPENER) as officer:
        body = a_firm(kind="association", name="徐州市科技创业服务评价中心")
        return str(created(await officer.post("/v1/registry/organisations", json=body))["id"])


async def opened(city: City, **more: Any) -> Round:
    """A round of the recognised carriers, everyone assigned to the evaluator."""
    made = created(await ask_for_round(city, **more))
    found = Round(city, made["id"], await evaluating_body(city))
    async with city.officer(OPENER) as officer:
        listed = answered(await officer.get("/v1/registry/evaluations", params={"round_id": found.id}))
    found.evaluations = sorted(listed["items"], key=lambda one: str(one["carrier_name"]))
    answered(await found.assign(*range(len(found.evaluations))))
    return found


async def published(round_: Round, values: Sequence[dict[str, Any] | None]) -> None:
    """Each carrier reports and is found so; None for one that does not report. Then the results are published."""
    for place, value in enumerate(values):
        if value is not None:
            answered(
                await round_.report(place, reported(**{k: v for k, v in value.items() if k in reported()["values"]}))
            )
    await round_.reporting_over()
    for place, value in enumerate(values):
        if value is not None:
            answered(await round_.verify(place, verified(dict.fromkeys(value, "核实"), **value)))
    answered(await round_.post("results", OPENER))


async def final(round_: Round, values: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    await published(round_, values)
    await round_.notice_over()
    return answered(await round_.post("finalisation", FINALISER))


async def a_city_of_jiaxing(process: Process) -> City:
    """A sandbox of another pack: there the department itself evaluates (JX-19)."""
    city = City(process, f"330400-{next(_places):08d}")
    names = {"pack_id": "jiaxing", "name_zh": "嘉兴沙箱", "name_en": "Jiaxing sandbox", "is_sandbox": True}
    await city.told("city.opened", {"city_code": city.code, **names})
    await city.set_clock(TUESDAY)
    first = first_snapshot(city.code, load_pack("jiaxing"))
    known = {"effective_on": date(2026, 1, 2), "recorded_at": datetime(2026, 1, 2, 2, tzinfo=UTC)}
    who = {"reason": "测试", "set_by": "person:a", "approved_by": "person:b"}
    values = default_settings("jiaxing").items()
    policy = first.with_settings(
        [Setting(parameter=key, value=as_value(value), **known, **who) for key, value in values]
    )
    body = {"version": policy.version, "hash": policy.hash, "pack_id": "jiaxing", "body": policy.body}
    await city.told("policy.snapshot_published", body, subject=city.code)
    return city


def in_days(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()
