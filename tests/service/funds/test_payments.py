"""The bank's word: every line a named outcome, money moved once, and everything that came back reversed."""

import asyncio
import hashlib
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from kernel.ids import decode_id, encode_id, new_id
from services.funds.payments.bank_file import COLUMNS, SHEET
from tests.service.funds.city import City

pytestmark = pytest.mark.anyio
YUAN = 100
FILES = "/v1/funds/confirmation-files"


async def an_order(city: City, *, sent: bool = True) -> dict[str, Any]:
    """An approved award's payment order, in a file at the bank unless said otherwise."""
    await city.budget(1_000_000 * YUAN)
    award = await city.awarded(await city.recognise(carrier=new_id(), organisation=city.organisation()))
    await city.approve(award)
    order = await city.order_of(award)
    if sent:
        await city.send(order)
    return order


async def outcomes(city: City, *lines: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(line["outcome"], line["repeated"]) for line in await city.confirm(*lines)]


async def test_the_account_is_masked_on_the_wire_and_whole_in_the_file(city: City) -> None:
    order = await an_order(city, sent=False)
    assert order["payee"]["account_number"] == "****3456"
    batch = await city.send(order)
    async with city.as_("finance-1") as client:
        file = await client.get(f"/v1/funds/payment-batches/{batch['id']}/file")
    assert hashlib.sha256(file.content).hexdigest() == batch["sha256"] == file.headers["x-content-sha256"]
    heading, row = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_name(SHEET).to_python()
    assert tuple(heading) == COLUMNS
    assert row[1:9] == [
        order["id"], order["number"], "徐州云创众创空间", "1106020109000123456", "工行云龙支行",
        "300,000.00", "30000000", "重点载体认定一次性奖补",
    ]  # fmt: skip
    assert (await city.call("auditor-1", "GET", f"/v1/funds/payment-batches/{batch['id']}/file")).status_code == 403


async def test_release_needs_another_person_than_the_approver(city: City) -> None:
    order = await an_order(city, sent=False)
    refused = await city.release(order, "finance-1", status=409)
    assert [reason["code"] for reason in refused["reasons"]] == ["prepared_by_same_person"]
    nothing = await city.post("finance-2", "/v1/funds/payment-batches", status=409)
    assert nothing["code"] == "nothing_to_send"
    named = await city.post("finance-2", "/v1/funds/payment-batches", {"order_ids": [order["id"]]}, status=409)
    assert named["code"] == "not_all_released"


async def test_nothing_is_released_to_a_payee_nobody_approved(city: City) -> None:
    order = await an_order(city, sent=False)
    organisation = next(iter(city.payees))
    city.payees[organisation] |= {"payee_name": "别家公司", "account_number": "6666555544443333222"}
    refused = await city.release(order, "finance-2", status=409)
    assert (refused["code"], refused["account_name"], refused["account_number"]) == (
        "payee_changed", "别家公司", "****3222",
    )  # fmt: skip
    unmoved = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    assert (unmoved["status"], unmoved["payee"]["account_number"]) == ("prepared", "****3456")
    adopted = await city.adopt_payee(order, "finance-2")
    assert (adopted["payee"]["account_number"], adopted["payee_adopted_by"]) == ("****3222", "person:finance-2")
    alone = await city.release(adopted, "finance-2", status=409)
    assert [reason["code"] for reason in alone["reasons"]] == ["decided_by_same_person"]
    both = await city.release(adopted, "finance-1", status=409)
    assert [reason["code"] for reason in both["reasons"]] == ["prepared_by_same_person"]
    assert (await city.release(adopted, "finance-3"))["status"] == "released"


async def test_a_release_is_of_what_was_read(city: City) -> None:
    order = await an_order(city, sent=False)
    path = f"/v1/funds/payment-orders/{order['id']}/release"
    assert (await city.post("finance-2", path, status=428))["code"] == "precondition_required"
    city.payees[next(iter(city.payees))]["bank_name"] = "另一家银行"
    await city.adopt_payee(order, "finance-1")
    assert (await city.release(order, status=412))["code"] == "stale"


