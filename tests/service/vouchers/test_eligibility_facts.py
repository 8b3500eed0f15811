"""What vouchers tells the window of an organisation it scans."""

from typing import Any
from uuid import UUID

import pytest

from tests.builders.vouchers import FACE_FEN, HOLDER, PROGRAMME, PROVIDER, Wuhan

pytestmark = pytest.mark.anyio
PATH = "/internal/eligibility-facts"


async def told(wuhan: Wuhan, organisation: UUID, code: str | None = None) -> list[dict[str, Any]]:
    async with wuhan.process.as_("workload:window", "workload") as window:
        answer = await window.get(PATH, params={"organisation_id": str(organisation), "city": code or wuhan.code})
    assert answer.status_code == 200, answer.text
    assert answer.json()["organisation_id"] == str(organisation)
    return list(answer.json()["issued"])


async def test_what_was_issued_is_told_by_programme_and_year(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    assert await told(wuhan, HOLDER) == []
    for _ in range(2):
        assert (await wuhan.issue(tranche)).status_code == 201
    year = {"programme": PROGRAMME, "year": wuhan.today.year, "issued_fen": 2 * FACE_FEN}
    assert await told(wuhan, HOLDER) == [year]
    assert await told(wuhan, PROVIDER) == []
    assert await told(wuhan, HOLDER, "420100-elsewher") == []


async def test_a_refused_voucher_counts_for_nothing(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche(FACE_FEN)
    assert [(await wuhan.issue(tranche)).status_code for _ in range(2)] == [201, 409]
    (year,) = await told(wuhan, HOLDER)
    assert year["issued_fen"] == FACE_FEN


async def test_nobody_but_our_processes_asks(wuhan: Wuhan) -> None:
    async with wuhan.officer() as officer:
        query = {"organisation_id": str(HOLDER), "city": wuhan.code}
        assert (await officer.get(PATH, params=query)).status_code == 403
