"""Each payer level's part of the money stands on its own accounts, which balance by themselves (XZ-33)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from policy import cases
from policy.loader import load_pack
from policy.schema import Pack
from services.funds.assurance.checks import CHECKS
from services.funds.loan_pool.recoveries.models import Recovery
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.test_claim_proofs import paid_claim
from tests.service.funds.town import FUND, LONG_AGO, POOL, Town

pytestmark = pytest.mark.anyio
BOOKS = "/v1/funds/books"


async def balance(pool: Town, **which: Any) -> dict[str, tuple[int, int]]:
    """Debit and credit in fen by the code's part after the line; the balance adds up whatever is asked for."""
    query = "&".join(f"{name}={value}" for name, value in which.items())
    told = await pool.get(pool.person("auditor-1", "auditor"), f"{BOOKS}/trial-balance?{query}")
    assert told["balanced"]
    assert all(line["code"].split("/")[2] == which.get("payer_level", "city") for line in told["lines"])
    lines = {line["code"].split("/")[3]: (line["debit_fen"], line["credit_fen"]) for line in told["lines"]}
    return {name: sides for name, sides in lines.items() if any(sides)}


async def green(pool: Town) -> bool:
    return bool((await pool.get(pool.person("auditor-1", "auditor"), "/v1/funds/assurance"))["green"])


async def test_the_province_bears_its_part_on_its_own_accounts_until_something_is_recovered(pool: Town) -> None:
    year = clock.today(pool.city).year
    claim = await paid_claim(pool)
    part = claim["layers_fen"]["province"]
    assert part > 0
    assert await balance(pool, payer_level="province") == {"borne": (part, 0), "owed": (0, part)}
    city = await balance(pool, payer_level="city", fund=FUND, policy_year=year)
    assert city["expense"] == (claim["approved_fen"], 0)
    assert await balance(pool, payer_level="province", policy_year=year - 1) == {}
    accounts = await pool.get(pool.person("auditor-1", "auditor"), f"{BOOKS}/accounts?payer_level=province")
    assert [(one["payer_level"], one["balance_fen"]) for one in accounts["items"]] == [("province", part)] * 2
    # A budget it has none here: it pays out of its own treasury.
    budgets = await pool.get(pool.person("auditor-1", "auditor"), "/v1/funds/budgets")
    assert [one["payer_level"] for one in budgets["items"]] == ["city"]
    assert await green(pool)

    today = clock.today(pool.city).isoformat()
    body = {"bank_reference": "ZS-1", "recovered_fen": 10_000_000, "recovered_on": today}
    back = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", body, 201)
    assert await balance(pool, payer_level="province") == {"borne": (part, 0), "owed": (0, part)}  # not received yet
    where = f"{POOL}/recoveries/{back['id']}/receipt"
    await pool.post(pool.person("finance-1", "finance"), where, {"received_on": today}, 200)
    left = part - back["layers_fen"]["province"]
    assert 0 < left < part
    assert await balance(pool, payer_level="province") == {"borne": (left, 0), "owed": (0, left)}
    assert await green(pool)


async def test_a_record_that_says_something_else_than_the_claims_is_found(pool: Town) -> None:
    claim = await paid_claim(pool)
    (check,) = [one for one in CHECKS if one.code == "levels_bear_what_was_decided"]
    async with pool.process.app.state.sessions() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "UPDATE loss_claim SET layers_fen = jsonb_set(layers_fen, '{province}', '1') WHERE city_code = $1",
            (pool.city,),
        )
        found = (await session.execute(text(check.sql), {"city": pool.city})).all()
    part = claim["layers_fen"]["province"]
    said = {one.subject.split("/")[3]: one.detail for one in found}
    assert said == dict.fromkeys(("borne", "owed"), f"{part} fen, the claims say 1")


async def test_what_comes_back_beyond_a_capped_loss_is_the_banks_and_no_level_falls_below_zero(pool: Town) -> None:
    """10,000,000 yuan lost, 3,000,000 shared, 8,000,000 recovered: the province never had more than its part in it."""
    claim = await paid_claim(pool, {"principal_fen": 1_000_000_000}, {"outstanding_principal_fen": 1_000_000_000})
    part, today = claim["layers_fen"]["province"], clock.today(pool.city).isoformat()
    assert part == 120_000_000
    for number, fen in enumerate((200_000_000, 600_000_000, 100)):
        body = {"bank_reference": f"ZS-{number}", "recovered_fen": fen, "recovered_on": today}
        back = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", body, 201)
        assert sum(back["layers_fen"].values()) == fen
        where = f"{POOL}/recoveries/{back['id']}/receipt"
        if back["returned_fen"]:
            await pool.post(pool.person("finance-1", "finance"), where, {"received_on": today}, 200)
    assert back["layers_fen"] == {"city": 0, "province": 0, "bank": 100}
    assert await balance(pool, payer_level="province") == {}
    assert await green(pool)


