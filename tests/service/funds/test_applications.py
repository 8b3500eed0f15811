"""Money that is applied for: XZ-22 running costs head by head, XZ-25 case by case, each cost paid for once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel import clock
from kernel.ids import decode_id, encode_id
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.funds.city import City, open_city
from tests.service.funds.test_payments import cancelled

pytestmark = pytest.mark.anyio
YUAN = 100
PATH = "/v1/funds/applications"
RENT = {
    "carrier_kind": "makerspace", "head": "rent", "cost_fen": 150_000 * YUAN, "cost_subsidised_to": "nobody",
    "other_public_money_fen": 0,
}  # fmt: skip


@pytest.fixture
async def xuzhou(funds: Process) -> City:
    city = await open_city(funds, settings=settings())
    await city.budget(1_000_000 * YUAN)
    return city


def settings() -> dict[str, Any]:
    """Every value an operator might set."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in default_settings("xuzhou").items()}


def invoice(number: str, yuan: int, **more: Any) -> dict[str, Any]:
    return {"number": number, "issued_on": "2026-05-08", "amount_fen": yuan * YUAN} | more


async def accept(
    city: City, item: str, form: dict[str, Any], *, applicant: UUID | None = None, case_id: UUID | None = None,
    kind: str = "case.accepted", **more: Any,
) -> UUID:  # fmt: skip
    """The window accepts a case, or tells more of one. Answers its id."""
    case_id = case_id or uuid4()
    told = {
        "case_id": str(case_id), "number": "XZ-2026-000001", "item": item, "service": "funds",
        "applicant_id": str(applicant or city.organisation()), "accepted_on": city.today,
        "accepted_at": clock.now(city.code).isoformat(), "accepted_by": "person:officer-1", "form": form,
    } | more  # fmt: skip
    outcome = await city.process.tell(kind, told, city=city.code, subject=str(case_id))
    assert outcome["outcome"] == "done", outcome
    return case_id


async def application(city: City, case_id: UUID) -> Any:
    found = await city.get(f"{PATH}?case_id={encode_id('case', case_id)}")
    (one,) = found["items"]
    return one


async def apply(city: City, item: str, form: dict[str, Any], **more: Any) -> Any:
    return await application(city, await accept(city, item, form, **more))


async def review(
    city: City, row: Any, *, who: str = "officer-2", status: int = 200, about: str | None = None, **facts: Any
) -> Any:
    body = {"facts": facts, "about": about, "opinion": "发票与合同相符"}
    return await city.post(who, f"{PATH}/{row['id']}/review", body, status=status)


async def approve(city: City, row: Any, *, who: str = "finance-1", status: int = 200) -> Any:
    return await city.post(who, f"{PATH}/{row['id']}/approval", status=status)


async def test_rent_is_subsidised_by_its_share_up_to_the_cap_of_the_year_and_paid(xuzhou: City) -> None:
    """XZ-22: half of the rent, at most 100,000.00 a year."""
    operator = xuzhou.organisation()
    form = RENT | {"invoices": [invoice("26327000000000000001", 90_000), invoice("26327000000000000002", 60_000)]}
    row = await apply(xuzhou, "apply-operation-subsidy", form, applicant=operator)
    assert (row["status"], row["stated"], row["facts"]) == ("under_review", RENT, None)
    reviewed = await review(xuzhou, row)
    assert (reviewed["status"], reviewed["amount_fen"]) == ("payable", 75_000 * YUAN)
    approved = await approve(xuzhou, row)
    order = await xuzhou.get(f"/v1/funds/payment-orders/{approved['payment_order_id']}")
    assert (order["amount_fen"], order["subject_kind"]) == (75_000 * YUAN, "application")
    await xuzhou.send(order)
    await xuzhou.confirm(xuzhou.line(order, "R-1"))
    assert (await application(xuzhou, case_of(row)))["status"] == "paid"
    assert [told["case_outcome"] for told in await xuzhou.events("application.paid")] == ["granted"]

    again = RENT | {"invoices": [invoice("26327000000000000003", 150_000)]}
    second = await review(xuzhou, await apply(xuzhou, "apply-operation-subsidy", again, applicant=operator))
    assert (second["status"], second["amount_fen"]) == ("payable", 25_000 * YUAN)
    chain = await xuzhou.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert "XZ-22" in [clause["id"] for clause in chain["clauses"]]
    await xuzhou.assert_sound()


def case_of(row: Any) -> UUID:
    return decode_id("case", row["case_id"])


