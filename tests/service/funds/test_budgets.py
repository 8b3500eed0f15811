"""Money behind a policy (XZ-21): within the envelope, every year or once, and never more in use than was granted."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from kernel.ids import new_id
from ledger import batcher
from tests.builders.processes import Process
from tests.service.funds.city import FUND, City, open_city

pytestmark = pytest.mark.anyio
YUAN = 100
ENVELOPE = 20_000_000


@pytest.fixture(params=[0, batcher.IN_LINE_UP_TO], ids=["as while many wait", "as while few wait"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Durable with another connection's commit, or with its own."""
    monkeypatch.setattr(batcher, "IN_LINE_UP_TO", request.param)


async def appropriate(city: City, yuan: int, *, year: int | None = None, status: int = 201) -> Any:
    path = f"/v1/funds/budgets/{FUND}/{year or city.year}/appropriations"
    return await city.post("finance-1", path, {"amount_fen": yuan * YUAN, "document": "徐财教1号"}, status=status)


async def allot(city: City, yuan: int, status: int = 201) -> Any:
    path = f"/v1/funds/budgets/{FUND}/{city.year}/allotments"
    return await city.post("finance-1", path, {"amount_fen": yuan * YUAN, "document": "徐财教2号"}, status=status)


async def test_a_city_knows_what_is_open_about_its_funds(funds: Process) -> None:
    city = await open_city(funds, settings={})
    listed = {fund["fund"]: fund for fund in (await city.get("/v1/funds/programmes"))["items"]}
    fund = listed[FUND]
    assert (fund["size_fen"], fund["clauses"]) == (ENVELOPE * YUAN, ["XZ-21"])
    assert [(one["parameter"], one["clause"]) for one in fund["open_parameters"]] == [
        ("fund.award_subsidy.period", "XZ-21")
    ]
    assert "award.recognition" in fund["pays"]
    without_a_fund_behind = {"county.match", "investor.case_support", "patent.subsidy", "project.upfront"}
    assert set(listed) == {"fund.award_subsidy", "fund.loan_risk", "fund.angel"} | without_a_fund_behind


@pytest.mark.parametrize(("yuan", "status"), [(ENVELOPE - 1, 201), (ENVELOPE, 201), (ENVELOPE + 1, 409)])
async def test_the_envelope_is_the_limit(city: City, yuan: int, status: int) -> None:
    answer = await appropriate(city, yuan, status=status)
    if status == 409:
        assert [(reason["code"], reason["clauses"]) for reason in answer["reasons"]] == [
            ("envelope_exceeded", ["XZ-21"])
        ]
        assert await city.books() == {}


async def test_an_annual_envelope_comes_back_every_year(city: City) -> None:
    await appropriate(city, ENVELOPE)
    await appropriate(city, ENVELOPE, year=city.year + 1)
    assert (await appropriate(city, 1, status=409))["reasons"][0]["code"] == "envelope_exceeded"
    out_of_range = await appropriate(city, 1, year=city.year + 2, status=409)
    assert out_of_range["reasons"][0]["code"] == "policy_year_out_of_range"


async def test_a_one_off_envelope_is_granted_once_over_all_years(funds: Process) -> None:
    city = await open_city(funds, settings={"fund.award_subsidy.period": "one_off"})
    await appropriate(city, ENVELOPE - 1)
    await appropriate(city, 1, year=city.year + 1)
    assert (await appropriate(city, 1, year=city.year + 1, status=409))["reasons"][0]["code"] == "envelope_exceeded"