async def test_a_released_order_is_recalled_before_it_is_in_a_file(city: City) -> None:
    order = await an_order(city, sent=False)
    released = await city.release(order)
    city.payees[next(iter(city.payees))]["account_number"] = "6666555544443333222"
    path, version = f"/v1/funds/payment-orders/{order['id']}/recall", f'"v{released["version"]}"'
    assert (await city.post("finance-1", path, status=412, if_match='"v1"'))["code"] == "stale"
    recalled = await city.post("finance-1", path, if_match=version)
    assert (recalled["status"], recalled["attempt"], recalled["released_by"]) == ("reopened", 2, None)
    assert (await city.post("finance-1", "/v1/funds/payment-batches", status=409))["code"] == "nothing_to_send"
    adopted = await city.adopt_payee(recalled, "finance-1")
    await city.send(adopted, "finance-2")
    sent = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    at_the_bank = await city.post("finance-1", path, status=409, if_match=f'"v{sent["version"]}"')
    assert (sent["status"], at_the_bank["code"]) == ("batched", "move_not_allowed")
    assert await outcomes(city, city.line(order, "B-1")) == [("settled", False)]
    await city.assert_sound()


async def test_a_payee_that_merged_is_paid_through_its_successor_and_everybody_is_told(city: City) -> None:
    order = await an_order(city, sent=False)
    await city.release(order)
    merged, successor = next(iter(city.payees)), city.organisation(name="合并后公司", account_number="62220001")
    city.payees[merged] |= {"status": "merged", "successor_id": str(successor), "account_number": None}
    told = {"organisation_id": str(merged), "successor_id": str(successor), "effective_on": city.today}
    await city.process.tell("organisation.merged", told, city=city.code)
    assert [(one["successor_id"], one["payment_order_id"]) for one in await city.events("payment.payee_ended")] == [
        (str(successor), str(decode_id("pay", order["id"])))
    ]
    recalled = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    assert (recalled["status"], recalled["payee"]["successor_id"]) == ("reopened", None)
    assert (await city.release(recalled, "finance-2", status=409))["code"] == "payee_changed"
    adopted = await city.adopt_payee(recalled, "finance-1")
    assert adopted["payee"]["organisation_id"] == order["payee"]["organisation_id"]
    assert adopted["payee"]["successor_id"] == encode_id("org", successor)
    assert (adopted["payee"]["name"], adopted["payee"]["account_number"]) == ("合并后公司", "****0001")
    released = await city.release(adopted)
    await city.process.tell("organisation.merged", told, city=city.code)
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "released", "it was seen to before"
    last = city.organisation(name="再合并公司")
    city.payees[successor] |= {"status": "merged", "successor_id": str(last)}
    on = {"organisation_id": str(successor), "successor_id": str(last), "effective_on": city.today}
    await city.process.tell("organisation.merged", on, city=city.code)
    again = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    assert (again["status"], again["attempt"]) == ("reopened", released["attempt"] + 1)
    adopted = await city.adopt_payee(again, "finance-1")
    assert (adopted["payee"]["name"], adopted["payee"]["successor_id"]) == ("再合并公司", encode_id("org", last))
    reopened = [one["organisation_id"] for one in await city.events("payment.reopened")]
    assert reopened == [str(successor), str(last)], "who can see to it is told"
    await city.send(adopted)
    assert await outcomes(city, city.line(order, "B-1")) == [("settled", False)]
    await city.assert_sound()


