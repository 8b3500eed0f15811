"""Files of many lines, and documents of many statements: taken at once, each word in its place."""

from uuid import UUID

import pytest

from kernel.ids import decode_id
from tests.builders.bank import Movement, together
from tests.builders.counting import statements
from tests.service.funds.city import City
from tests.service.funds.many_orders import many_orders
from tests.service.funds.test_payments import an_order
from tests.service.funds.test_statements import a_paying_account, day_of, take

pytestmark = pytest.mark.anyio


async def test_more_lines_take_no_more_queries(city: City) -> None:
    """Many orders in one file, paid and returned in one document: each word counts once, and in its order."""
    await a_paying_account(city)
    model = await an_order(city, sent=False)
    await city.release(model)
    counts = []
    for count in (3, 30):
        orders = await many_orders(city, count, model)
        batch = {"order_ids": [order["id"] for order in orders]}
        sent = city.post("finance-2", "/v1/funds/payment-batches", batch, status=201)
        opening = 10**6 - 2000 * len(counts)
        paid = [Movement("-1000.00", f"P-{count}-{n}", order["id"]) for n, order in enumerate(orders)]
        back = [Movement("1000.00", f"B-{count}-{n}", order["id"]) for n, order in enumerate(orders[1:])]
        first = day_of(city, [back[0], *paid, paid[0]], number=f"S-{count}", opening=f"{opening}.00")
        one_by_one = [
            day_of(city, [line], number=f"S-{count}-{n}", opening=f"{opening + 1000 * (n - count)}.00")
            for n, line in enumerate(back[1:])
        ]
        taken = take(city, together(first, *one_by_one))
        told = city.confirm(city.line(orders[0], f"R-{count}", outcome="returned"))
        counts.append([await statements(city.process, call) for call in (sent, taken, told)])
        told_of = [decode_id("pay", order["id"]) for order in orders]
        of_paid = [UUID(one["payment_order_id"]) for one in await city.events("entitlement.paid")]
        of_reopened = [UUID(one["payment_order_id"]) for one in await city.events("payment.reopened")]
        assert (of_paid[-count:], of_reopened[-count:]) == (told_of, [*told_of[1:], told_of[0]])
    assert len(of_paid) == len(of_reopened) == 33
    assert all(abs(few - many) <= 1 for few, many in zip(*counts, strict=True)), counts
    await city.assert_sound()


async def test_a_document_of_several_statements_is_taken_as_they_follow(city: City) -> None:
    """Of two banks that use one reference, each for its own; what one statement pays the next may bring back."""
    await a_paying_account(city)
    await a_paying_account(city, "62170001", bank_name="中国工商银行徐州分行", cnaps_code="102303000019")
    order, other = [await an_order(city) for _ in range(2)]
    paid = day_of(city, [Movement("-300000.00", "R-1", order["id"])])
    elsewhere = [Movement("-300000.00", "R-1", other["id"]), Movement("-300000.00", "R-1", order["id"])]
    at_another = day_of(city, elsewhere, account="62170001")
    back = day_of(city, [Movement("300000.00", "R-2", order["id"])], number="S-2", opening="700000.00")
    gap = day_of(city, [], number="S-3", opening="5.00")
    refused = await take(city, together(paid, back, gap), status=409)
    assert [reason["code"] for reason in refused["reasons"]] == ["does_not_follow"]
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "batched"
    taken = (await take(city, together(paid, at_another, back, paid)))["items"]
    assert [(one["already_taken"], [line["outcome"] for line in one["lines"]]) for one in taken] == [
        (False, ["settled"]), (False, ["settled", "bank_reference_reused"]), (False, ["returned"]), (True, ["settled"]),
    ]  # fmt: skip
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert [word["outcome"] for word in chain["payment"]["advice"]] == ["settled", "returned"]
    await city.assert_sound()
