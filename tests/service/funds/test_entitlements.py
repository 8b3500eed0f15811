"""Awards under XZ-23: who gets one, how often, who may approve, what a rise earns."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from kernel.ids import encode_id, new_id
from tests.builders.processes import Process
from tests.service.funds.city import FUND, City, open_city

pytestmark = pytest.mark.anyio
YUAN = 100


async def an_award(city: City, **recognised: Any) -> dict[str, Any]:
    """A payable award of a municipal key makerspace."""
    await city.budget(1_000_000 * YUAN)
    return await city.awarded(await city.recognise(carrier=new_id(), organisation=city.organisation(), **recognised))


async def pay(city: City, award: dict[str, Any], reference: str) -> None:
    await city.approve(award)
    order = await city.order_of(award)
    await city.send(order)
    assert [line["outcome"] for line in await city.confirm(city.line(order, reference))] == ["settled"]


@pytest.mark.parametrize(("level", "yuan"), [("municipal", 300_000), ("provincial", 400_000), ("national", 500_000)])
async def test_each_level_has_its_amount(city: City, level: str, yuan: int) -> None:
    award = await an_award(city, level=level)
    assert (award["status"], award["amount_fen"]) == ("payable", yuan * YUAN)


async def test_a_filed_carrier_opens_nothing(city: City) -> None:
    await city.recognise(carrier=new_id(), organisation=city.organisation(), is_key=False)
    assert await city.entitlements() == []


async def test_a_cluster_is_outside_the_award(city: City) -> None:
    award = await an_award(city, carrier_kind="cluster")
    assert (award["status"], award["amount_fen"]) == ("refused", 0)
    assert [(reason["code"], reason["clauses"]) for reason in award["reasons"]] == [
        ("carrier_kind_out_of_scope", ["XZ-23"])
    ]
    refused = await city.approve(award, status=409)
    assert refused["code"] == "move_not_allowed"


async def test_a_replayed_recognition_opens_nothing_new(city: City) -> None:
    carrier, organisation = new_id(), city.organisation()
    told = await city.recognise(carrier=carrier, organisation=organisation)
    await city.recognise(**told | {"carrier": carrier, "organisation": organisation})
    assert len(await city.entitlements()) == 1
    assert len(await city.events("entitlement.determined")) == 1


async def test_the_same_level_is_awarded_once(city: City) -> None:
    await city.budget(1_000_000 * YUAN)
    carrier, organisation = new_id(), city.organisation()
    await pay(city, await city.awarded(await city.recognise(carrier=carrier, organisation=organisation)), "B-1")
    again = await city.awarded(await city.recognise(carrier=carrier, organisation=organisation))
    assert [reason["code"] for reason in again["reasons"]] == ["already_awarded"]


async def test_a_rise_waits_until_its_treatment_is_set_then_pays_the_difference(funds: Process) -> None:
    city = await open_city(funds, settings={"fund.award_subsidy.period": "annual"})
    await city.budget(1_000_000 * YUAN)
    carrier, organisation = new_id(), city.organisation()
    await pay(city, await city.awarded(await city.recognise(carrier=carrier, organisation=organisation)), "B-1")
    rise = await city.recognise(carrier=carrier, organisation=organisation, level="provincial")
    waiting = await city.awarded(rise)
    assert (waiting["status"], waiting["reasons"][0]["facts"]["parameter"]) == (
        "waiting_policy", "award.recognition.upgrade_treatment",
    )  # fmt: skip
    await city.publish({"award.recognition.upgrade_treatment": "difference"})
    payable = await settled_determination(city, rise)
    assert (payable["status"], payable["amount_fen"]) == ("payable", 100_000 * YUAN)
    await pay(city, payable, "B-2")
    assert await city.books() == {
        "authority": 1_000_000, "allotted": 600_000, "spent": 400_000,
        "treasury": 600_000, "funding": 1_000_000, "expense": 400_000,
    }  # fmt: skip
    await city.assert_sound()


async def settled_determination(city: City, told: dict[str, Any]) -> dict[str, Any]:
    """A new policy has what waits determined again, each by a timer of its own: soon, not at once."""
    for _ in range(200):
        award = await city.awarded(told)
        if award["status"] != "waiting_policy":
            return award
        await asyncio.sleep(0.05)
    raise AssertionError("it still waits")


async def test_a_value_not_said_to_apply_to_pending_cases_leaves_them_waiting(funds: Process) -> None:
    city = await open_city(funds, settings={})
    told = await city.recognise(carrier=new_id(), organisation=city.organisation())
    await city.publish({"fund.award_subsidy.period": "annual"}, pending=False)
    award = await city.awarded(told)
    again = await city.post("officer-1", f"/v1/funds/entitlements/{award['id']}/determination")
    assert again["status"] == "waiting_policy"


async def test_nobody_approves_what_they_prepared_or_decided(city: City) -> None:
    award = await an_award(city, decided_by="person:finance-2")
    await city.post("finance-1", f"/v1/funds/entitlements/{award['id']}/determination")
    for who, code in (("finance-1", "prepared_by_same_person"), ("finance-2", "decided_by_same_person")):
        refused = await city.approve(award, who, status=409)
        assert [reason["code"] for reason in refused["reasons"]] == [code]
    assert (await city.approve(award, "finance-3"))["approved_by"] == "person:finance-3"


async def test_the_database_itself_refuses_a_first_person(city: City) -> None:
    award = await an_award(city)
    async with city.process.app.state.sessions() as session:
        connection = await session.connection()
        with pytest.raises(Exception, match="ck_entitlement_second_person"):
            await connection.exec_driver_sql(
                "UPDATE entitlement SET approved_by = recognition_decided_by WHERE city_code = $1", (city.code,)
            )
    assert award["approved_by"] is None


async def test_an_officer_may_not_approve(city: City) -> None:
    award = await an_award(city)
    assert (await city.approve(award, "officer-1", status=403))["code"] == "forbidden"


async def test_two_finance_officers_approve_one_award_once(city: City) -> None:
    award = await an_award(city)
    path = f"/v1/funds/entitlements/{award['id']}/approval"
    answers = await asyncio.gather(*(city.call(f"finance-{n}", "POST", path, {}) for n in range(1, 7)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert (await city.books())["encumbered"] == 300_000
    assert len(await city.events("entitlement.approved")) == 1
    await city.assert_sound()


async def test_the_same_request_sent_again_gets_the_same_answer(city: City) -> None:
    award = await an_award(city)
    path, key = f"/v1/funds/entitlements/{award['id']}/approval", new_id().hex
    first, second = [await city.call("finance-1", "POST", path, {}, key=key) for _ in range(2)]
    assert (first.json(), second.headers["idempotent-replayed"]) == (second.json(), "true")


async def test_two_awards_of_one_carrier_never_pass_each_other(city: City) -> None:
    """Both were determined while neither was approved: the second approval rests on facts that are no longer true."""
    await city.budget(1_000_000 * YUAN)
    carrier, organisation = new_id(), city.organisation()
    lower = await city.awarded(await city.recognise(carrier=carrier, organisation=organisation))
    upper = await city.awarded(await city.recognise(carrier=carrier, organisation=organisation, level="provincial"))
    assert upper["amount_fen"] == 400_000 * YUAN
    await city.approve(lower)
    outdated = await city.approve(upper, status=409)
    assert [reason["code"] for reason in outdated["reasons"]] == ["determination_outdated"]
    again = await city.post("officer-1", f"/v1/funds/entitlements/{upper['id']}/determination")
    assert again["amount_fen"] == 100_000 * YUAN


async def test_approval_needs_budget_and_an_account(city: City) -> None:
    accountless = city.organisation(payee_name=None, account_number=None, bank_name=None)
    told = await city.recognise(carrier=new_id(), organisation=accountless)
    award = await city.awarded(told)
    assert (await city.approve(award, status=409))["code"] == "payee_account_missing"
    city.payees[accountless] |= {"payee_name": "云创", "account_number": "11060201090001", "bank_name": "工行"}
    unallotted = await city.approve(award, status=409)
    assert (unallotted["code"], unallotted["reasons"][0]["clauses"]) == ("fund_not_allotted", ["XZ-21"])
    granted = {"amount_fen": 299_999 * YUAN, "document": "徐财教〔2026〕18号"}
    path = f"/v1/funds/budgets/{FUND}/{city.year}"
    await city.post("finance-1", f"{path}/appropriations", granted, status=201)
    waiting = await city.approve(award, status=409)
    assert (waiting["code"], waiting["reasons"][0]["facts"]["appropriated_fen"]) == (
        "fund_not_allotted", 299_999 * YUAN,
    )  # fmt: skip
    await city.post("finance-1", f"{path}/allotments", granted, status=201)
    short = await city.approve(award, status=409)
    assert (short["code"], short["reasons"][0]["facts"]["available_fen"]) == ("budget_exhausted", 299_999 * YUAN)
    assert (await city.awarded(told))["status"] == "payable"
    assert "encumbered" not in await city.books()


async def test_an_applicant_sees_its_own_awards_only(city: City) -> None:
    award = await an_award(city)
    own = UUID(next(iter(city.payees)).hex)
    for organisation, status, count in ((own, 200, 1), (new_id(), 404, 0)):
        async with city.as_("portal-1", organisation=str(organisation)) as client:
            read = await client.get(f"/v1/funds/entitlements/{award['id']}")
            listed = await client.get("/v1/funds/entitlements")
        assert (read.status_code, len(listed.json()["items"])) == (status, count)


async def test_another_city_sees_nothing(city: City, funds: Process) -> None:
    award = await an_award(city)
    other = await open_city(funds)
    assert (await other.approve(award, status=404))["code"] == "not_found"
    assert await other.entitlements(organisation_id=encode_id("org", next(iter(city.payees)))) == []


async def test_a_decision_replays_to_the_same_bytes(city: City) -> None:
    award = await an_award(city)
    replayed = await city.get(f"/v1/funds/determinations/{award['determination_id']}/replay")
    assert (replayed["is_same"], replayed["differences"]) == (True, [])
    assert replayed["document"]["amounts"] == {"award": 300_000 * YUAN}