async def test_a_payee_that_was_deregistered_is_not_paid_and_everybody_is_told(city: City) -> None:
    order, sent = await an_order(city, sent=False), await an_order(city)
    gone, of_the_sent = city.payees
    await city.release(order)
    for one in (gone, of_the_sent):
        city.payees[one] |= {"status": "deregistered"}
        told = {"organisation_id": str(one), "effective_on": city.today, "cause": "voluntary"}
        await city.process.tell("organisation.deregistered", told, city=city.code)
    ended = await city.events("payment.payee_ended")
    assert [(one["organisation_id"], one["successor_id"]) for one in ended] == [
        (str(gone), None), (str(of_the_sent), None),
    ]  # fmt: skip
    (reopened,) = await city.events("payment.reopened")
    assert (reopened["cause"], reopened["amount_fen"]) == ("recalled", 300_000 * YUAN)
    nothing = await city.post("finance-2", "/v1/funds/payment-batches", status=409)
    assert nothing["code"] == "nothing_to_send"
    recalled = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    assert (await city.release(recalled, status=409))["code"] == "payee_inactive"
    assert (await city.get(f"/v1/funds/payment-orders/{sent['id']}"))["status"] == "batched", "the bank's word is next"
    assert (await cancelled(city, sent, "finance-3", status=409))["code"] == "move_not_allowed"
    own = await cancelled(city, order, "finance-1", status=409)
    assert [reason["code"] for reason in own["reasons"]] == ["prepared_by_same_person"]
    city.payees[gone] |= {"status": "active"}
    assert (await cancelled(city, order, "finance-3", status=409))["code"] == "payee_goes_on"
    city.payees[gone] |= {"status": "deregistered"}
    assert (await cancelled(city, order, "finance-3"))["status"] == "cancelled"
    award = await city.get(f"/v1/funds/entitlements/{order['subject']}")
    assert (award["status"], [reason["code"] for reason in award["reasons"]]) == ("stopped", ["payee_deregistered"])
    assert (await city.books())["encumbered"] == 300_000, "of the order at the bank alone"
    assert [told["amount_fen"] for told in await city.events("payment.cancelled")] == [300_000 * YUAN]
    await city.assert_sound()


async def cancelled(city: City, order: dict[str, Any], who: str, *, status: int = 200) -> Any:
    now = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    path, version = f"/v1/funds/payment-orders/{order['id']}/cancellation", f'"v{now["version"]}"'
    return await city.post(who, path, {"reason": "收款单位已注销,\n无承继单位"}, status=status, if_match=version)


async def test_every_line_has_a_named_outcome(city: City) -> None:
    order, waiting = await an_order(city), await an_order(city, sent=False)
    unknown = order | {"id": encode_id("pay", new_id())}
    assert await outcomes(
        city,
        city.line(unknown, "B-1"),
        city.line(waiting, "B-2"),
        city.line(order, "B-3", amount_fen=1),
        city.line(order, "B-4", settled_on="2099-01-01"),
        city.line(order, "B-9", settled_on="2020-01-01"),
        city.line(order, "B-5", outcome="returned"),
        city.line(order, "B-6"),
        city.line(order, "B-6"),
        city.line(order, "B-7"),
        city.line(waiting, "B-6"),
        city.line(order, "B-8", outcome="rejected"),
    ) == [
        ("unknown_order", False), ("not_sent", False), ("wrong_amount", False), ("date_in_future", False),
        ("date_before_release", False),
        ("not_settled", False), ("settled", False), ("settled", True), ("already_settled", False),
        ("bank_reference_reused", False), ("already_settled", False),
    ]  # fmt: skip
    assert (await city.books())["spent"] == 300_000
    await city.assert_sound()


async def test_twenty_confirmations_of_one_order_pay_once(city: City) -> None:
    order = await an_order(city)
    answers = await asyncio.gather(*(city.confirm(city.line(order, "B-1")) for _ in range(20)))
    assert {(line["outcome"], line["document"]) for (line,) in answers} == {("settled", answers[0][0]["document"])}
    assert sorted(line["repeated"] for (line,) in answers) == [False] + [True] * 19
    assert (await city.books())["spent"] == 300_000
    assert len(await city.events("entitlement.paid")) == 1
    await city.assert_sound()


async def test_twenty_banks_words_with_their_own_references_pay_once(city: City) -> None:
    order = await an_order(city)
    answers = await asyncio.gather(*(city.confirm(city.line(order, f"B-{n}")) for n in range(20)))
    assert sorted(line["outcome"] for (line,) in answers) == ["already_settled"] * 19 + ["settled"]
    assert (await city.books())["treasury"] == 700_000


