"""XZ-33, the bank's own side: many in one request, what stands under a reference, and what happened when."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from policy.models import DeterminationRow
from services.funds.loan_pool.lending.models import Loan
from tests.builders.counting import statements
from tests.builders.neighbours import answers
from tests.policy.cases import default_settings, snapshot_with
from tests.service.funds.town import LONG_AGO, POOL, Town, registry_answer

pytestmark = pytest.mark.anyio


async def bulk(pool: Town, what: str, items: list[Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await pool.post(pool.bank_client(), f"{POOL}/{what}/bulk", {"items": items}, 200, **more)
    return found


def fates(told: dict[str, Any]) -> list[str]:
    return [item["outcome"] for item in told["items"]]


async def test_each_loan_of_a_batch_has_its_own_fate_in_its_own_place(pool: Town) -> None:
    await pool.registers("HT-0")
    far, wrong = {"principal_fen": 10**15}, {"principal_fen": -1, "due_on": "soon", "secret": "13912345678"}
    items = [pool.loan("HT-1"), pool.loan("HT-2", **far), pool.loan("HT-3", **wrong), 7, pool.loan("HT-0"), None]
    told = await bulk(pool, "loans", [*items, pool.loan("HT-4"), pool.loan("HT-1", principal_fen=1)])
    assert fates(told) == [
        "created", "refused", "invalid", "invalid", "duplicate", "invalid", "created", "duplicate",
    ]  # fmt: skip
    assert told["counts"] == {"created": 2, "duplicate": 2, "refused": 1, "invalid": 3}
    assert [item["index"] for item in told["items"]] == list(range(8))
    _, refused, invalid, number, stood, *_, twice = told["items"]
    assert [reason["code"] for reason in refused["problem"]["reasons"]] == ["bank_leverage_exceeded"]
    assert {error["pointer"] for error in invalid["problem"]["errors"]} >= {"/principal_fen", "/due_on"}
    assert "secret" not in str(invalid)
    assert "13912345678" not in str(told)
    assert (number["bank_reference"], number["problem"]["code"]) == (None, "invalid")
    assert (twice["id"], twice["differs"]) == (told["items"][0]["id"], ["principal_fen", "borrower_id"])
    assert stood["differs"] == ["borrower_id"]
    listed = await pool.get(pool.bank_client(), f"{POOL}/loans")
    assert [loan["bank_reference"] for loan in listed["items"]] == ["HT-0", "HT-1", "HT-4"]
    assert len(await pool.told("loan.registered")) == 3


async def test_a_batch_sent_again_after_an_unknown_outcome_makes_nothing_twice(pool: Town) -> None:
    items = [pool.loan(f"HT-{n}") for n in range(3)]
    first = await bulk(pool, "loans", items)
    again = await bulk(pool, "loans", [*items, pool.loan("HT-9")])
    assert (fates(first), fates(again)) == (["created"] * 3, ["duplicate"] * 3 + ["created"])
    assert [item["id"] for item in again["items"][:3]] == [item["id"] for item in first["items"]]
    assert all(item["differs"] == [] for item in again["items"])
    key = new_id().hex
    one, two = [await bulk(pool, "loans", items, **{"Idempotency-Key": key}) for _ in range(2)]
    assert one == two


async def test_the_same_batch_twice_at_once_registers_once(pool: Town) -> None:
    items = [pool.loan(f"HT-{n}") for n in range(8)]
    told = await asyncio.gather(*(bulk(pool, "loans", items) for _ in range(4)))
    assert sorted(fate for one in told for fate in fates(one)) == ["created"] * 8 + ["duplicate"] * 24
    assert len({item["id"] for one in told for item in one["items"]}) == 8


async def test_a_batch_has_an_end_and_a_beginning(pool: Town) -> None:
    for items in ([], [1] * 501):
        refused = await pool.post(pool.bank_client(), f"{POOL}/loans/bulk", {"items": items}, 422)
        assert [error["pointer"] for error in refused["errors"]] == ["/items"]


async def test_five_hundred_loans_are_registered_in_one_request(pool: Town) -> None:
    borrower = encode_id("org", new_id())
    loans = [pool.loan(f"HT-{n}", principal_fen=100 + n, borrower_id=borrower) for n in range(500)]
    told = await bulk(pool, "loans", loans)
    assert told["counts"] == {"created": 500, "duplicate": 0, "refused": 0, "invalid": 0}
    assert [item["bank_reference"] for item in told["items"]] == [loan["bank_reference"] for loan in loans]
    again = await bulk(pool, "loans", loans)
    assert [item["id"] for item in again["items"]] == [item["id"] for item in told["items"]]
    assert again["counts"]["duplicate"] == 500
    async with pool.process.app.state.sessions() as session:
        rows = list(await session.scalars(select(Loan).where(Loan.city_code == pool.city)))
    kept = {encode_id("loan", row.id): (row.bank_reference, row.principal_fen) for row in rows}
    said = [(loan["bank_reference"], loan["principal_fen"]) for loan in loans]
    assert [kept[item["id"]] for item in told["items"]] == said
    assert [one["loan_id"] for one in await pool.told("loan.registered")] == [
        str(decode_id("loan", item["id"])) for item in told["items"]
    ]


async def test_more_loans_in_a_batch_take_no_more_queries(pool: Town) -> None:
    counts = []
    for size in (3, 30):
        loans = [pool.loan(f"HT-{size}-{n}", principal_fen=100) for n in range(size)]
        counts.append(await statements(pool.process, bulk(pool, "loans", loans)))
    assert abs(counts[0] - counts[1]) <= 1  # the clocks of the cities are read again now and then


async def test_each_loan_of_a_batch_counts_those_before_it(town: Town) -> None:
    """The quota is what the agreement leaves after the loans let in before; one refused takes nothing of it."""
    values = default_settings("xuzhou") | {"fund.loan_risk.period": "one_off"}
    await town.knows(snapshot_with("xuzhou", values, recorded_at=LONG_AGO))
    await town.has_fund()
    body = {"bank_id": encode_id("org", town.bank), "product": "贷", "agreement": "协议 2", "quota_fen": 1000}
    await town.post(town.person("operator-1", "operator"), f"{POOL}/banks", body, 201)
    await town.registers("HT-0", principal_fen=300)
    loans = [town.loan(f"HT-{n}", principal_fen=fen) for n, fen in enumerate((400, 301, 300, 1), 1)]
    told = await bulk(town, "loans", [*loans, town.loan("HT-2", principal_fen=2)])
    assert fates(told) == ["created", "refused", "created", "refused", "refused"]
    found = [item["problem"]["reasons"][0] for item in told["items"] if item["problem"]]
    assert [(one["code"], one["facts"]["would_be_fen"]) for one in found] == [
        ("bank_quota_exceeded", 1001), ("bank_quota_exceeded", 1001), ("bank_quota_exceeded", 1002),
    ]  # fmt: skip
    async with town.process.app.state.sessions() as session:
        rows = list(await session.scalars(select(DeterminationRow).where(DeterminationRow.city_code == town.city)))
    asked = [json.loads(row.body)["inputs"] for row in rows if row.act == "register_loan"]
    assert sorted((one["bank_exposure_fen"], one["principal_fen"]) for one in asked) == [
        (0, 300), (300, 400), (700, 300),
    ]  # fmt: skip


async def test_two_batches_of_a_bank_at_once_share_what_is_left(pool: Town) -> None:
    limit = 6_000_000_000  # three times the fund
    share = [{"principal_fen": limit // 4, "borrower_id": encode_id("org", new_id())} for _ in range(3)]
    batches = [[pool.loan(f"{name}-{n}", **more) for n, more in enumerate(share)] for name in "AB"]
    told = await asyncio.gather(*(bulk(pool, "loans", batch) for batch in batches))
    assert sorted(fates(one) for one in told) == [["created"] * 3, ["created", "refused", "refused"]]


async def test_the_borrowers_of_a_batch_are_asked_for_in_one_question(pool: Town) -> None:
    """One by their ids, one by their codes, one for the bank; one the city does not have is its loan's matter."""
    asked: list[str] = []
    foreign, by_id = new_id(), [encode_id("org", new_id()) for _ in range(3)]
    malformed = {"status": 422, "code": "credit_code_malformed", "title": "不是统一社会信用代码"}

    def answer(path: str) -> Any:
        asked.append(path)
        told = registry_answer(path, "320400" if path.endswith(str(foreign)) else pool.city)
        return {**told, "913203000000000000": {"problem": malformed}} if path.endswith("/firms") else told  # type: ignore[dict-item]

    answers(pool.process, "registry", answer)
    by_code = {"borrower_id": None, "borrower_credit_code": "91320300MA1MABC18R", "borrower_name": "徐州淮海公司"}
    borrowers = [{"borrower_id": one} for one in (*by_id, encode_id("org", foreign), by_id[0])]
    another = by_code | {"borrower_credit_code": "91320300MA1MABC19P"}
    wrong = by_code | {"borrower_credit_code": "913203000000000000"}
    named = [*borrowers, by_code, another, by_code, wrong]
    loans = [pool.loan(f"HT-{n}", principal_fen=100, **one) for n, one in enumerate(named)]
    told = await bulk(pool, "loans", loans)
    assert fates(told) == ["created"] * 3 + ["refused"] + ["created"] * 4 + ["invalid"]
    assert told["items"][3]["problem"]["code"] == "organisation_unknown"
    assert told["items"][8]["problem"]["code"] == "credit_code_malformed"
    assert len(asked) == len(set(asked)) == 6


