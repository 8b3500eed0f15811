"""A city that holds a competition: its officers, its registry, and the steps of an edition as they are taken."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2

from kernel import clock
from kernel.ids import encode_id
from policy.loader import load_pack
from policy.snapshots import Snapshot, first_snapshot
from tests.builders.identity import XUZHOU
from tests.builders.neighbours import an_organisation, answers
from tests.builders.processes import Process

CITY = {"pack_id": "xuzhou", "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": False, "city_code": XUZHOU}
CRITERIA = [
    {"key": "technology", "name": {"zh": "技术"}, "weight": 60},
    {"key": "market", "name": {"zh": "市场"}, "weight": 40},
]
DESK = {
    "key": "desk", "name": {"zh": "初评"}, "criteria": CRITERIA, "judges": 3, "judges_min": 2, "scoring": "mean",
    "advance": 2, "tie_break": ["technology", "submitted_first", "lot"],
}  # fmt: skip
FINAL = DESK | {
    "key": "final", "name": {"zh": "决赛"}, "judges_min": 3, "scoring": "trimmed_mean", "advance": None,
}  # fmt: skip
PRIZES = [{"grade": 1, "places": 1}, {"grade": 2, "places": 1}]
SHA = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"


def org(number: int) -> str:
    return encode_id("org", UUID(int=number))


async def open_city(process: Process) -> None:
    await process.tell("city.opened", CITY)
    await learn(process, first_snapshot(XUZHOU, load_pack("xuzhou")))


async def learn(process: Process, policy: Snapshot) -> None:
    body = {"version": policy.version, "hash": policy.hash, "pack_id": policy.pack.pack, "body": policy.body}
    await process.tell("policy.snapshot_published", body, subject=XUZHOU)


class Contest:
    """Remembers ETags by path. `merged` and `related` are what the registry answers."""

    def __init__(self, process: Process, officer: httpx2.AsyncClient, second: httpx2.AsyncClient) -> None:
        self.process, self.officer, self.second = process, officer, second
        self.tags: dict[str, str] = {}
        self.organisations: dict[int, dict[str, Any]] = {}
        self.merged: dict[int, list[int]] = {}
        self.related: list[tuple[int, int]] = []
        self.firm(1, "徐州市科学技术局")
        answers(process, "registry", self._registry)

    def _registry(self, path: str) -> Any:
        if path.endswith("/related"):
            pairs = [{"a": str(UUID(int=a)), "b": str(UUID(int=b)), "related": True} for a, b in self.related]
            return {"pairs": pairs}
        number = UUID(path.split("/")[3]).int
        if path.endswith("/controller-group"):
            return {
                "organisation_id": str(UUID(int=number)), "city_code": XUZHOU, "on": "2027-01-01", "is_known": True,
                "members": [], "predecessors": [str(UUID(int=one)) for one in self.merged.get(number, [])],
            }  # fmt: skip
        return self.organisations.get(number, 404)

    def firm(self, number: int, name: str, **more: Any) -> str:
        self.organisations[number] = an_organisation(number, name=name, **more)
        return org(number)

    async def let_pass(self, days: int) -> None:
        ahead = clock.now(XUZHOU) - clock.real_now() + timedelta(days=days)
        data = {"city_code": XUZHOU, "offset_seconds": round(ahead.total_seconds())}
        await self.process.tell("city.clock_moved", data)

    async def ask(self, path: str, *, by: httpx2.AsyncClient | None = None) -> dict[str, Any]:
        answer = await (by or self.officer).get(f"/v1/events/{path}")
        assert answer.status_code == 200, answer.text
        self.tags[path] = answer.headers.get("etag", "")
        return dict(answer.json())

    async def send(
        self, path: str, body: Any = None, *, of: str | None = None, by: httpx2.AsyncClient | None = None
    ) -> httpx2.Response:
        """POST; `of` is the object whose newest ETag must be named."""
        headers = {}
        if of is not None:
            await self.ask(of)
            headers["If-Match"] = self.tags[of]
        return await (by or self.officer).post(f"/v1/events/{path}", json=body, headers=headers)

    async def done(self, path: str, body: Any = None, *, status: int = 200, **more: Any) -> dict[str, Any]:
        answer = await self.send(path, body, **more)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def reasons(self, path: str, body: Any = None, **more: Any) -> list[str]:
        answer = await self.send(path, body, **more)
        assert answer.status_code == 409, answer.text
        return [one["code"] for one in answer.json()["reasons"]]

    async def series(self, name: str) -> str:
        return str((await self.done("competition-series", {"name": {"zh": name}}, status=201))["id"])

    def rules(self, series: str, **more: Any) -> dict[str, Any]:
        now = clock.now(XUZHOU).replace(microsecond=0)
        group = {"name": {"zh": "组"}, "prizes": PRIZES}
        return {
            "series_id": series, "number": 1, "level": "municipal", "host_id": org(1), "title": {"zh": "大赛"},
            "opens_at": (now - timedelta(hours=1)).isoformat(),
            "registration_closes_at": (now + timedelta(days=1)).isoformat(),
            "submission_closes_at": (now + timedelta(days=2)).isoformat(),
            "eligible_on": clock.today(XUZHOU).isoformat(), "notice_working_days": 5,
            "groups": [
                group | {"key": "startup", "takes": "firms", "registered_since": "2025-01-01"},
                group | {"key": "teams", "takes": "teams"},
            ],
            "rounds": [DESK, FINAL],
        } | more  # fmt: skip

    async def edition(self, series: str, **more: Any) -> str:
        drafted = await self.done("competitions", self.rules(series, **more), status=201)
        path = f"competitions/{drafted['id']}"
        await self.done(f"{path}/open", of=path)
        return str(drafted["id"])

    async def entry(self, edition: str, *, by: httpx2.AsyncClient | None = None, **entrant: Any) -> str:
        body = {"group": "startup", "project": "项目", "registered_on": "2025-06-01"} | entrant
        if "team_name" in body:
            body |= {"group": "teams", "registered_on": None}
        return str((await self.done(f"competitions/{edition}/entries", body, status=201, by=by))["id"])

    async def submit(self, entry: str) -> None:
        work = {"summary": "说明", "documents": [{"name": "计划书.pdf", "sha256": SHA}]}
        await self.done(f"entries/{entry}/submission", work, of=f"entries/{entry}")

    async def screen(self, entry: str, **more: Any) -> dict[str, Any]:
        return await self.done(f"entries/{entry}/screening", more, of=f"entries/{entry}", by=self.second)

    async def judges(self, count: int, **more: Any) -> list[str]:
        made = [
            await self.done("judges", {"name": f"评委{n}", "unit": f"单位{n}", "field": "装备"} | more, status=201)
            for n in range(count)
        ]
        return [one["id"] for one in made]

    async def rounds(self, edition: str) -> list[str]:
        return [one["id"] for one in (await self.ask(f"competitions/{edition}/rounds"))["items"]]

    async def score(self, round_: str, points: dict[str, int]) -> None:
        """Every open seat: the same points on every criterion, by entry."""
        for seat in (await self.ask(f"rounds/{round_}/seats"))["items"]:
            if seat["status"] == "seated":
                given = dict.fromkeys(("technology", "market"), points[seat["entry_id"]])
                named = {"entry_id": seat["entry_id"], "judge_id": seat["judge_id"], "points": given}
                await self.done(f"rounds/{round_}/sheets", named)

    async def judged(self, edition: str, points: dict[str, int], judges: list[str]) -> None:
        """Both rounds, drawn, scored and sealed."""
        for round_ in await self.rounds(edition):
            await self.done(f"rounds/{round_}/draw", {"judge_ids": judges})
            await self.score(round_, points)
            await self.done(f"rounds/{round_}/seal")

    async def noticed(self, edition: str) -> dict[str, Any]:
        """A month later, when the timer has closed the notice."""
        await self.let_pass(30)
        for _ in range(100):
            result = await self.ask(f"competitions/{edition}/public-result")
            if result["status"] != "on_notice":
                return result
            await asyncio.sleep(0.1)
        raise AssertionError("the notice was never closed")