async def test_two_appropriations_at_once_never_pass_the_envelope(city: City) -> None:
    path = f"/v1/funds/budgets/{FUND}/{city.year}/appropriations"
    body = {"amount_fen": 15_000_000 * YUAN, "document": "x"}
    answers = await asyncio.gather(*(city.call(f"finance-{n}", "POST", path, body) for n in range(1, 5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await city.books() == {"authority": 15_000_000, "appropriated": 15_000_000}


async def test_no_more_is_allotted_than_was_appropriated(city: City) -> None:
    assert (await allot(city, 1, status=404))["code"] == "unknown_account"
    await appropriate(city, 100)
    refused = await allot(city, 101, status=409)
    assert (refused["code"], refused["reasons"][0]["facts"]["available_fen"]) == ("insufficient_available", 100 * YUAN)
    await allot(city, 100)
    (line,) = (await city.get(f"/v1/funds/budgets?fund={FUND}"))["items"]
    assert line == {
        "fund": FUND, "policy_year": city.year, "payer_level": "city", "appropriated_fen": 100 * YUAN,
        "allotted_fen": 100 * YUAN, "encumbered_fen": 0, "spent_fen": 0, "available_fen": 100 * YUAN,
        "treasury_fen": 100 * YUAN,
    }  # fmt: skip
    await city.assert_sound()


async def test_only_funds_are_appropriated_to_and_only_by_finance(city: City) -> None:
    body = {"amount_fen": 1, "document": "x"}
    for fund in ("award.recognition", "no.such.fund"):
        path = f"/v1/funds/budgets/{fund}/{city.year}/appropriations"
        assert (await city.post("finance-1", path, body, status=404))["code"] == "not_found"
    path = f"/v1/funds/budgets/{FUND}/{city.year}/appropriations"
    assert (await city.post("officer-1", path, body, status=403))["missing_scopes"] == ["budgets:manage"]
    async with city.as_("finance-1") as client:
        assert (await client.post(path, json=body)).json()["code"] == "idempotency_key_missing"


@pytest.mark.parametrize("amount", [0, -1, 1.5, "1", True, None, 2**53])
async def test_an_amount_is_a_whole_number_of_fen(city: City, amount: Any) -> None:
    path = f"/v1/funds/budgets/{FUND}/{city.year}/appropriations"
    answer = await city.call("finance-1", "POST", path, {"amount_fen": amount, "document": "x"})
    assert answer.status_code in {400, 422}
    assert await city.books() == {}


async def test_the_same_key_with_another_amount_is_refused(city: City) -> None:
    path, key = f"/v1/funds/budgets/{FUND}/{city.year}/appropriations", new_id().hex
    answers = [
        await city.call("finance-1", "POST", path, {"amount_fen": fen, "document": "x"}, key=key)
        for fen in (100, 100, 200)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].json() == answers[1].json()
    assert (await city.books())["authority"] == 1


@pytest.mark.usefixtures("either_way")
async def test_many_who_allot_at_once_take_what_there_is_and_no_more(city: City) -> None:
    path = f"/v1/funds/budgets/{FUND}/{city.year}"
    await city.post("finance-1", f"{path}/appropriations", {"amount_fen": 1_000, "document": "x"}, status=201)
    body = {"amount_fen": 70, "document": "同时下达"}
    answers = await asyncio.gather(*(city.call("finance-1", "POST", f"{path}/allotments", body) for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {201: 14, 409: 16}
    stand = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    rows = (await city.get("/v1/funds/allotments"))["items"]
    assert {row["id"] for row in rows} == stand
    assert next(answer for answer in answers if answer.status_code == 201).json() in rows
    await city.assert_sound()


@pytest.mark.usefixtures("either_way")
async def test_a_key_that_took_the_last_there_was_is_answered_as_the_first_time(city: City) -> None:
    await appropriate(city, 10)
    key = new_id().hex
    path = f"/v1/funds/budgets/{FUND}/{city.year}/allotments"
    first, again = [
        await city.call("finance-1", "POST", path, {"amount_fen": 1_000, "document": "全部"}, key=key) for _ in range(2)
    ]
    assert (first.status_code, again.status_code, again.headers["idempotent-replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    await city.assert_sound()


@pytest.mark.usefixtures("either_way")
async def test_one_key_sent_at_once_and_again_allots_once(city: City) -> None:
    path = f"/v1/funds/budgets/{FUND}/{city.year}"
    await city.post("finance-1", f"{path}/appropriations", {"amount_fen": 1_000, "document": "x"}, status=201)
    body, key = {"amount_fen": 70, "document": "一次"}, new_id().hex
    sent = [city.call("finance-1", "POST", f"{path}/allotments", body, key=key) for _ in range(6)]
    at_once = await asyncio.gather(*sent)
    assert {answer.json()["code"] for answer in at_once if answer.status_code != 201} <= {"request_in_flight"}
    again = await city.call("finance-1", "POST", f"{path}/allotments", body, key=key)
    answers = [*(answer for answer in at_once if answer.status_code == 201), again]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, again.text)}
    assert Counter(answer.headers.get("idempotent-replayed") for answer in answers)[None] == 1
    other = await city.call("finance-1", "POST", f"{path}/allotments", body | {"amount_fen": 71}, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    beyond, only_if_it_stands = {"amount_fen": 931, "document": "超过"}, new_id().hex
    refused = await city.call("finance-1", "POST", f"{path}/allotments", beyond, key=only_if_it_stands)
    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_available")
    await city.post("finance-1", f"{path}/appropriations", {"amount_fen": 1, "document": "x"}, status=201)
    await city.post("finance-1", f"{path}/allotments", beyond, status=201, key=only_if_it_stands)
    assert [row["amount_fen"] for row in (await city.get("/v1/funds/allotments"))["items"]] == [70, 931]
    await city.assert_sound()


async def withdraw(city: City, stage: str, yuan: int, *, status: int = 201) -> Any:
    path = f"/v1/funds/budgets/{FUND}/{city.year}/withdrawals"
    body = {"stage": stage, "amount_fen": yuan * YUAN, "document": "徐财预61号", "reason": "年终结余收回"}
    return await city.post("finance-1", path, body, status=status)


async def decide(city: City, row: Any, who: str = "finance-2", *, approve: bool = True, status: int = 200) -> Any:
    return await city.post(
        who, f"/v1/funds/budget-withdrawals/{row['id']}/decision", {"approve": approve}, status=status
    )


async def test_what_nobody_used_is_taken_back_by_two_and_can_be_granted_anew(city: City) -> None:
    await appropriate(city, ENVELOPE)
    await allot(city, 300)
    assert (await withdraw(city, "allotted", 301, status=409))["reasons"][0]["facts"]["left_fen"] == 300 * YUAN
    other = f"/v1/funds/budgets/{FUND}/{city.year - 1}/withdrawals"
    body = {"stage": "allotted", "amount_fen": 1, "document": "x", "reason": "x"}
    assert (await city.post("finance-1", other, body, status=404))["code"] == "not_found"
    allotted = await withdraw(city, "allotted", 200)
    own = await decide(city, allotted, "finance-1", status=409)
    assert [reason["code"] for reason in own["reasons"]] == ["prepared_by_same_person"]
    done = await decide(city, allotted)
    assert (done["status"], done["decided_by"]) == ("approved", "person:finance-2")
    assert (await decide(city, allotted, status=409))["code"] == "move_not_allowed"
    assert await city.books() == {
        "authority": ENVELOPE, "appropriated": ENVELOPE - 100, "allotted": 100, "treasury": 100, "funding": 100,
    }  # fmt: skip

    twice = [await withdraw(city, "appropriated", ENVELOPE - 100) for _ in range(2)]
    assert (await decide(city, twice[0]))["status"] == "approved"
    assert (await decide(city, twice[1], status=409))["reasons"][0]["code"] == "above_unused"
    assert (await decide(city, twice[1], approve=False))["entry_id"] is None
    await city.assert_sound()
    await appropriate(city, ENVELOPE - 100)
    assert (await appropriate(city, 1, status=409))["reasons"][0]["code"] == "envelope_exceeded"
    listed = (await city.get("/v1/funds/budget-withdrawals?status=approved"))["items"]
    assert [one["stage"] for one in listed] == ["allotted", "appropriated"]
    await city.assert_sound()
