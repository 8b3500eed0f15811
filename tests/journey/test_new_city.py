"""A city nobody here has heard of, written in YAML alone, runs the spine's story: new city, new data, no code."""

import httpx2
import pytest

from devtools.demo.script import read_script
from devtools.demo.story import play
from tests.builders.story import told_once
from tests.journey.conftest import PACKS


@pytest.mark.timeout(400)
def test_an_invented_city_written_in_yaml_runs_the_story(gateway: httpx2.Client, bootstrap_secret: str) -> None:
    story = play(gateway, bootstrap_secret, script=read_script(PACKS / "yunhai.story.yaml"))
    told_once(story)
    chain = story.stage.auditor.get(f"/v1/funds/payment-orders/{story.orders[-1]}/chain")
    assert [clause["id"] for clause in chain["clauses"]] == ["YH-04"]
    assert chain["clauses"][0]["number"] == "云财规〔2025〕9号"