async def test_a_stranger_registers_nothing_in_bulk_either(pool: Town) -> None:
    stranger = pool.bank_client(new_id())
    told = await pool.post(stranger, f"{POOL}/loans/bulk", {"items": [pool.loan()]}, 200)
    assert told["items"][0]["problem"]["code"] == "bank_not_admitted"
    assert (await pool.get(pool.bank_client(), f"{POOL}/loans"))["items"] == []


async def test_claims_lodged_in_bulk_answer_each_in_its_place(pool: Town) -> None:
    good, other, young = [await pool.registers(f"HT-{n}") for n in range(3)]
    await pool.moves_clock(100)
    loss = pool.loss(good) | {"bank_reference": "DC-1"}
    items = [
        loss, loss, pool.loss(good) | {"bank_reference": "DC-2"}, {"bank_reference": "DC-3"},
        pool.loss(encode_id("loan", new_id())) | {"bank_reference": "DC-4"},
        pool.loss(young, documents=[], outstanding_principal_fen=200_000_001) | {"bank_reference": "DC-5"},
        pool.loss(other, recovered_fen=1) | {"bank_reference": "DC-6"},
    ]  # fmt: skip
    told = await bulk(pool, "claims", items)
    assert fates(told) == ["created", "duplicate", "refused", "invalid", "refused", "refused", "created"]
    problems = [item["problem"] and item["problem"]["code"] for item in told["items"]]
    assert problems == [None, None, "refused", "invalid", "not_found", "refused", None]
    reasons = [reason["code"] for reason in told["items"][5]["problem"]["reasons"]]
    assert reasons == ["document_missing"] * 3 + ["outstanding_above_registered"]
    again = await bulk(pool, "claims", [loss | {"recovered_fen": 5}])
    assert (again["items"][0]["outcome"], again["items"][0]["differs"]) == ("duplicate", ["recovered_fen"])
    assert len(await pool.told("claim.lodged")) == 2


