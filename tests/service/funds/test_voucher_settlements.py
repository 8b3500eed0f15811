"""Providers are paid for redeemed vouchers: from a confirmed statement to the bank's word, and back."""

from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from policy.snapshots import Edition
from services.funds.voucher_settlements.models import VoucherSettlement
from tests.builders.processes import Process
from tests.service.funds.city import City, behind_the_bank, open_city

pytestmark = pytest.mark.anyio
YUAN = 100
VOUCHER = "voucher.innovation"
PATH = "/v1/funds/voucher-settlements"


class Owed:
    """A provider with two booked redemptions, 200 and 100 yuan, of which 50 yuan were reversed."""

    def __init__(self, city: City) -> None:
        self.city, self.provider = city, str(city.organisation())
        self.tranche, self.redemptions, self.finding = "", [str(new_id()), str(new_id())], str(new_id())

    async def open(self) -> "Owed":
        city = self.city
        await city.budget(10_000 * YUAN, fund=VOUCHER)
        body = {"programme": VOUCHER, "policy_year": city.year, "amount_fen": 5_000 * YUAN}
        tranche = await city.post("finance-1", "/v1/funds/tranches", body, status=201)
        self.tranche = str(decode_id("trn", tranche["id"]))
        for redemption, yuan in zip(self.redemptions, (200, 100), strict=True):
            told = {
                "redemption_id": redemption, "voucher_id": str(new_id()), "provider_id": self.provider,
                "tranche_id": self.tranche, "amount_fen": yuan * YUAN, "determination_id": str(new_id()),
            }  # fmt: skip
            assert await self.tell("voucher.redeemed", told) == "done"
        reversed_ = {
            "finding_id": self.finding, "redemption_id": self.redemptions[1], "voucher_id": str(new_id()),
            "tranche_id": self.tranche, "provider_id": self.provider, "amount_fen": 50 * YUAN, "cause": "found_false",
        }  # fmt: skip
        assert await self.tell("voucher.redemption_reversed", reversed_) == "done"
        return self

    async def tell(self, kind: str, data: dict[str, Any]) -> str:
        outcome: str = (await self.city.process.tell(kind, data, city=self.city.code))["outcome"]
        return outcome

    def statement(self, **more: Any) -> dict[str, Any]:
        return {
            "settlement_id": str(new_id()), "tranche_id": self.tranche, "organisation_id": self.provider,
            "redeemed_fen": 300 * YUAN, "reversed_fen": 50 * YUAN, "total_fen": 250 * YUAN,
            "redemption_ids": self.redemptions, "finding_ids": [self.finding], "provider_name": "武汉某检测有限公司",
            "worked_on_by": ["person:finance-3", "person:finance-2"],
        } | more  # fmt: skip

    async def confirmed(self) -> str:
        told = self.statement()
        assert await self.tell("voucher.settlement_confirmed", told) == "done"
        return encode_id("stm", UUID(told["settlement_id"]))

    async def order(self, settlement: str, who: str = "finance-1", *, status: int = 201, version: int = 1) -> Any:
        return await self.city.post(who, f"{PATH}/{settlement}/payment-order", status=status, if_match=f'"v{version}"')


@pytest.fixture
async def owed(funds: Process) -> Owed:
    return await Owed(await open_city(funds, pack="wuhan", settings={})).open()


