"""The ops guide names only what exists, and both languages give the same commands and settings."""

import re
from pathlib import Path

import pytest

from contracts.subscriptions import SUBSCRIPTIONS

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [ROOT / "docs" / name for name in ("ops-guide.md", "ops-guide.zh-CN.md")]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SECRETS_MADE = (ROOT / "deploy" / "secrets").read_text(encoding="utf-8")


def product() -> str:
    """All product code, as one text."""
    folders = ("kernel", "gateway", "services", "ledger")
    return "\n".join(path.read_text(encoding="utf-8") for one in folders for path in (ROOT / one).rglob("*.py"))


def code_of(guide: str) -> list[str]:
    """What is set as code: whole blocks, then words."""
    blocks = re.findall(r"^```\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```\n.*?^```", "", guide, flags=re.DOTALL | re.MULTILINE)
    return blocks + re.findall(r"`([^`\n]+)`", prose)


@pytest.fixture(scope="module", params=GUIDES, ids=lambda path: path.name)
def guide(request: pytest.FixtureRequest) -> str:
    return str(request.param.read_text(encoding="utf-8"))


def missing(found: list[str], text: str) -> list[str]:
    assert found, "the pattern finds nothing any more"
    return sorted({name for name in found if name not in text})


def test_metrics_and_log_events_exist(guide: str) -> None:
    names = re.findall(r"\b(?:relay|timers|http_request|gateway)_[a-z_]+\b", guide)
    told = re.findall(r"`((?:relay|maintenance|timers|metrics|webhooks|inbox|calendar)\.[a-z_]+)`", guide)
    code = product()
    quoted = code.replace('_total"', '"')
    assert missing([f'"{name.removesuffix("_total")}"' for name in names], quoted) == []
    assert missing([f'"{name}"' for name in told], code) == []


def test_settings_exist(guide: str) -> None:
    words = [word for code in code_of(guide) for word in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code)]
    settings = product() + COMPOSE
    assert [name for name in words if name not in settings and not re.search(rf"\b{name.lower()}\b", settings)] == []


def test_files_modules_targets_and_services_exist(guide: str) -> None:
    code = " ".join(code_of(guide))
    modules = re.findall(r"python -m ([a-z.]+)", code)
    places = [ROOT / module.replace(".", "/") for module in modules]
    assert modules
    assert [one for one in places if not (one.with_suffix(".py").exists() or (one / "__main__.py").exists())] == []
    targets = re.findall(r"make ([a-z-]+)", code)
    assert missing([f"\n{target}: " for target in targets], (ROOT / "Makefile").read_text(encoding="utf-8")) == []
    paths = re.findall(r"(?<![\w/.])(?:deploy|docs|kernel|gateway|services)/[\w./-]+", code)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    services = re.findall(r"docker compose (?:exec -T|restart|stop|start|up --detach --wait) ([a-z]+)", code)
    assert missing([f"\n  {service}:\n" for service in services], COMPOSE) == []
    secrets = re.findall(r"^\| `([a-z_]+)`", guide, re.MULTILINE)
    assert missing([name for name in secrets if name.endswith(("secret", "key", "password"))], SECRETS_MADE) == []


def test_who_is_told_again_is_told_by_each_of_its_tellers(guide: str) -> None:
    ((told_by, subscriber),) = re.findall(r"for teller in ([a-z ]+); do .* retell ([a-z]+) ", guide)
    tellers = {teller for teller, subscribers in SUBSCRIPTIONS.items() if subscriber in subscribers}
    assert set(told_by.split()) == tellers
    stopped_and_started = re.findall(rf"^docker compose (?:stop|start) {told_by}$", guide, re.MULTILINE)
    assert len(stopped_and_started) == 2


def test_both_languages_give_the_same_commands() -> None:
    english, chinese = (sorted(set(code_of(path.read_text(encoding="utf-8")))) for path in GUIDES)
    links = {"ops-guide.md", "ops-guide.zh-CN.md"}
    assert set(english) - set(chinese) - links == set()
    assert set(chinese) - set(english) - links == set()