async def test_more_claims_in_a_batch_take_no_more_queries(pool: Town) -> None:
    loans = [pool.loan(f"HT-{n}", principal_fen=200_000) for n in range(15)]
    registered = [item["id"] for item in (await bulk(pool, "loans", loans))["items"]]
    await pool.moves_clock(100)
    claims = [
        pool.loss(loan_id, outstanding_principal_fen=200_000 - n) | {"bank_reference": f"DC-{n}"}
        for n, loan_id in enumerate(registered)
    ]
    counts = [await statements(pool.process, bulk(pool, "claims", batch)) for batch in (claims[:3], claims[3:])]
    assert abs(counts[0] - counts[1]) <= 1  # the clocks of the cities are read again now and then
    again = await bulk(pool, "claims", claims)
    assert again["counts"]["duplicate"] == 15
    told = await pool.told("claim.lodged")
    assert [(one["loan_id"], one["amount_fen"]) for one in told] == [
        (str(decode_id("loan", claim["loan_id"])), claim["outstanding_principal_fen"] + 3_000_000) for claim in claims
    ]


async def test_one_claim_lodged_twice_at_once_stands_once(pool: Town) -> None:
    loan_id = await pool.registers()
    await pool.moves_clock(100)

    async def lodge(reference: str) -> int:
        async with pool.bank_client() as bank:
            body = pool.loss(loan_id) | {"bank_reference": reference}
            answer = await bank.post(f"{POOL}/claims", json=body, headers={"Idempotency-Key": new_id().hex})
        return int(answer.status_code)

    statuses = await asyncio.gather(*(lodge(f"DC-{n % 2}") for n in range(6)))
    assert sorted(statuses) == [201, 409, 409, 409, 409, 409]


