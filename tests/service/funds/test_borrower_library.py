"""XZ-33: the borrower library (企业库): who is in it by the pack's standard, and what a loan to another firm meets."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from kernel.ids import encode_id, new_id
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.town import FIRM, LONG_AGO, POOL, Town

pytestmark = pytest.mark.anyio
LIBRARY = f"{POOL}/library"
FIT = {"facts": {"is_tech_small_firm": True}}


async def says(pool: Town, outside: str, *, version: int) -> None:
    """The city has set what a loan to a firm outside the library meets."""
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off", "loan_pool.library.outside": outside}
    told = snapshot_with("xuzhou", values, recorded_at=LONG_AGO)
    for _ in range(version):
        told = told.with_settings([])
    await pool.knows(told)


async def lists(pool: Town, who: Any, body: Any, status: int = 201) -> Any:
    return await pool.post(who, LIBRARY, body, status)


def firm() -> dict[str, Any]:
    return {"borrower_id": encode_id("org", new_id())}


async def registers(pool: Town, borrower: dict[str, Any], status: int = 201) -> Any:
    loan = pool.loan(f"HT-{new_id().hex}") | borrower
    return await pool.post(pool.bank_client(), f"{POOL}/loans", loan, status)


async def test_a_loan_to_a_firm_outside_is_refused_or_warned_of_as_the_city_says(pool: Town) -> None:
    inside, outside = firm(), firm()
    assert not (await registers(pool, outside))["outside_library"]  # the city has not said: nothing is asked
    await lists(pool, pool.bank_client(), inside | FIT)
    await says(pool, "warn", version=2)
    assert [(await registers(pool, one))["outside_library"] for one in (inside, outside)] == [False, True]
    await says(pool, "refuse", version=3)
    refused = await registers(pool, outside, 409)
    assert [(one["code"], one["clauses"]) for one in refused["reasons"]] == [("borrower_outside_library", ["XZ-33"])]
    batch = {"items": [pool.loan(f"B-{n}") | one for n, one in enumerate((outside, inside))]}
    told = await pool.post(pool.bank_client(), f"{POOL}/loans/bulk", batch, 200)
    assert [item["outcome"] for item in told["items"]] == ["refused", "created"]
    registered = await registers(pool, inside)
    (entry,) = (await pool.get(pool.bank_client(), LIBRARY))["items"]
    path, reason = f"{LIBRARY}/{entry['id']}/removal", {"reason": "已超过小微企业标准。"}
    removed = await pool.post(pool.person("officer-1", "officer"), path, reason, 200)
    assert (removed["removed_by"], removed["removed_because"]) == ("person:officer-1", reason["reason"])
    again = await pool.post(pool.person("officer-1", "officer"), path, reason, 409)
    assert again["code"] == "firm_removed_before"
    assert [one["code"] for one in (await registers(pool, inside, 409))["reasons"]] == ["borrower_outside_library"]
    stands = await pool.get(pool.bank_client(), f"{POOL}/loans/{registered['id']}")
    assert stands["covered_fen"] == registered["covered_fen"] > 0
    await lists(pool, pool.bank_client(), inside | FIT)  # a firm may come back


async def test_the_standard_decides_and_each_firm_is_in_once(pool: Town) -> None:
    bank, one = pool.bank_client, firm()
    unfit = await lists(pool, bank(), one | {"facts": {"is_tech_small_firm": False}}, 409)
    assert [(reason["code"], reason["clauses"]) for reason in unfit["reasons"]] == [("criterion_not_met", ["XZ-33"])]
    silent = await lists(pool, bank(), one | {"facts": {}}, 409)
    assert [reason["code"] for reason in silent["reasons"]] == ["fact_missing"]
    odd = await lists(pool, bank(), one | {"facts": {"is_tech_small_firm": 1, "altitude": 3}}, 409)
    assert [reason["facts"]["fact"] for reason in odd["reasons"]] == ["is_tech_small_firm", "altitude"]
    twice_named = await lists(pool, bank(), one | {"borrower_name": "某某公司"} | FIT, 422)
    assert [error["code"] for error in twice_named["errors"]] == ["borrower_named_once"]
    stranger = {"borrower_credit_code": "91320300MA1MABC18R", "borrower_name": "徐州淮海传感科技有限公司"} | FIT
    assert (await lists(pool, bank(new_id()), stranger, 409))["code"] == "bank_not_admitted"
    by_code = await lists(pool, pool.person("officer-1", "officer"), stranger)
    assert (by_code["firm_id"], by_code["bank_id"]) == (encode_id("org", FIRM), None)
    assert (await lists(pool, pool.person("officer-2", "officer"), stranger, 409))["code"] == "firm_listed_before"
    await lists(pool, bank(), stranger)  # each bank, and the city, by itself
    assert (await lists(pool, bank(), stranger, 409))["code"] == "firm_listed_before"


async def test_a_bank_that_is_no_partner_enters_no_firm_however_it_names_it(pool: Town) -> None:
    """By our id, which asks nothing of the registry it could not ask itself, as by credit code."""
    stranger = await lists(pool, pool.bank_client(new_id()), firm() | FIT, 409)
    assert stranger["code"] == "bank_not_admitted"
    await lists(pool, pool.person("officer-1", "officer"), firm() | FIT)


async def another_bank(pool: Town) -> UUID:
    other = new_id()
    admitted = {"bank_id": encode_id("org", other), "product": "成果转化贷", "agreement": "协议 2"}
    await pool.post(pool.person("operator-1", "operator"), f"{POOL}/banks", admitted, 201)
    return other


async def test_no_bank_learns_whom_another_entered_nor_puts_its_client_out(pool: Town) -> None:
    """A firm is inside while any entry of it stands."""
    other, client = await another_bank(pool), firm()
    first = await lists(pool, pool.bank_client(), client | FIT)
    second = await lists(pool, pool.bank_client(other), client | FIT)
    await pool.post(pool.bank_client(), f"{LIBRARY}/{second['id']}/removal", {"reason": "x"}, 404)
    await says(pool, "refuse", version=2)
    await pool.post(pool.bank_client(), f"{LIBRARY}/{first['id']}/removal", {"reason": "不再合作"}, 200)
    await registers(pool, client)
    await pool.post(pool.bank_client(other), f"{LIBRARY}/{second['id']}/removal", {"reason": "企业已注销"}, 200)
    assert [one["code"] for one in (await registers(pool, client, 409))["reasons"]] == ["borrower_outside_library"]


async def test_a_bank_sees_its_own_firms_and_the_citys(pool: Town) -> None:
    other = await another_bank(pool)
    own = await lists(pool, pool.bank_client(), firm() | FIT)
    citys = await lists(pool, pool.person("officer-1", "officer"), firm() | FIT)
    theirs = await lists(pool, pool.bank_client(other), firm() | FIT)

    async def seen(who: Any, path: str = LIBRARY) -> set[str]:
        return {one["id"] for one in (await pool.get(who, path))["items"]}

    assert await seen(pool.bank_client()) == {own["id"], citys["id"]}
    told = {one["id"]: one for one in (await pool.get(pool.bank_client(), LIBRARY))["items"]}
    assert [(told[one["id"]]["facts"], told[one["id"]]["listed_by"]) for one in (own, citys)] == [
        (FIT["facts"], f"bank-{pool.bank}"), (None, None),
    ]  # fmt: skip
    assert (citys["facts"], citys["listed_by"]) == (FIT["facts"], "person:officer-1")  # to the city itself
    auditor = "auditor"
    assert await seen(pool.person("auditor-1", auditor)) == {own["id"], citys["id"], theirs["id"]}
    page = await pool.get(pool.person("auditor-1", auditor), f"{LIBRARY}?limit=2")
    rest = await pool.get(pool.person("auditor-1", auditor), f"{LIBRARY}?limit=2&cursor={page['next_cursor']}")
    assert [len(page["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, None]
    for foreign in (citys, theirs):
        await pool.post(pool.bank_client(), f"{LIBRARY}/{foreign['id']}/removal", {"reason": "x"}, 404)
    await pool.post(pool.bank_client(), f"{LIBRARY}/{own['id']}/removal", {"reason": "企业已注销"}, 200)
    assert await seen(pool.bank_client()) == {citys["id"]}
    assert await seen(pool.bank_client(), f"{LIBRARY}?listed_only=false") == {own["id"], citys["id"]}
    async with pool.bank_client() as bank:
        file = await bank.get(f"{POOL}/library-file")
    rows = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0).to_python()[1:]
    assert {row[1] for row in rows} == {own["firm_id"], citys["firm_id"]}
    assert {row[5] for row in rows} == {"企业已注销", ""}
    assert {row[3] for row in rows} == {f"bank-{pool.bank}", ""}
