"""XZ-33: what moved of a bank on a day, as a file it can reconcile: totals, a number without gaps, the same bytes."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kernel import clock
from kernel.ids import encode_id, new_id
from services.funds.loan_pool.movements.states import LATER, Fact
from tests.service.funds.town import POOL, Town

pytestmark = pytest.mark.anyio


async def file_of(pool: Town, on: Any, kind: str = "json") -> bytes:
    async with pool.bank_client() as bank:
        answer = await bank.get(f"{POOL}/daily-files/{on}?kind={kind}")
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


async def test_a_day_is_told_whole_with_its_totals_and_the_same_again(pool: Town) -> None:
    first_day = clock.today(pool.city)
    year = first_day.year
    loan_id = await pool.registers("HT-1")
    await pool.registers("HT-2", principal_fen=100)
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    decided = await pool.decides(claim["id"], year=year)
    await pool.pays(decided["payment_order_id"], 30_000_000)
    day = clock.today(pool.city)
    recovered = {"bank_reference": "ZS-1", "recovered_fen": 1000, "recovered_on": day.isoformat()}
    recovery = await pool.post(pool.bank_client(), f"{path}/recoveries", recovered, 201)
    where = f"{POOL}/recoveries/{recovery['id']}/receipt"
    await pool.post(pool.person("finance-1", "finance"), where, {"received_on": day.isoformat()}, 200)
    async with pool.bank_client() as bank:
        early = await bank.get(f"{POOL}/daily-files/{day}")
        never = await bank.get(f"{POOL}/daily-files/9999-12-31")
    assert (early.status_code, early.json()["code"]) == (409, "file_not_ready")
    assert (never.status_code, never.json()["code"]) == (409, "file_not_ready")
    ready = clock.start_of(day + timedelta(days=1)) + timedelta(minutes=10)
    assert early.json()["ready_at"] == ready.strftime("%Y-%m-%dT%H:%M:%SZ")
    await pool.moves_clock(102)

    told = json.loads(await file_of(pool, day))
    totals = {one["fact"]: (one["count"], one["amount_fen"]) for one in told["totals"]}
    assert totals == {
        "loan.registered": (0, 0),
        "loan.disbursed": (0, 0),
        "loan.withdrawn": (0, 0),
        "loan.extended": (0, 0),
        "loan.moved_out": (0, 0),
        "loan.repaid": (0, 0),
        "claim.lodged": (1, 103_000_001),
        "claim.reviewed": (1, 103_000_001),
        "claim.approved": (1, 30_000_000),
        "claim.refused": (0, 0),
        "claim.appealed": (0, 0),
        "claim.appeal_rejected": (0, 0),
        "claim.paid": (1, 30_000_000),
        "claim.payment_returned": (0, 0),
        "recovery.reported": (1, 1000),
        "recovery.received": (1, 300),
    }
    assert (told["sequence"], told["count"]) == (101, 6)
    assert told["amount_fen"] == sum(line["amount_fen"] for line in told["lines"])
    assert [line["id"] for line in told["lines"]] == [claim["id"]] * 4 + [recovery["id"]] * 2
    began = json.loads(await file_of(pool, first_day))
    assert (began["sequence"], [line["bank_reference"] for line in began["lines"]]) == (1, ["HT-1", "HT-2"])
    for kind in ("json", "csv", "xlsx"):
        before = await file_of(pool, day, kind)
        await pool.moves_clock(103)
        assert await file_of(pool, day, kind) == before


async def test_a_quiet_day_is_a_file_of_zeros_and_no_number_is_missing(pool: Town) -> None:
    first_day = clock.today(pool.city)
    await pool.registers()
    await pool.moves_clock(6)
    told = [json.loads(await file_of(pool, first_day + timedelta(days=n))) for n in range(5)]
    assert [file["sequence"] for file in told] == [1, 2, 3, 4, 5]
    for quiet in told[1:]:
        assert (quiet["lines"], quiet["count"], quiet["amount_fen"]) == ([], 0, 0)
        assert [(one["fact"], one["count"]) for one in quiet["totals"]] == [
            (fact.value, 0) for fact in Fact if fact not in LATER
        ]


async def test_the_three_forms_say_the_same(pool: Town) -> None:
    day = clock.today(pool.city)
    await pool.registers()
    await pool.moves_clock(2)
    told = json.loads(await file_of(pool, day))
    rows = list(csv.reader(StringIO((await file_of(pool, day, "csv")).decode())))
    (sheet,) = CalamineWorkbook.from_filelike(BytesIO(await file_of(pool, day, "xlsx"))).sheet_names
    cells = CalamineWorkbook.from_filelike(BytesIO(await file_of(pool, day, "xlsx"))).get_sheet_by_name(sheet)
    assert [[str(cell) for cell in row] for row in cells.to_python()] == rows
    (line,) = [row for row in rows if row[0] == "D" and row[1] != "at"]
    assert line[1:] == [
        told["lines"][0]["at"].partition(".")[0] + "Z", "loan.registered", told["lines"][0]["id"], "HT-1", "disbursed",
        "200000000",
    ]  # fmt: skip
    assert rows[1][3:5] == [day.isoformat(), "1"]
    assert rows[-1] == ["E", "", "1", "200000000", "", "", ""]


async def test_only_ones_own_day_is_told(pool: Town) -> None:
    day = clock.today(pool.city)
    await pool.registers()
    await pool.moves_clock(2)
    own = encode_id("org", pool.bank)
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(f"{POOL}/daily-files/{day}")).json()["code"] == "bank_not_admitted"
        assert (await stranger.get(f"{POOL}/daily-files/{day}?bank_id={own}")).status_code == 404
    async with pool.person("auditor-1", "auditor") as auditor:
        assert (await auditor.get(f"{POOL}/daily-files/{day}")).json()["code"] == "bank_not_named"
        assert (await auditor.get(f"{POOL}/daily-files/{day}?bank_id={own}")).json()["count"] == 1
    async with pool.bank_client() as bank:
        assert (await bank.get(f"{POOL}/daily-files/{day - timedelta(days=1)}")).status_code == 404
        assert (await bank.get(f"{POOL}/daily-files/{day}?kind=pdf")).status_code == 422
        assert (await bank.get(f"{POOL}/daily-files/yesterday")).status_code == 422
