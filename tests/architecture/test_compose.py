"""What the guide says of how containers are confined holds for every one of them, a later one included."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_confined_and_its_log_ends(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}
    assert {"cpus", "memory", "pids"} == set(service["deploy"]["resources"]["limits"])
    assert service.get("read_only", False) is (name != "postgres")
    assert "cap_add" not in service or name == "postgres"


def test_postgresql_tells_its_log_no_row_it_refused() -> None:
    assert "log_error_verbosity=terse" in SERVICES["postgres"]["command"]


def test_every_process_answers_with_its_release() -> None:
    ours = [name for name in SERVICES if name != "postgres" and not name.startswith("migrate-")]
    assert {SERVICES[name]["environment"].get("VERSION") for name in ours} == {"${TAG:-latest}"}
