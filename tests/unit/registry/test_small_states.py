"""Every fact in every status: operator changes, tenancies, imports of tenants."""

from enum import StrEnum
from typing import Any

import pytest

from kernel.moves import IllegalMove, status_after
from services.registry.operator_changes import states as changes
from services.registry.tenancy import states as tenancies
from services.registry.tenant_imports import states as imports

TABLES: list[tuple[Any, type[StrEnum], dict[tuple[str, str], str]]] = [
    (
        changes,
        changes.ChangeStatus,
        {
            ("consented", "proposed"): "agreed",
            ("ordered", "proposed"): "agreed",
            ("day_came", "agreed"): "in_force",
            ("withdrawn", "proposed"): "withdrawn",
            ("withdrawn", "agreed"): "withdrawn",
            ("overtaken", "agreed"): "withdrawn",
        },
    ),
    (tenancies, tenancies.TenancyStatus, {("left", "open"): "ended"}),
    (
        imports,
        imports.ImportStatus,
        {
            ("part_read", "waiting"): "reading",
            ("part_read", "reading"): "reading",
            ("all_read", "waiting"): "finished",
            ("all_read", "reading"): "finished",
        },
    ),
]
EVERY_PAIR = [
    (table.MOVES, fact, status, arrows.get((fact.value, status.value)))
    for table, statuses, arrows in TABLES
    for fact in table.Fact
    for status in statuses
]


@pytest.mark.parametrize(("moves", "fact", "status", "target"), EVERY_PAIR)
def test_a_fact_happens_where_the_table_says_and_nowhere_else(moves: Any, fact: Any, status: Any, target: Any) -> None:
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, moves)
    else:
        assert status_after(fact, status, moves) == target