async def test_the_history_of_a_loan_and_a_claim_tells_what_happened_when(pool: Town) -> None:
    year = clock.today(pool.city).year
    loan_id = await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    decided = await pool.decides(claim["id"], year=year)
    await pool.pays(decided["payment_order_id"], 30_000_000)
    told = (await pool.get(pool.bank_client(), f"{path}/history"))["items"]
    assert [(one["fact"], one["status"], one["amount_fen"]) for one in told] == [
        ("claim.lodged", "lodged", 103_000_001),
        ("claim.reviewed", "reviewed", 103_000_001),
        ("claim.approved", "approved", 30_000_000),
        ("claim.paid", "paid", 30_000_000),
    ]
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    of_loan = (await pool.get(pool.bank_client(), f"{POOL}/loans/{loan_id}/history"))["items"]
    assert [(one["fact"], one["status"]) for one in of_loan] == [("loan.registered", "disbursed")]
    async with pool.bank_client(new_id()) as stranger:
        for where in (f"{path}/history", f"{POOL}/loans/{loan_id}/history"):
            assert (await stranger.get(where)).status_code == 404


async def test_lists_are_narrowed_and_one_loan_has_its_etag(pool: Town) -> None:
    today = clock.today(pool.city)
    later = today + timedelta(days=40)
    waits = await pool.registers("HT-1", disbursed_on=later.isoformat(), due_on=(later + timedelta(5)).isoformat())
    paid_out = await pool.registers("HT-2")

    async def found(query: str) -> list[str]:
        return [one["id"] for one in (await pool.get(pool.bank_client(), f"{POOL}/{query}"))["items"]]

    assert await found("loans?status=registered") == [waits]
    borrower = (await pool.get(pool.bank_client(), f"{POOL}/loans/{waits}"))["borrower_id"]
    assert await found(f"loans?borrower_id={borrower}") == [waits]
    other = new_id()
    bank = {"bank_id": encode_id("org", other), "product": "贷", "agreement": "协议"}
    await pool.post(pool.person("operator-1", "operator"), f"{POOL}/banks", bank, 201)
    await pool.post(pool.bank_client(other), f"{POOL}/loans", pool.loan("X-1", borrower_id=borrower), 201)
    assert await found(f"loans?borrower_id={borrower}") == [waits]
    everywhere = await pool.get(pool.person("officer-1", "officer"), f"{POOL}/loans?borrower_id={borrower}")
    assert [one["bank_reference"] for one in everywhere["items"]] == ["HT-1", "X-1"]
    assert await found(f"loans?due_by={today + timedelta(30)}") == [paid_out]
    async with pool.bank_client() as bank:
        assert (await bank.get(f"{POOL}/loans/{waits}")).headers["etag"] == '"v1"'
        assert (await bank.get(f"{POOL}/loans?status=lost")).status_code == 422
    await pool.moves_clock(100)
    claim = (await pool.lodges(paid_out))["id"]
    lodged = clock.today(pool.city)
    assert await found(f"claims?loan_id={paid_out}") == [claim]
    assert await found(f"claims?loan_id={waits}") == []
    assert await found(f"claims?lodged_from={lodged}&lodged_to={lodged}") == [claim]
    assert await found(f"claims?lodged_from={lodged + timedelta(1)}") == []


