"""A city nobody here has heard of, written in YAML alone, runs the spine's story: new city, new data, no code."""

from pathlib import Path

import pytest

from devtools.demo.script import read_script
from devtools.demo.story import play, visitor
from devtools.postgres import throwaway_home
from devtools.running import Instance
from devtools.testing import Run
from tests.builders.story import told_once

PACKS = Path(__file__).resolve().parents[1] / "packs"


@pytest.mark.timeout(400)
def test_an_invented_city_written_in_yaml_runs_the_story(test_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_PACKS", str(PACKS))
    script = read_script(PACKS / "yunhai.story.yaml")
    with (
        throwaway_home() as home,
        test_run.clones() as databases,
        Instance(home, databases=databases) as instance,
        visitor(instance.url) as http,
    ):
        secret = instance.secrets.bootstrap_secret.read_text(encoding="ascii").strip()
        story = play(http, secret, script=script)
        told_once(story)
        stage = story.stage
        chain = stage.auditor.get(f"/v1/funds/payment-orders/{story.orders[-1]}/chain")
    assert [clause["id"] for clause in chain["clauses"]] == ["YH-04"]
    assert chain["clauses"][0]["number"] == "云财规〔2025〕9号"