async def test_from_a_confirmed_statement_to_the_bank_and_its_return(owed: Owed) -> None:
    city, settlement = owed.city, await owed.confirmed()
    before = await city.books()
    assert (before["encumbered"], before["payable"], before["expense"]) == (250, 250, 250)
    for worked_on_it in ("finance-2", "finance-3"):
        refused = await owed.order(settlement, worked_on_it, status=409)
        assert [reason["code"] for reason in refused["reasons"]] == ["prepared_by_same_person"]
    ordered = await owed.order(settlement)
    assert (ordered["status"], ordered["ordered_by"], ordered["version"]) == ("ordered", "person:finance-1", 2)
    assert (await owed.order(settlement, version=2, status=409))["code"] == "move_not_allowed"
    assert await city.books() == before, "what was owed is owed once"
    await city.assert_sound()

    order = await city.get(f"/v1/funds/payment-orders/{ordered['payment_order_id']}")
    assert (order["subject"], order["amount_fen"], order["determination_id"]) == (settlement, 250 * YUAN, None)
    same = await city.release(order, "finance-1", status=409)
    assert [reason["code"] for reason in same["reasons"]] == ["prepared_by_same_person"]
    await city.send(order)
    await city.confirm(city.line(order, "BK-1"))
    assert await city.books() == {
        "authority": 10_000, "allotted": 5_000, "tranche": 4_750, "spent": 250, "treasury": 9_750, "funding": 10_000,
        "expense": 250,
    }  # fmt: skip
    assert (await city.get(f"{PATH}/{settlement}"))["status"] == "paid"
    await city.assert_sound()
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert (chain["determination"], [one["id"] for one in chain["clauses"]]) == (None, order["clauses"])
    assert [one["amount_fen"] for one in chain["redemptions"]] == [200 * YUAN, 100 * YUAN, -50 * YUAN]
    assert all(one["determination_id"] for one in chain["redemptions"])
    assert [step["approved_by"] for step in chain["approvals"]] == ["person:finance-1", "person:finance-2"]

    await city.confirm(city.line(order, "BK-2", outcome="returned"))
    assert (await city.get(f"{PATH}/{settlement}"))["status"] == "ordered"
    assert await city.books() == before
    paid, returned = await city.events("voucher_settlement.paid"), await city.events("voucher_settlement.returned")
    assert [(one["settlement_id"], one["amount_fen"]) for one in paid] == [
        (str(decode_id("stm", settlement)), 250 * YUAN)
    ]
    assert len(returned) == 1
    await city.assert_sound()


async def test_a_statement_that_is_not_what_the_books_say_is_not_kept(owed: Owed) -> None:
    unknown = {"redemption_ids": [*owed.redemptions, str(new_id())]}
    too_much = {"redeemed_fen": 301 * YUAN, "total_fen": 251 * YUAN}
    nothing_reversed = {"finding_ids": [], "reversed_fen": 0, "total_fen": 300 * YUAN}
    of_another = {"organisation_id": str(new_id())}
    for wrong in (unknown, too_much, of_another, {"tranche_id": str(new_id())}):
        assert await owed.tell("voucher.settlement_confirmed", owed.statement(**wrong)) == "failed"
    assert (await owed.city.get(PATH))["items"] == []
    first = owed.statement(**nothing_reversed)
    for _ in range(2):  # told twice is once
        assert await owed.tell("voucher.settlement_confirmed", first) == "done"
    again = owed.statement(**nothing_reversed)
    assert await owed.tell("voucher.settlement_confirmed", again) == "failed", "a redemption is paid in one statement"
    (kept,) = (await owed.city.get(f"{PATH}?status=due"))["items"]
    assert kept["total_fen"] == 300 * YUAN


async def test_what_is_found_wrong_before_it_is_paid_is_annulled_and_settled_anew(owed: Owed) -> None:
    city, settlement = owed.city, await owed.confirmed()
    before, path = await city.books(), f"{PATH}/{settlement}/annulment"
    ordered = await owed.order(settlement)
    order = await city.get(f"/v1/funds/payment-orders/{ordered['payment_order_id']}")
    await city.release(order, "finance-4")
    why = {"reason": "所列一笔兑付被查实未提供服务"}
    assert (await city.post("finance-4", path, why, status=412, if_match='"v1"'))["code"] == "stale"
    annulment = city.post("finance-4", path, why, if_match='"v2"')
    annulled = await behind_the_bank(city, order, VoucherSettlement, annulment)
    assert (annulled["status"], annulled["annulled_by"]) == ("annulled", "person:finance-4")
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "cancelled"
    assert await city.books() == before, "it is still owed"
    await city.assert_sound()
    (told,) = await city.events("voucher_settlement.annulled")
    assert (told["settlement_id"], told["reason"]) == (str(decode_id("stm", settlement)), why["reason"])

    again = await owed.confirmed()
    paid = await city.get(f"/v1/funds/payment-orders/{(await owed.order(again))['payment_order_id']}")
    await city.send(paid)
    assert (await city.post("finance-4", f"{PATH}/{again}/annulment", why, status=409, if_match='"v2"'))["code"] == (
        "move_not_allowed"
    )
    await city.confirm(city.line(paid, "BK-1"))
    assert (await city.post("finance-4", f"{PATH}/{again}/annulment", why, status=409, if_match='"v3"'))["code"] == (
        "move_not_allowed"
    )
    await city.assert_sound()


