"""What tables promise whoever divides the data by city."""

from importlib import import_module
from pathlib import Path

import pytest

from kernel.db import Base

ROOT = Path(__file__).resolve().parents[2]
OWNERS = ("gateway.window", "services.registry", "services.vouchers", "services.funds", "services.events")
# How processes work, not a city's data. An account names its city, and a place to sign in at is an account's.
OF_NO_CITY = {"backlog_event", "idempotency_key", "sign_in_place", "subscriber_cursor", "used_assertion"}


@pytest.mark.parametrize("owner", OWNERS)
def test_every_table_is_known_to_migrations(owner: str) -> None:
    """Alembic sees what `tables.py` imports; a table left out would be drafted by nobody."""
    folder = ROOT / owner.replace(".", "/")
    imported = set((folder / "tables.py").read_text(encoding="utf-8").replace("  # noqa: F401", "").split("\n"))
    models = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in folder.rglob("models.py")]
    assert models
    assert [name for name in models if f"import {name}" not in imported] == []


def test_every_row_has_a_city_or_is_a_line_of_one_that_has() -> None:
    for owner in OWNERS:
        import_module(f"{owner}.tables")
    without = [table for table in Base.metadata.sorted_tables if "city_code" not in table.columns]
    lost = {
        table.name
        for table in without
        if not any("city_code" in key.column.table.columns and not key.parent.nullable for key in table.foreign_keys)
    }
    assert lost == OF_NO_CITY