async def test_what_is_payable_to_the_cap_is_judged_again_when_another_was_approved_meanwhile(xuzhou: City) -> None:
    operator = xuzhou.organisation()
    rows = [
        await review(xuzhou, await apply(xuzhou, "apply-operation-subsidy", RENT, applicant=operator)) for _ in range(2)
    ]
    answers = await asyncio.gather(
        *(xuzhou.call("finance-1", "POST", f"{PATH}/{row['id']}/approval", {}) for row in rows)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (late,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert late["code"] == "determination_outdated"
    (waiting,) = [row for row in rows if (await xuzhou.get(f"{PATH}/{row['id']}"))["status"] == "payable"]
    assert (await review(xuzhou, waiting))["amount_fen"] == 25_000 * YUAN
    await xuzhou.assert_sound()


async def test_an_invoice_is_paid_for_once_whatever_the_programme_and_freed_by_a_refusal(xuzhou: City) -> None:
    form = RENT | {"invoices": [invoice("26327000000000000009", 150_000)]}
    first = await apply(xuzhou, "apply-operation-subsidy", form)
    typed = RENT | {"invoices": [invoice("2632 7000 0000 0000 0009", 150_000)]}
    second = await apply(xuzhou, "apply-operation-subsidy", typed)
    assert (second["status"], [reason["code"] for reason in second["reasons"]]) == ("refused", ["invoice_used"])
    told = {"number_last4": "0009", "programme_kind": "recurring_subsidy", "claimed_on": xuzhou.today}
    assert second["reasons"][0]["facts"] == told
    refused = await review(xuzhou, first, cost_subsidised_to="tenant")
    assert [reason["code"] for reason in refused["reasons"]] == ["cost_has_another_payee"]
    assert [told["case_outcome"] for told in await xuzhou.events("application.refused")] == ["refused", "refused"]
    assert (await apply(xuzhou, "apply-operation-subsidy", form))["status"] == "under_review"


async def test_an_applicant_that_is_no_more_when_it_is_to_be_paid_is_refused_after_all(xuzhou: City) -> None:
    applicant = xuzhou.organisation()
    form = RENT | {"invoices": [invoice("26327000000000000041", 150_000)]}
    row = await apply(xuzhou, "apply-operation-subsidy", form, applicant=applicant)
    await review(xuzhou, row)
    before = await xuzhou.books()
    approved = await approve(xuzhou, row)
    order = await xuzhou.get(f"/v1/funds/payment-orders/{approved['payment_order_id']}")
    xuzhou.payees[applicant] |= {"status": "deregistered"}
    assert (await cancelled(xuzhou, order, "finance-2"))["status"] == "cancelled"
    refused = await xuzhou.get(f"{PATH}/{row['id']}")
    assert (refused["status"], [reason["code"] for reason in refused["reasons"]]) == ("refused", ["payee_deregistered"])
    (told,) = await xuzhou.events("application.refused")
    assert (told["case_outcome"], told["reason_codes"]) == ("refused", ["payee_deregistered"])
    assert await xuzhou.books() == before
    assert (await apply(xuzhou, "apply-operation-subsidy", form))["status"] == "under_review", "its invoice is free"
    await xuzhou.assert_sound()


async def test_what_a_deregistered_applicant_still_waits_for_is_refused_by_people(xuzhou: City) -> None:
    applicant = xuzhou.organisation()
    form = RENT | {"invoices": [invoice("26327000000000000042", 150_000)]}
    waiting = await apply(xuzhou, "apply-operation-subsidy", form, applicant=applicant)
    path = f"{PATH}/{waiting['id']}/refusal"
    assert (await xuzhou.post("officer-2", path, status=409))["code"] == "payee_goes_on"
    xuzhou.payees[applicant] |= {"status": "deregistered"}
    own = await xuzhou.post("officer-1", path, status=409)
    assert [reason["code"] for reason in own["reasons"]] == ["accepted_by_same_person"]
    assert (await xuzhou.post("officer-2", path))["status"] == "refused"
    assert (await xuzhou.post("officer-2", path, status=409))["code"] == "move_not_allowed"
    (told,) = await xuzhou.events("application.refused")
    assert (told["case_outcome"], told["reason_codes"]) == ("refused", ["payee_deregistered"])
    assert (await apply(xuzhou, "apply-operation-subsidy", form))["status"] == "under_review", "its invoice is free"


async def test_a_form_is_refused_with_everything_that_is_wrong_with_it(xuzhou: City) -> None:
    form = {
        "head": 5, "cost_fen": "100", "paid_this_year_fen": 0,
        "invoices": [
            invoice("26327000000000000011", 1), invoice("26327000000000000011", 1),
            invoice("26327000000000000012", 1, issued_on="2999-01-01"),
        ],
    }  # fmt: skip
    row = await apply(xuzhou, "apply-operation-subsidy", form)
    assert row["status"] == "refused"
    assert sorted(reason["code"] for reason in row["reasons"]) == [
        "fact_unfit", "fact_unfit", "invoice_in_future", "invoice_repeated",
    ]  # fmt: skip
    for invoices in ("x", [{}], [invoice("1", 1)], [invoice("26327000000000000011", 0)], [None]):
        bad = await apply(xuzhou, "apply-operation-subsidy", RENT | {"invoices": invoices})
        assert {reason["code"] for reason in bad["reasons"]} == {"form_invalid"}


async def test_an_invoice_has_one_shape_so_that_no_code_makes_another_of_it(xuzhou: City) -> None:
    digital, paper = "26327000000000000031", {"number": "12345678", "code": "032001900111"}
    for code, why in (("0000000000", "invoice_code"), ("ABCD", "string_pattern_mismatch")):
        bad = await apply(xuzhou, "apply-operation-subsidy", RENT | {"invoices": [invoice(digital, 1, code=code)]})
        (reason,) = bad["reasons"]
        assert (bad["status"], reason["code"]) == ("refused", "form_invalid")
        assert reason["facts"] == {"pointer": "/invoices/0/code", "error": why}
    lacking = await apply(xuzhou, "apply-operation-subsidy", RENT | {"invoices": [invoice("12345678", 1)]})
    assert lacking["reasons"][0]["facts"] == {"pointer": "/invoices/0/code", "error": "invoice_code"}
    good = RENT | {"invoices": [invoice(digital, 1), invoice(yuan=1, **paper)]}
    assert (await apply(xuzhou, "apply-operation-subsidy", good))["status"] == "under_review"


async def test_a_review_lacks_nothing_and_is_of_another_officer(xuzhou: City) -> None:
    row = await apply(xuzhou, "apply-operation-subsidy", RENT | {"invoices": [invoice("26327000000000000021", 1_000)]})
    own = await review(xuzhou, row, who="officer-1", status=409)
    assert [reason["code"] for reason in own["reasons"]] == ["accepted_by_same_person"]
    lacking = await review(xuzhou, row, status=409, years_paid=0, nonsense=1)
    assert sorted(reason["code"] for reason in lacking["reasons"]) == [
        "cost_above_invoices", "fact_unfit", "fact_unfit",
    ]  # fmt: skip
    reviewed = await review(xuzhou, row, cost_fen=1_000 * YUAN)
    assert reviewed["amount_fen"] == 500 * YUAN
    for who in ("officer-2", "auditor-1"):
        await approve(xuzhou, row, who=who, status=403)


async def test_three_people_are_needed(xuzhou: City) -> None:
    row = await review(xuzhou, await apply(xuzhou, "apply-operation-subsidy", RENT))
    async with xuzhou.as_("officer-2", "finance") as client:
        own = await client.post(f"{PATH}/{row['id']}/approval", json={}, headers={"Idempotency-Key": uuid4().hex})
    assert (own.status_code, own.json()["reasons"][0]["code"]) == (409, "prepared_by_same_person")


async def test_a_case_decision_pays_once_for_what_it_is_about(xuzhou: City) -> None:
    """XZ-25: 一事一议, within the cap; the same matter is not decided twice."""
    fund = "investor.case_support"
    await xuzhou.budget(3_000_000 * YUAN, fund=fund)
    investor = xuzhou.organisation()
    rows = [await apply(xuzhou, "apply-investor-support", {}, applicant=investor) for _ in range(2)]
    lacking = await review(xuzhou, rows[0], status=409, decided_amount_fen=100)
    assert [reason["code"] for reason in lacking["reasons"]] == ["about_missing"]
    for row in rows:
        await review(xuzhou, row, about="市政府专题会议纪要〔2026〕9号", decided_amount_fen=1_000_000 * YUAN)
    await approve(xuzhou, rows[0])
    assert (await approve(xuzhou, rows[1], status=409))["code"] == "already_paid_for"
    above = await review(xuzhou, rows[1], about="另一事项", decided_amount_fen=1_000_000 * YUAN + 1)
    assert [reason["code"] for reason in above["reasons"]] == ["above_cap"]
    await xuzhou.assert_sound()


async def test_an_open_parameter_holds_it_up_until_it_is_set(funds: Process) -> None:
    given = settings()
    share = given.pop("operation.subsidy.rent.share")
    city = await open_city(funds, settings=given)
    await city.budget(1_000_000 * YUAN)
    row = await review(city, await apply(city, "apply-operation-subsidy", RENT))
    assert (row["status"], row["amount_fen"]) == ("waiting_policy", 0)
    assert row["reasons"][0]["clauses"] == ["XZ-22"]
    await approve(city, row, status=409)
    await city.publish({"operation.subsidy.rent.share": share})
    for _ in range(100):
        found = await city.get(f"{PATH}/{row['id']}")
        if found["status"] != "waiting_policy":
            break
        await asyncio.sleep(0.05)
    assert (found["status"], found["amount_fen"]) == ("payable", 75_000 * YUAN)


async def test_a_case_is_taken_up_once_and_others_are_left_alone(xuzhou: City) -> None:
    case_id, operator = uuid4(), xuzhou.organisation()
    for _ in range(2):
        await accept(xuzhou, "apply-operation-subsidy", RENT, applicant=operator, case_id=case_id)
    assert (await application(xuzhou, case_id))["case_number"] == "XZ-2026-000001"
    other = await accept(xuzhou, "apply-loan-compensation", {})
    found = await xuzhou.get(f"{PATH}?case_id={encode_id('case', other)}")
    assert found["items"] == []


async def test_another_citys_application_does_not_exist(xuzhou: City, funds: Process) -> None:
    row = await apply(xuzhou, "apply-operation-subsidy", RENT)
    elsewhere = await open_city(funds)
    assert (await elsewhere.call("officer-2", "GET", f"{PATH}/{row['id']}")).status_code == 404
    assert (await elsewhere.get(PATH))["items"] == []
    assert (await xuzhou.call("portal-1", "GET", PATH)).status_code == 403


AWAITS = {"awaits": [{"kind": "invoices", "zh": "发票", "en": "invoices"}]}
ITEM = "apply-operation-subsidy"


async def test_nothing_is_decided_before_what_was_promised_has_come(xuzhou: City) -> None:
    """Reviewed meanwhile; neither refused by the policy nor approved, and not encumbered."""
    operator = xuzhou.organisation()
    case_id = await accept(xuzhou, ITEM, RENT, applicant=operator, **AWAITS)
    row = await application(xuzhou, case_id)
    against = await review(xuzhou, row, cost_subsidised_to="tenant", status=409)
    assert (against["code"], [one["facts"] for one in against["reasons"]]) == (
        "supplement_awaited", [{"document": "invoices"}],
    )  # fmt: skip
    reviewed = await review(xuzhou, row)
    assert (reviewed["status"], reviewed["awaits"]) == ("payable", AWAITS["awaits"])
    assert (await approve(xuzhou, row, status=409))["code"] == "supplement_awaited"
    await accept(xuzhou, ITEM, RENT, applicant=operator, case_id=case_id, kind="case.supplemented")
    assert (await approve(xuzhou, row))["status"] == "approved"
    await xuzhou.assert_sound()


async def test_a_promise_that_is_not_kept_frees_what_the_application_held(xuzhou: City) -> None:
    form = RENT | {"invoices": [invoice("26327000000000000019", 150_000)]}
    case_id = await accept(xuzhou, ITEM, form, **AWAITS)
    row = await review(xuzhou, await application(xuzhou, case_id))
    late = await accept(xuzhou, ITEM, form, **AWAITS)  # its invoice is another's: it is not told so before it is whole
    assert (await xuzhou.get(f"{PATH}?case_id={encode_id('case', late)}"))["items"] == []
    await accept(xuzhou, ITEM, {}, case_id=case_id, kind="case.supplement_lapsed", documents=["invoices"])
    assert (await application(xuzhou, case_id))["status"] == "lapsed"
    assert (await approve(xuzhou, row, status=409))["code"] == "move_not_allowed"
    await accept(xuzhou, ITEM, form, case_id=late, kind="case.supplemented")
    assert (await application(xuzhou, late))["status"] == "under_review"
    await xuzhou.assert_sound()


async def test_what_a_newer_policy_means_for_it_is_ruled_on_once_it_is_whole(funds: Process) -> None:
    given = settings()
    share = given.pop("operation.subsidy.rent.share")
    city = await open_city(funds, settings=given)
    await city.budget(1_000_000 * YUAN)
    case_id = await accept(city, ITEM, RENT, **AWAITS)
    row = await review(city, await application(city, case_id))
    assert row["status"] == "waiting_policy"
    await city.publish({"operation.subsidy.rent.share": share})
    await accept(city, ITEM, RENT, case_id=case_id, kind="case.supplemented")
    assert (await application(city, case_id))["status"] == "payable"
