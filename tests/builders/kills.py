"""Kills at seeded moments of a story: which process, at which of the story's intents, how long after it was sent."""

import os
import queue
import random
import secrets
import threading
import time
from dataclasses import dataclass

import httpx2

from tests.builders.supervised import Supervised

SEED_VARIABLE = "KILL_SEED"
DELAY_MS_MAX = 60


def chosen_seed() -> int:
    """Of this run: KILL_SEED, or any."""
    return int(os.environ.get(SEED_VARIABLE) or secrets.randbelow(1_000_000))


@dataclass(frozen=True, slots=True)
class Kill:
    intent: int  # counted from the first of the story
    victim: str
    delay_ms: int

    def __str__(self) -> str:
        return f"{self.victim} at intent {self.intent} + {self.delay_ms} ms"


def plan_of(seed: int, victims: list[str], *, intents: range, moments: int) -> list[Kill]:
    """Each victim as often as it is named, in any order, at so many different intents: some fall together."""
    chance = random.Random(seed)  # noqa: S311 - a plan to be repeated, not a secret
    chosen = chance.sample(intents, moments)
    order = chance.sample(victims, len(victims))
    kills = [Kill(chosen[i % moments], name, chance.randrange(DELAY_MS_MAX)) for i, name in enumerate(order)]
    return sorted(kills, key=lambda kill: kill.intent)


class Killer:
    """Watches the story's requests, and kills beside it."""

    def __init__(self, plan: list[Kill]) -> None:
        self.done: list[Kill] = []
        self._plan = list(plan)
        self._due: queue.SimpleQueue[Kill] = queue.SimpleQueue()
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def watch(self, request: httpx2.Request) -> None:
        """A hook of the story's client: a key not seen before is a new intent, the same one again is not."""
        key = request.headers.get("idempotency-key")
        with self._lock:
            if key is None or key in self._seen:
                return
            self._seen.add(key)
            while self._plan and self._plan[0].intent <= len(self._seen):
                self._due.put(self._plan.pop(0))

    def work(self, running: Supervised) -> None:
        """One look: kill whoever's moment has come."""
        try:
            kill = self._due.get(timeout=0.05)
        except queue.Empty:
            return
        time.sleep(kill.delay_ms / 1000)
        if running.alive(kill.victim):
            running.kill(kill.victim)
            self.done.append(kill)
        else:  # still down from the last time: its moment comes again
            self._due.put(kill)
            time.sleep(0.05)
