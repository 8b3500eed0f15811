"""kill -9 of every process in the middle of the story: it completes, nothing is paid twice, nothing is left behind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from devtools.children import wait_until
from devtools.demo.story import Story, play, visitor
from devtools.postgres import throwaway_home
from devtools.processes import PROCESSES
from devtools.running import POSTGRES, Instance
from tests.builders.deliveries import under_way
from tests.builders.kills import SEED_VARIABLE, Killer, chosen_seed, plan_of
from tests.builders.story import told_once

# Each once; where the money is, test_funds_under_kills goes on killing.
VICTIMS = [*PROCESSES, POSTGRES]
# The story has some fifty intents; the last kill leaves it a few to recover in.
INTENTS = range(2, 48)


@pytest.fixture
def own_instance() -> Iterator[Instance]:
    with throwaway_home() as home, Instance(home) as running:
        yield running


@pytest.mark.timeout(500)  # a machine that is busy needs many seconds for each of the restarts
def test_the_story_completes_whatever_is_killed(own_instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    seed = chosen_seed()
    plan = plan_of(seed, VICTIMS, intents=INTENTS)
    with capsys.disabled():
        print(f"\n{SEED_VARIABLE}={seed}: {', '.join(map(str, plan))}")  # noqa: T201 - to have it again
    killer = Killer(plan)
    with visitor(own_instance.url, event_hooks={"request": [killer.watch]}) as http:
        story = told_under_fire(own_instance, killer, http)
        assert sorted(map(str, killer.done)) == sorted(map(str, plan)), "the story was over before the kills were"
        assert wait_until(lambda: not under_way(own_instance), seconds=60, every_ms=200), under_way(own_instance)
        city = story.stage.operator.get(f"/v1/window/sandboxes/{story.stage.city}")
        assert city["untold"] == []
        told_once(story)


def told_under_fire(instance: Instance, killer: Killer, http: httpx2.Client) -> Story:
    """The story told in a thread while this one, which the processes die with, kills and starts them again."""
    secret = instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip()
    with ThreadPoolExecutor(1) as storyteller:
        telling = storyteller.submit(play, http, secret)
        while not telling.done():
            killer.work(instance)
    if telling.exception() is not None:
        for process in PROCESSES:
            print(process, instance.last_words(process), sep="\n")  # noqa: T201 - shown when the test fails
    instance.tend()
    instance.wait_ready()
    return telling.result()
