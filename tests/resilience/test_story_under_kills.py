"""kill -9 of everything `make run` started, in the middle of the story, and then of `make run` itself."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from devtools.children import wait_until
from devtools.demo.story import Story, play, visitor
from devtools.postgres import throwaway_home
from devtools.processes import PROCESSES
from devtools.running import POSTGRES
from tests.builders.deliveries import under_way
from tests.builders.kills import SEED_VARIABLE, Killer, chosen_seed, plan_of
from tests.builders.story import told_once
from tests.builders.supervised import Supervised, free_ports, is_alive

# Each once; where the money is, test_funds_under_kills goes on killing.
VICTIMS = [*PROCESSES, POSTGRES]
# The story has some fifty intents; the last kill leaves it a few to recover in.
INTENTS = range(2, 48)
MOMENTS = 4


@pytest.fixture
def make_run() -> Iterator[Callable[[], Supervised]]:
    """Starts the product on the same data and ports each time."""
    port = free_ports(len(PROCESSES))
    started: list[Supervised] = []
    with throwaway_home() as home:

        def start() -> Supervised:
            started.append(Supervised(home, port=port))
            return started[-1]

        yield start
        for one in started:
            one.end()


@pytest.mark.timeout(500)  # a machine that is busy needs many seconds for each of the restarts
def test_the_story_completes_whatever_is_killed_and_is_still_there_when_all_is_started_again(
    make_run: Callable[[], Supervised], capsys: pytest.CaptureFixture[str]
) -> None:
    seed = chosen_seed()
    plan = plan_of(seed, VICTIMS, intents=INTENTS, moments=MOMENTS)
    with capsys.disabled():
        print(f"\n{SEED_VARIABLE}={seed}: {', '.join(map(str, plan))}")  # noqa: T201 - to have it again
    killer = Killer(plan)
    first = make_run()
    with visitor(first.url, event_hooks={"request": [killer.watch]}) as http:
        story = told_under_fire(first, killer, http)
        assert sorted(map(str, killer.done)) == sorted(map(str, plan)), "the story was over before the kills were"
        assert wait_until(first.serves, seconds=150, every_ms=200), first.last_words()
        databases = first.databases
        assert wait_until(lambda: not under_way(databases), seconds=60, every_ms=200), under_way(databases)
        city = story.stage.operator.get(f"/v1/window/sandboxes/{story.stage.city}")
        assert city["untold"] == []
        told_once(story)

        nothing_outlives_it(first, first.process.kill)
        again = make_run()
        assert again.announced["bootstrap_secret_file"] == first.announced["bootstrap_secret_file"]
        told_once(story)
        nothing_outlives_it(again, lambda: again.process.send_signal(signal.SIGTERM))
        assert again.process.returncode == 0


def told_under_fire(running: Supervised, killer: Killer, http: httpx2.Client) -> Story:
    """The story told in a thread while this one kills and `make run` starts again."""
    with ThreadPoolExecutor(1) as storyteller:
        telling = storyteller.submit(play, http, running.bootstrap_secret)
        while not telling.done():
            killer.work(running)
    if telling.exception() is not None:
        print(running.last_words())  # noqa: T201 - shown when the test fails
    return telling.result()


def nothing_outlives_it(running: Supervised, end: Callable[[], None]) -> None:
    pids = running.pids()
    assert pids.keys() == {*VICTIMS}
    end()
    running.process.wait(timeout=30)
    # PostgreSQL writes a checkpoint first, which waits for a busy disk.
    assert wait_until(lambda: not any(map(is_alive, pids.values())), seconds=60, every_ms=100), pids