async def test_money_that_came_back_is_reversed_and_may_be_paid_again(city: City) -> None:
    order = await an_order(city)
    before = await city.books()
    await city.confirm(city.line(order, "B-1"))
    (returned,) = await city.confirm(city.line(order, "R-1", outcome="returned", reason="账号已销户\n请更正"))
    assert returned["outcome"] == "returned"
    assert await city.books() == before
    reopened = await city.get(f"/v1/funds/payment-orders/{order['id']}")
    assert (reopened["status"], reopened["attempt"], reopened["settled_on"]) == ("reopened", 2, None)
    organisation = next(iter(city.payees))
    city.payees[organisation]["account_number"] = "6222000011112222"
    adopted = await city.adopt_payee(reopened, "finance-1")
    batch = await city.send(adopted)
    assert batch["sequence"] == 2
    assert await outcomes(
        city, city.line(order, "B-1"), city.line(order, "R-1", outcome="returned"), city.line(order, "B-2")
    ) == [("settled", True), ("returned", True), ("settled", False)]
    assert (await city.books())["spent"] == 300_000
    chain = await city.get(f"/v1/funds/payment-orders/{order['id']}/chain")
    assert [entry["fact"] for entry in chain["entries"]] == [
        "payment.committed", "payment.settled", "payment.returned", "payment.settled",
    ]  # fmt: skip
    assert chain["payment"]["order"]["payee"]["account_number"] == "****2222"
    await city.assert_sound()


async def test_a_rejected_order_is_open_again_and_nothing_was_posted(city: City) -> None:
    order = await an_order(city)
    before = await city.books()
    assert await outcomes(city, city.line(order, "F-1", outcome="rejected", reason="户名不符")) == [("rejected", False)]
    assert await city.books() == before
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "reopened"


async def test_the_bank_may_send_the_file_back(city: City) -> None:
    order = await an_order(city, sent=False)
    batch = await city.send(order)
    async with city.as_("finance-2") as client:
        file = await client.get(f"/v1/funds/payment-batches/{batch['id']}/file")
        back = filled_in(file.content, "成功", city.today, "B-1", "")
        answers = [await upload(client, back) for _ in range(2)]
        broken = await upload(client, filled_in(file.content, "好", "昨天", "", ""))
        strange = await upload(client, b"not a workbook")
    assert [[(line["outcome"], line["repeated"]) for line in answer.json()["lines"]] for answer in answers] == [
        [("settled", False)], [("settled", True)],
    ]  # fmt: skip
    assert broken.status_code == strange.status_code == 422
    assert [error["pointer"] for error in broken.json()["errors"]] == ["/2/结果", "/2/入账日期", "/2/银行流水号"]


def filled_in(content: bytes, *bank: str) -> bytes:
    """The bank's clerk fills the last columns of the first row."""
    heading, row = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(SHEET).to_python()
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        for place, cells in enumerate([heading, [*row[:9], *bank]]):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, str(cell))
    return stream.getvalue()


async def upload(client: Any, content: bytes) -> Any:
    return await client.post(FILES, files={"file": ("back.xlsx", content)}, headers={"Idempotency-Key": new_id().hex})


async def test_history_cannot_be_edited_by_the_services_own_role(city: City) -> None:
    order = await an_order(city)
    await city.confirm(city.line(order, "B-1"))
    for statement in (
        "UPDATE payment_order SET amount_fen = 1 WHERE city_code = $1",
        "DELETE FROM payment_order WHERE city_code = $1",
        "UPDATE payment_advice SET amount_fen = 1 WHERE city_code = $1",
        "DELETE FROM approval WHERE city_code = $1",
        "UPDATE ledger_leg SET amount_fen = 1 WHERE city_code = $1",
    ):
        async with city.process.app.state.sessions() as session:
            connection = await session.connection()
            with pytest.raises(Exception, match=r"append-only|permission denied"):
                await connection.exec_driver_sql(statement, (city.code,))
    await city.assert_sound()