async def test_it_rests_on_the_policy_of_the_day_its_money_was_set_aside(owed: Owed) -> None:
    """A later edition without the programme neither stops the payment nor changes the words it cites."""
    city, settlement = owed.city, await owed.confirmed()
    cited = city.snapshot.pack.programmes[VOUCHER].clauses
    others = {name: one for name, one in city.snapshot.pack.programmes.items() if name != VOUCHER}
    later = Edition(
        pack=city.snapshot.pack.model_copy(update={"programmes": others}), effective_on=clock.today(city.code),
        recorded_at=clock.now(city.code), reason="换版", set_by="person:a", approved_by="person:b",
    )  # fmt: skip
    city.snapshot = city.snapshot.with_edition(later)
    await city.tell_policy()
    ordered = await owed.order(settlement)
    chain = await city.get(f"/v1/funds/payment-orders/{ordered['payment_order_id']}/chain")
    assert [clause["id"] for clause in chain["clauses"]] == list(cited)


async def test_what_was_paid_is_demanded_back_from_the_provider(owed: Owed) -> None:
    city, settlement = owed.city, await owed.confirmed()
    order = await city.get(f"/v1/funds/payment-orders/{(await owed.order(settlement))['payment_order_id']}")
    await city.send(order)
    await city.confirm(city.line(order, "BK-1"))
    finding = {
        "payment_order_id": order["id"], "cause": "false_evidence", "amount_fen": 250 * YUAN,
        "grounds": "服务未实际开展", "evidence": ["现场核查记录"],
    }  # fmt: skip
    too_much = await city.post("officer-1", "/v1/funds/clawbacks", finding | {"amount_fen": 251 * YUAN}, status=409)
    assert [reason["code"] for reason in too_much["reasons"]] == ["above_paid"]
    found = await city.post("officer-1", "/v1/funds/clawbacks", finding, status=201)
    assert (found["status"], found["payment_order_id"]) == ("found", order["id"])


async def test_who_sees_and_orders_it(owed: Owed) -> None:
    settlement = await owed.confirmed()
    path = f"{PATH}/{settlement}"
    lines = (await owed.city.get(path))["lines"]
    assert [line["amount_fen"] for line in lines] == [200 * YUAN, 100 * YUAN, -50 * YUAN]
    assert (await owed.city.call("officer-1", "POST", f"{path}/payment-order")).status_code == 403
    assert (await owed.order(settlement, status=412, version=7))["code"] == "stale"
    async with owed.city.process.as_("person:x", "finance", city="320300") as stranger:
        assert (await stranger.get(path)).status_code == 404
        asked = await stranger.post(f"{path}/payment-order", headers={"Idempotency-Key": "k", "If-Match": '"v1"'})
        assert asked.status_code == 404


async def test_a_provider_without_an_account_is_paid_when_it_has_one(owed: Owed) -> None:
    settlement = await owed.confirmed()
    (known,) = owed.city.payees.values()
    known["account_number"] = None
    assert (await owed.order(settlement, status=409))["code"] == "payee_account_missing"
    known["account_number"] = "1106020109000123456"
    assert (await owed.order(settlement))["status"] == "ordered"


async def test_a_provider_that_merged_is_paid_through_its_successor_one_that_ended_is_not(owed: Owed) -> None:
    city, settlement = owed.city, await owed.confirmed()
    provider, successor = UUID(owed.provider), city.organisation(name="合并后机构")
    city.payees[provider] |= {"status": "deregistered"}
    assert (await owed.order(settlement, status=409))["code"] == "payee_inactive"
    city.payees[provider] |= {"status": "merged", "successor_id": str(successor)}
    told = {"organisation_id": owed.provider, "successor_id": str(successor), "effective_on": city.today}
    assert await owed.tell("organisation.merged", told) == "done"
    (ended,) = await city.events("payment.payee_ended")
    assert (ended["settlement_id"], ended["amount_fen"]) == (str(decode_id("stm", settlement)), 250 * YUAN)
    ordered = await owed.order(settlement)
    order = await city.get(f"/v1/funds/payment-orders/{ordered['payment_order_id']}")
    assert (order["payee"]["organisation_id"], order["payee"]["name"], order["payee"]["successor_id"]) == (
        encode_id("org", provider), "合并后机构", encode_id("org", successor),
    )  # fmt: skip
    await city.send(order)
    await city.confirm(city.line(order, "BK-1"))
    assert "payable" not in await city.books(), "what was owed to the provider is discharged"
    await city.assert_sound()
