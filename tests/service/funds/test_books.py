"""The books read back: accounts, trial balance as known on a day, journal, statements, proof, tranches."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from kernel import clock
from kernel.ids import decode_id, new_id
from tests.builders.processes import Process
from tests.service.funds.city import FUND, City, open_city

pytestmark = pytest.mark.anyio
YUAN = 100
VOUCHER = "voucher.innovation"


async def a_wuhan_tranche(funds: Process, *, yuan: int = 5_000) -> tuple[City, dict[str, Any]]:
    city = await open_city(funds, pack="wuhan", settings={})
    await city.budget(10_000 * YUAN, fund=VOUCHER)
    body = {"programme": VOUCHER, "policy_year": city.year, "amount_fen": yuan * YUAN}
    return city, await city.post("finance-1", "/v1/funds/tranches", body, status=201)


def redemption(tranche: dict[str, Any], yuan: int) -> dict[str, Any]:
    return {
        "redemption_id": str(new_id()), "voucher_id": str(new_id()), "provider_id": str(UUID(int=5)),
        "tranche_id": str(decode_id("trn", tranche["id"])), "amount_fen": yuan * YUAN,
    }  # fmt: skip


async def test_a_tranche_is_set_aside_from_available_budget(funds: Process) -> None:
    city, tranche = await a_wuhan_tranche(funds)
    assert await city.books() == {
        "authority": 10_000, "allotted": 5_000, "tranche": 5_000, "treasury": 10_000, "funding": 10_000,
    }  # fmt: skip
    assert [told["tranche_id"] for told in await city.events("tranche.allotted")] == [
        str(decode_id("trn", tranche["id"]))
    ]
    body = {"programme": VOUCHER, "policy_year": city.year, "amount_fen": 5_001 * YUAN}
    assert (await city.post("finance-1", "/v1/funds/tranches", body, status=409))["code"] == "budget_exhausted"
    next_year = body | {"policy_year": city.year + 1}
    assert (await city.post("finance-1", "/v1/funds/tranches", next_year, status=409))["code"] == "fund_not_allotted"
    other = body | {"programme": "no.such"}
    assert (await city.post("finance-1", "/v1/funds/tranches", other, status=404))["code"] == "not_found"


async def test_a_redemption_is_booked_once_however_often_it_is_told(funds: Process) -> None:
    city, tranche = await a_wuhan_tranche(funds)
    told = redemption(tranche, 200)
    for _ in range(3):
        outcome = await city.process.tell("voucher.redeemed", told, city=city.code)
        assert outcome["outcome"] == "done"
    assert await city.books() == {
        "authority": 10_000, "allotted": 5_000, "tranche": 4_800, "encumbered": 200, "treasury": 10_000,
        "funding": 10_000, "expense": 200, "payable": 200,
    }  # fmt: skip
    assert len(await city.events("redemption.booked")) == 1
    standing = await city.get(f"/v1/funds/tranches/{tranche['id']}")
    assert (standing["control_fen"], standing["booked_fen"]) == (4_800 * YUAN, 200 * YUAN)
    await city.assert_sound()


async def test_a_redemption_beyond_its_tranche_is_not_booked(funds: Process) -> None:
    city, tranche = await a_wuhan_tranche(funds)
    before = await city.books()
    outcome = await city.process.tell("voucher.redeemed", redemption(tranche, 5_001), city=city.code)
    assert outcome["outcome"] == "failed"
    assert await city.books() == before


async def test_the_trial_balance_of_a_day_as_known_then(city: City) -> None:
    before = clock.now(city.code)
    await city.budget(1_000 * YUAN)
    now = await city.get("/v1/funds/books/trial-balance")
    assert (now["debit_fen"], now["credit_fen"], now["balanced"]) == (2_000 * YUAN, 2_000 * YUAN, True)
    today = await city.get(f"/v1/funds/books/trial-balance?effective_on={city.today}")
    assert today["lines"] == now["lines"]
    known = before.isoformat().replace("+00:00", "Z")
    then = await city.get(f"/v1/funds/books/trial-balance?known_at={known}")
    assert (then["lines"], then["balanced"]) == ([], True)


async def test_accounts_and_journal_are_paged_to_the_end(city: City) -> None:
    await city.budget(1_000 * YUAN)
    codes = await every(city, "/v1/funds/books/accounts?limit=3", "code")
    assert codes == sorted(codes)
    assert len(codes) == 8
    documents = await every(city, "/v1/funds/books/journal?limit=1", "document")
    assert [document[-6:] for document in documents] == ["000001", "000002"]


async def every(city: City, path: str, field: str) -> list[str]:
    found, cursor = [], ""
    while cursor is not None:
        page = await city.get(path + (f"&cursor={cursor}" if cursor else ""))
        found += [item[field] for item in page["items"]]
        cursor = page["next_cursor"]
    return found


async def test_a_statement_as_json_and_as_a_spreadsheet(city: City) -> None:
    await city.budget(1_000 * YUAN, appropriated_fen=1_500 * YUAN)
    account = f"{FUND}/{city.year}/city/appropriated"
    statement = await city.get(f"/v1/funds/books/statement?account={account}&limit=1")
    assert [(line["side"], line["balance_after_fen"]) for line in statement["lines"]] == [("credit", 1_500 * YUAN)]
    rest = await city.get(f"/v1/funds/books/statement?account={account}&after_version={statement['next_version']}")
    assert [(line["side"], line["balance_after_fen"]) for line in rest["lines"]] == [("debit", 500 * YUAN)]
    assert rest["next_version"] is None
    path = f"/v1/funds/books/statement-file?account={account}"
    sheet = await city.call("auditor-1", "GET", path)
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert [row[3:6] for row in rows[2:]] == [["", "1,500.00", "1,500.00"], ["1,000.00", "", "500.00"]]
    text = await city.call("auditor-1", "GET", path + "&kind=csv")
    assert (
        text.content.decode("utf-8-sig").splitlines()[0]
        == f'{account},已安排未下达指标,"Appropriated, not yet allotted"'
    )
    assert (await city.call("auditor-1", "GET", "/v1/funds/books/statement?account=none")).status_code == 404


async def test_the_days_root_can_be_kept_outside(city: City) -> None:
    await city.budget(1_000 * YUAN)
    root = await city.get(f"/v1/funds/books/roots/{city.today}")
    assert (len(root["root"]), root["entries"], root["chains"]) == (64, 2, 1)
    await city.budget(1 * YUAN)
    assert (await city.get(f"/v1/funds/books/roots/{city.today}"))["root"] != root["root"]


async def test_an_invariant_that_breaks_is_named_with_its_evidence(city: City) -> None:
    """An appropriation that was recorded but never posted, as a bug might leave it."""
    await city.budget(1_000 * YUAN)
    async with city.process.app.state.sessions() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "INSERT INTO appropriation SELECT gen_random_uuid(), city_code, fund, policy_year, payer_level, 500, 'x',"
            " NULL, entry_id, made_by, made_at, recorded_at FROM appropriation WHERE city_code = $1",
            (city.code,),
        )
        await session.commit()
    found = await city.get("/v1/funds/assurance")
    (broken,) = [check for check in found["checks"] if not check["green"]]
    assert (found["green"], broken["check"]) == (False, "authority_equals_appropriations")
    assert broken["breaks"] == [
        {"subject": f"{FUND}/{city.year}/city/authority", "detail": "100000 fen, appropriated 100500"}
    ]


async def test_rows_without_postings_and_numbers_without_orders_are_named(city: City) -> None:
    await city.budget(1_000 * YUAN)
    async with city.process.app.state.sessions() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "INSERT INTO allotment SELECT gen_random_uuid(), city_code, fund, policy_year, payer_level, 500, 'x',"
            " entry_id, made_by, made_at, recorded_at FROM allotment WHERE city_code = $1",
            (city.code,),
        )
        await connection.exec_driver_sql("INSERT INTO payment_series VALUES ($1, 'batch', 3)", (city.code,))
        await session.commit()
    found = await city.get("/v1/funds/assurance")
    assert {check["check"]: check["breaks"][0]["detail"] for check in found["checks"] if not check["green"]} == {
        "funding_equals_allotments": "100000 fen, allotted 100500",
        "numbers_without_gaps": "counted to 3, 0 stand",
    }


async def test_a_bank_or_a_portal_does_not_read_the_books(city: City) -> None:
    for role in ("bank", "portal", "officer"):
        assert (await city.call(f"{role}-1", "GET", "/v1/funds/books/trial-balance")).status_code == 403