async def test_a_wrong_recovery_is_taken_back_the_last_first_and_nothing_of_it_is_owed(pool: Town) -> None:
    """A nought too many: reported for good it would have emptied what the pool bears, and no later one were right."""
    claim, today = await paid_claim(pool), clock.today(pool.city).isoformat()
    path, bank, finance = f"{POOL}/claims/{claim['id']}/recoveries", pool.bank_client, pool.person

    async def reports(reference: str, fen: int) -> Any:
        body = {"bank_reference": reference, "recovered_fen": fen, "recovered_on": today}
        return await pool.post(bank(), path, body, 201)

    async def takes_back(one: Any, status: int = 200) -> Any:
        where = f"{POOL}/recoveries/{one['id']}/withdrawal"
        return await pool.post(bank(), where, {"reason": "金额误录"}, status)

    wrong, later = await reports("ZS-1", 100_000_000), await reports("ZS-2", 10_000_000)
    assert (wrong["returned_fen"], later["returned_fen"]) == (30_000_000, 0)
    assert (await takes_back(wrong, 409))["code"] == "later_recovery_stands"
    await takes_back(later)
    gone = await takes_back(wrong)
    assert (gone["status"], gone["withdrawn_because"]) == ("withdrawn", "金额误录")
    assert (await takes_back(wrong, 409))["code"] == "move_not_allowed"
    receipt = {"received_on": today}
    where = f"{POOL}/recoveries/{wrong['id']}/receipt"
    assert (await pool.post(finance("finance-1", "finance"), where, receipt, 409))["code"] == "move_not_allowed"
    right = await reports("ZS-3", 10_000_000)
    assert right["layers_fen"] == {"city": 3_000_000, "province": 4_000_000, "bank": 3_000_000}
    waiting = f"{POOL}/recoveries?status=reported&bank_id={encode_id('org', pool.bank)}"
    listed = await pool.get(finance("finance-1", "finance"), waiting)
    assert [one["id"] for one in listed["items"]] == [right["id"]]
    where = f"{POOL}/recoveries/{right['id']}/receipt"
    await pool.post(finance("finance-1", "finance"), where, receipt, 200)
    assert (await takes_back(right, 409))["code"] == "move_not_allowed"
    explained = await pool.get(bank(), f"{POOL}/claims/{claim['id']}/explanation")
    assert (explained["recovered"]["count"], explained["recovered"]["recovered_fen"]) == (1, 10_000_000)
    items = (await pool.get(bank(), f"{POOL}/recoveries?bank_reference=ZS-1"))["items"]
    assert [one["status"] for one in items] == ["withdrawn"]
    assert (await pool.get(bank(new_id()), f"{POOL}/recoveries"))["items"] == []
    assert await green(pool)


async def test_staff_list_what_is_of_one_bank(pool: Town) -> None:
    claim = await paid_claim(pool)
    officer, mine, other = pool.person, encode_id("org", pool.bank), encode_id("org", new_id())
    for what in ("loans", "claims", "arrears-reports"):
        found = [
            (await pool.get(officer("officer-1", "officer"), f"{POOL}/{what}?bank_id={bank}"))["items"]
            for bank in (mine, other)
        ]
        assert (len(found[0]), found[1]) == (0 if what == "arrears-reports" else 1, [])
        async with pool.bank_client() as bank:
            assert (await bank.get(f"{POOL}/{what}?bank_id={other}")).status_code == 404
    assert claim["bank_id"] == mine


def paid_by_the_district() -> Pack:
    """Xuzhou's pack, as if its district bore what the province does, and paid the bank."""
    data = load_pack("xuzhou").model_dump(mode="json")
    terms = data["programmes"]["loan_pool.transformation"]["terms"]
    terms["paying_layer"] = "district"
    terms["layers"] = [one | {"layer": one["layer"].replace("province", "district")} for one in terms["layers"]]
    return Pack.model_validate_json(Pack.model_validate(data, strict=False).model_dump_json())