async def test_what_was_registered_of_a_loan_cannot_be_edited(pool: Town) -> None:
    loan_id = decode_id("loan", await pool.registers())
    async with pool.process.app.state.sessions() as session:
        loan = await session.get_one(Loan, loan_id)
        loan.principal_fen = 1
        with pytest.raises(Exception, match="append-only"):
            await session.flush()


async def test_another_agreement_sets_another_quota_for_loans_to_come(pool: Town) -> None:
    """The quota of the admission is not for ever; each agreement stays on record, and a bank sees its own alone."""
    where, operator = f"{POOL}/banks/{encode_id('org', pool.bank)}/agreements", ("operator-1", "operator")
    await pool.registers("HT-1", principal_fen=1000)
    terms = {"product": "成果转化贷", "agreement": "协议 2", "quota_fen": 1000}
    agreed = await pool.post(pool.person(*operator), where, terms, 201)
    assert (agreed["quota_fen"], agreed["agreed_on"]) == (1000, clock.today(pool.city).isoformat())
    over = await pool.post(pool.bank_client(), f"{POOL}/loans", pool.loan("HT-2", principal_fen=1), 409)
    assert [one["code"] for one in over["reasons"]] == ["bank_quota_exceeded"]
    await pool.post(pool.person(*operator), where, terms | {"agreement": "协议 3", "quota_fen": 1001}, 201)
    await pool.registers("HT-2", principal_fen=1)
    await pool.post(pool.person(*operator), where, {"product": "贷", "agreement": "协议 4"}, 201)
    await pool.registers("HT-3")
    told = (await pool.get(pool.bank_client(), where))["items"]
    assert [(one["agreement"], one["quota_fen"]) for one in told] == [
        ("协议 4", None), ("协议 3", 1001), ("协议 2", 1000), ("协议 1", None),
    ]  # fmt: skip
    other = new_id()
    admitted = {"bank_id": encode_id("org", other), "product": "贷", "agreement": "别家协议", "quota_fen": 5}
    await pool.post(pool.person(*operator), f"{POOL}/banks", admitted, 201)
    for bank, seen in ((pool.bank, "协议 4"), (other, "别家协议")):
        assert [one["agreement"] for one in (await pool.get(pool.bank_client(bank), f"{POOL}/banks"))["items"]] == [
            seen
        ]
    everybody = (await pool.get(pool.person("auditor-1", "auditor"), f"{POOL}/banks"))["items"]
    assert [one["agreement"] for one in everybody] == ["协议 4", "别家协议"]
    async with pool.bank_client(other) as stranger:
        assert (await stranger.get(where)).status_code == 404
    await pool.post(pool.bank_client(), where, terms, 403)
    unknown = f"{POOL}/banks/{encode_id('org', new_id())}/agreements"
    await pool.post(pool.person(*operator), unknown, terms, 404)


async def test_a_compensated_loan_takes_no_room_any_more(pool: Town) -> None:
    """Its one claim is paid: it is under no cover. While the money is on its way, or came back, it still is."""
    year, loan_id = clock.today(pool.city).year, await pool.registers()
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id)
    path = f"{POOL}/claims/{claim['id']}"
    await pool.post(pool.person("officer-1", "officer"), f"{path}/review", {"opinion": "属实"}, 200)
    decided = await pool.decides(claim["id"], year=year)

    async def covered() -> int:
        return int((await pool.get(pool.bank_client(), f"{POOL}/standing"))["under_cover_fen"])

    assert await covered() == 200_000_000
    order_id, amount_fen = decided["payment_order_id"], decided["approved_fen"]
    await pool.pays(order_id, amount_fen)
    assert await covered() == 0
    back = {
        "order_id": order_id, "outcome": "returned", "amount_fen": amount_fen,
        "settled_on": clock.today(pool.city).isoformat(), "bank_reference": "TH-1",
    }  # fmt: skip
    await pool.post(pool.person("finance-2", "finance"), "/v1/funds/confirmations", {"lines": [back]}, 200)
    assert await covered() == 200_000_000
