"""How the people of a city act, and what one act among several that exclude each other must come to."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from devtools.resilience.client import Answer, Caller, Intent
from devtools.resilience.model import City
from kernel import clock
from kernel.ids import encode_id, new_id

T = TypeVar("T")
TWO_IN = 4  # how often two race: once in so many
TOLD_SECONDS = 90


@dataclass
class People:
    """Everybody who acts in one city."""

    city: City
    caller: Caller
    chance: random.Random

    def some(self, among: Sequence[T]) -> T | None:
        return self.chance.choice(among) if among else None

    async def get(self, path: str, *, who: str = "auditor-1") -> Any:
        return (await self.caller.say(self.intent(who, "GET", path))).body

    async def post(self, who: str, path: str, body: Any, *, if_match: str | None = None) -> Answer:
        return await self.caller.say(self.intent(who, "POST", path, body, if_match=if_match))

    async def once(self, path: str, who: Sequence[str], bodies: Sequence[Any], **more: Any) -> Answer | None:
        """One or two people try what can happen once, at the same moment; the answer of who succeeded."""
        pairs = list(zip(who, bodies, strict=True))
        chosen = pairs if self.chance.randrange(TWO_IN) == 0 else pairs[:1]
        answers = await asyncio.gather(*(self.post(one, path, body, **more) for one, body in chosen))
        won = [answer for answer in answers if answer.ok]
        if len(won) > 1:
            self.caller.flaws.append(f"{self.city.code}: twice at once: {path}")
        return won[0] if won else None

    def intent(self, who: str, method: str, path: str, body: Any = None, *, if_match: str | None = None) -> Intent:
        role = who.partition("-")[0]
        bank = str(self.city.organisation(1)) if role == "bank" else None
        return Intent(f"person:{who}", role, self.city.code, method, path, body, if_match, bank)

    async def tell(self, teller: str, kind: str, data: dict[str, Any], *, subject: str, times: int = 1) -> bool:
        """An event, delivered as often as said at once and then until it is taken. Whether it was."""
        moment = clock.real_now().isoformat()
        event = {
            "id": str(new_id()), "type": kind, "city_code": self.city.code, "subject": subject, "position": 1,
            "occurred_at": moment, "recorded_at": moment, "actor": None, "request_id": None, "data": data,
        }  # fmt: skip
        intent = Intent(f"workload:{teller}", "workload", self.city.code, "POST", "/internal/events",
                        {"events": [event]})  # fmt: skip
        said = await asyncio.gather(*(self._until_taken(intent) for _ in range(times)))
        if said.count("done") > 1:
            self.caller.flaws.append(f"{self.city.code}: {kind} {event['id']} was taken twice")
        if "" in said:
            self.caller.flaws.append(f"{self.city.code}: {kind} was never taken")
        return "" not in said

    async def _until_taken(self, intent: Intent) -> str:
        ends = asyncio.get_running_loop().time() + TOLD_SECONDS
        while asyncio.get_running_loop().time() < ends:
            answer = await self.caller.know(intent)
            if answer.ok:
                (found,) = answer.body["results"]
                if found["outcome"] in {"done", "duplicate"}:
                    return str(found["outcome"])
            self.caller.told["event failed"] += 1
            await asyncio.sleep(1)
        return ""


def day(people: People) -> str:
    return people.city.today.isoformat()


def wire(prefix: str, identifier: Any) -> str:
    return encode_id(prefix, identifier)