async def test_two_levels_may_pay_out_of_one_fund_in_one_year(town: Town) -> None:
    """What a level pays by its budget is never on its record; what it bears beside another is."""
    pool, year = town, clock.today(town.city).year
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}
    await pool.knows(snapshot_with("xuzhou", values, recorded_at=LONG_AGO))
    await pool.has_fund(1_900_000_000)
    await pool.admits_bank()
    loan = await pool.registers("HT-2")
    first = await paid_claim(pool)
    told = cases.snapshot_with(paid_by_the_district(), values, effective_on=date(2026, 1, 2), recorded_at=LONG_AGO)
    await pool.knows(told.with_settings([]))
    finance, money = "finance-1", {"amount_fen": 100_000_000, "document": "区财〔2026〕3号", "payer_level": "district"}
    for step in ("appropriations", "allotments"):
        await pool.post(pool.person(finance, "finance"), f"/v1/funds/budgets/{FUND}/{year}/{step}", money, 201)
    claim = await pool.lodges(loan, "DC-2")
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    second = await pool.decides(claim["id"], year=year)
    await pool.pays(second["payment_order_id"], second["approved_fen"])
    assert await green(pool)
    today = clock.today(pool.city).isoformat()
    for claim in (first, second):
        body = {"bank_reference": f"ZS-{claim['id']}", "recovered_fen": 10_000_000, "recovered_on": today}
        back = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", body, 201)
        where = f"{POOL}/recoveries/{back['id']}/receipt"
        await pool.post(pool.person(finance, "finance"), where, {"received_on": today}, 200)
    borne = [(await balance(pool, payer_level=level, policy_year=year))["borne"][0] for level in ("city", "province")]
    assert borne == [second["layers_fen"]["city"] - 3_000_000, first["layers_fen"]["province"] - 4_000_000]
    assert await green(pool)


async def test_a_level_that_bears_less_than_nothing_is_found(pool: Town) -> None:
    """Even where the claims say so too, as they did of recoveries that were shared without a bound."""
    claim = await paid_claim(pool)
    part, today = claim["layers_fen"]["province"], clock.today(pool.city).isoformat()
    body = {"bank_reference": "ZS-1", "recovered_fen": 100_000, "recovered_on": today}
    back = await pool.post(pool.bank_client(), f"{POOL}/claims/{claim['id']}/recoveries", body, 201)
    async with pool.process.app.state.sessions() as session, session.begin():
        row = await session.get_one(Recovery, decode_id("rcv", back["id"]))
        row.layers_fen = row.layers_fen | {"province": part + 5}
    where = f"{POOL}/recoveries/{back['id']}/receipt"
    await pool.post(pool.person("finance-1", "finance"), where, {"received_on": today}, 200)
    told = await pool.get(pool.person("auditor-1", "auditor"), "/v1/funds/assurance")
    found = {one["check"]: [each["detail"] for each in one["breaks"]] for one in told["checks"] if not one["green"]}
    assert found == {"levels_bear_what_was_decided": ["-5 fen, the claims say -5"] * 2}


async def test_a_districts_budget_is_a_line_of_its_own_within_the_same_envelope(town: Town) -> None:
    """A pack may name the district as the level that pays; its money is never the city's."""
    settings = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}
    await town.knows(snapshot_with("xuzhou", settings, recorded_at=LONG_AGO))
    await town.has_fund(1_999_999_500)
    path, year = f"/v1/funds/budgets/{FUND}/{clock.today(town.city).year}", clock.today(town.city).year
    body = {"amount_fen": 500, "document": "区财〔2026〕3号"}

    async def asks(step: str, status: int, **more: Any) -> Any:
        return await town.post(town.person("finance-1", "finance"), f"{path}/{step}", body | more, status)

    wrong = await asks("allotments", 422, payer_level="town")
    assert [error["pointer"] for error in wrong["errors"]] == ["/payer_level"]
    assert (await asks("appropriations", 201, payer_level="district"))["payer_level"] == "district"
    assert (await asks("allotments", 409))[
        "code"
    ] == "insufficient_available"  # the city's own line has nothing unallotted
    assert (await asks("allotments", 201, payer_level="district"))["payer_level"] == "district"
    assert await balance(town, payer_level="district", policy_year=year) == {
        "authority": (500, 0), "allotted": (0, 500), "treasury": (500, 0), "funding": (0, 500),
    }  # fmt: skip
    over = await asks("appropriations", 409, payer_level="province")
    assert [reason["code"] for reason in over["reasons"]] == ["envelope_exceeded"]
    assert await green(town)
