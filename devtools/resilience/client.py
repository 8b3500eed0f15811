"""A caller that never takes an unknown outcome for an answer: it repeats the same key until it knows."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx2

from devtools.resilience.ground import FUNDS, Ground
from kernel.ids import new_id

PATIENCE_SECONDS = 90
SUCCESS = range(200, 300)
UNKNOWN = {502, 503, 504}  # the gateway's, and what a service says while its database is away
REPLAYED = "idempotent-replayed"
DOUBLED_ONE_IN, REPEATED_ONE_IN = 12, 6
ANSWERS_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing somebody wants, however often it must be said."""

    who: str
    role: str
    city: str
    method: str
    path: str
    body: Any = None
    if_match: str | None = None
    organisation: str | None = None
    key: str = field(default_factory=lambda: new_id().hex)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    is_replay: bool = False

    @property
    def ok(self) -> bool:
        return self.status in SUCCESS


@dataclass
class Caller:
    """`flaws` is what must not be: an answer changed, an error without a name, silence. `told` counts everything."""

    ground: Ground
    chance: random.Random
    flaws: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    kept: list[tuple[Intent, Answer]] = field(default_factory=list)

    def __post_init__(self) -> None:
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=100)
        self._http = httpx2.AsyncClient(base_url=self.ground.url, limits=limits, timeout=60, trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def say(self, intent: Intent) -> Answer:
        """The answer, known for certain. Now and then the same is said twice at once, or again afterwards."""
        if intent.method == "POST" and self.chance.randrange(DOUBLED_ONE_IN) == 0:
            self.told["doubled"] += 1
            first, second = await asyncio.gather(self.know(intent), self.know(intent))
            answer = first if first.ok else second
            if first.ok and second.ok:
                self._compare(intent, first, second)
        else:
            answer = await self.know(intent)
        self.told[f"{intent.method} {answer.status // 100}xx"] += 1
        if answer.ok and intent.method == "POST":
            self._keep(intent, answer)
            if self.chance.randrange(REPEATED_ONE_IN) == 0:
                await self.repeat(intent, answer)
        return answer

    async def repeat(self, intent: Intent, answer: Answer) -> None:
        """What was acknowledged is still true: the same key has the same answer."""
        self.told["repeated"] += 1
        self._compare(intent, answer, await self.know(intent))

    async def know(self, intent: Intent) -> Answer:
        """Say it until there is an answer one can rely on."""
        ends, pause_ms = time.monotonic() + PATIENCE_SECONDS, 20
        while time.monotonic() < ends:
            answer = await self._try(intent)
            if answer is not None:
                return answer
            self.told["unknown"] += 1
            await asyncio.sleep(pause_ms / 1000)
            pause_ms = min(500, pause_ms * 2)
        self.flaws.append(f"no answer for {PATIENCE_SECONDS} s: {intent.method} {intent.path}")
        return Answer(0, None)

    async def _try(self, intent: Intent) -> Answer | None:
        token = self.ground.signer.token(
            FUNDS, intent.who, roles=[intent.role], city=intent.city, organisation=intent.organisation
        )
        headers = {"Authorization": f"Bearer {token}"}
        if intent.method == "POST":
            headers["Idempotency-Key"] = intent.key
        if intent.if_match is not None:
            headers["If-Match"] = intent.if_match
        try:
            got = await self._http.request(intent.method, intent.path, json=intent.body, headers=headers)
        except httpx2.HTTPError:
            return None
        if got.status_code in UNKNOWN:
            return None
        body = got.json() if got.content else None
        if got.status_code not in SUCCESS and isinstance(body, dict) and body.get("retryable"):
            return None
        if got.status_code >= 500:  # noqa: PLR2004 - ours
            self.flaws.append(f"{got.status_code} to {intent.method} {intent.path}: {got.text[:200]}")
        return Answer(got.status_code, body, got.headers.get(REPLAYED) == "true")

    def _compare(self, intent: Intent, answer: Answer, again: Answer) -> None:
        if (answer.status, answer.body) != (again.status, again.body):
            self.flaws.append(f"another answer to the same key: {intent.path}: {answer} then {again}")

    def _keep(self, intent: Intent, answer: Answer) -> None:
        if len(self.kept) < ANSWERS_KEPT:
            self.kept.append((intent, answer))
        else:
            self.kept[self.chance.randrange(ANSWERS_KEPT)] = (intent, answer)
