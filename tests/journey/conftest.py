"""One running product, the story told in it once, and a voucher's life in a city next to it."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from devtools.demo.stage import Stage, set_the_stage
from devtools.demo.story import Story, play, visitor
from devtools.postgres import throwaway_home
from devtools.running import Instance
from devtools.testing import Run
from tests.builders.voucher_journey import VoucherJourney, open_wuhan

PACKS = Path(__file__).resolve().parents[1] / "packs"


@pytest.fixture(scope="package")
def instance(test_run: Run) -> Iterator[Instance]:
    """The whole product, running: one for all journeys, and ended with them: even an idle one takes time from others.

    It knows the packs of `tests/packs`, as a city brings its own. A test that kills things brings its own product.
    """
    with (
        pytest.MonkeyPatch.context() as patch,
        throwaway_home() as home,
        test_run.clones() as databases,
    ):
        patch.setenv("POLICY_PACKS", str(PACKS))
        with Instance(home, databases=databases) as running:
            yield running


@pytest.fixture(scope="package")
def gateway(instance: Instance) -> Iterator[httpx2.Client]:
    with visitor(instance.url) as http:
        yield http


@pytest.fixture(scope="package")
def bootstrap_secret(instance: Instance) -> str:
    return instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip()


@pytest.fixture(scope="package")
def story(gateway: httpx2.Client, bootstrap_secret: str) -> Story:
    return play(gateway, bootstrap_secret)


@pytest.fixture(scope="package")
def wuhan(gateway: httpx2.Client, bootstrap_secret: str) -> VoucherJourney:
    return open_wuhan(set_the_stage(gateway, bootstrap_secret, pack_id="wuhan"))


@pytest.fixture(scope="package")
def xuzhou(story: Story) -> Stage:
    return story.stage
