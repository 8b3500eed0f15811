"""Money leaves in a file a bank's own software takes, and its statement is told apart line by line."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sepaxml
import xlsxwriter
from lxml import etree
from python_calamine import CalamineWorkbook

from kernel.ids import new_id
from tests.builders.bank import Movement, statement, together
from tests.service.funds.city import City
from tests.service.funds.test_payments import an_order

pytestmark = pytest.mark.anyio
ACCOUNT = {
    "account_name": "徐州市财政局", "account_number": "32001718036052500001", "bank_name": "彭城银行营业部",
    "cnaps_code": "313303000018",
}  # fmt: skip
PAIN_001 = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"


async def a_paying_account(city: City, number: str = ACCOUNT["account_number"], **more: str) -> None:
    given = ACCOUNT | {"account_number": number} | more
    account = await city.post("finance-1", "/v1/funds/paying-accounts", given, status=201)
    await city.post("finance-2", f"/v1/funds/paying-accounts/{account['id']}/approval")


async def take(city: City, content: bytes, *, status: int = 200, who: str = "finance-1") -> Any:
    async with city.as_(who) as client:
        answer = await client.post(
            "/v1/funds/statements",
            files={"file": ("statement.xml", content, "application/xml")},
            headers={"Idempotency-Key": new_id().hex},
        )
    assert answer.status_code == status, answer.text
    return answer.json()


def day_of(
    city: City, movements: list[Movement], *, number: str = "S-1", opening: str = "1000000.00", **more: Any
) -> bytes:
    """The bank's statement of today, its closing balance right unless said otherwise."""
    closing = str(Decimal(opening) + sum(Decimal(movement.yuan) for movement in movements))
    given = {"account": ACCOUNT["account_number"], "closing": closing, "on": date.fromisoformat(city.today)} | more
    return statement(movements, number=number, opening=opening, **given)


async def test_a_batch_is_a_credit_transfer_by_the_official_schema(city: City) -> None:
    await a_paying_account(city)
    order = await an_order(city)
    (batch,) = (await city.get("/v1/funds/payment-batches"))["items"]
    file = await city.call("finance-2", "GET", f"/v1/funds/payment-batches/{batch['id']}/credit-transfer")
    document = etree.parse(BytesIO(file.content))
    etree.XMLSchema(etree.parse(PAIN_001)).assertValid(document)
    found = {name: document.findtext(f".//{{*}}{name}") for name in ("EndToEndId", "InstdAmt", "CtrlSum", "NbOfTxs")}
    assert found == {"EndToEndId": order["id"], "InstdAmt": "300000.00", "CtrlSum": "300000.00", "NbOfTxs": "1"}
    assert [node.text for node in document.findall(".//{*}Othr/{*}Id")] == [
        ACCOUNT["account_number"], "1106020109000123456",
    ]  # fmt: skip


async def test_without_an_account_approved_by_two_there_is_no_credit_transfer(city: City) -> None:
    proposed = await city.post("finance-1", "/v1/funds/paying-accounts", ACCOUNT, status=201)
    assert proposed["account_number"] == "****0001"
    path = f"/v1/funds/paying-accounts/{proposed['id']}/approval"
    assert (await city.post("finance-1", path, status=409))["reasons"][0]["code"] == "prepared_by_same_person"
    await an_order(city)
    (batch,) = (await city.get("/v1/funds/payment-batches"))["items"]
    nothing = await city.call("finance-2", "GET", f"/v1/funds/payment-batches/{batch['id']}/credit-transfer")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no_paying_account")
    await city.post("finance-2", path)
    assert (await city.post("finance-3", path, status=409))["code"] == "already_approved"


async def test_a_statement_settles_its_orders_once_and_leaves_the_rest_to_be_explained(city: City) -> None:
    await a_paying_account(city)
    order = await an_order(city)
    before = await city.get("/v1/funds/reconciliation")
    assert [(item["kind"], item["id"]) for item in before["items"]] == [("order_missing", order["id"])]
    content = day_of(
        city,
        [
            Movement("-300000.00", "R-1", order["id"], "重点载体认定一次性奖补"),
            Movement("12.34", "R-2", text="利息"),
            Movement("-300000.00", "R-3", order["id"]),
            Movement("-1.00", "R-4", "pay_" + "0" * 26),
        ],
    )
    (taken,) = (await take(city, content))["items"]
    assert [(line["outcome"], line["matched"]) for line in taken["lines"]] == [
        ("settled", True), ("unexplained", False), ("already_settled", False), ("unknown_order", False),
    ]  # fmt: skip
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "settled"
    assert taken["already_taken"] is False
    assert (await take(city, content))["items"] == [taken | {"already_taken": True}]
    assert (await city.books())["treasury"] == 1_000_000 - 300_000

    after = await city.get("/v1/funds/reconciliation")
    assert (after["agrees"], [item["kind"] for item in after["items"]]) == (False, ["line_unexplained"] * 3)
    assert after["ageing"][0] == {"from_days": 0, "to_days": 3, "items": 3, "amount_fen": 30_000_000 + 100 + 1234}
    for line in taken["lines"][1:]:
        path = f"/v1/funds/statement-lines/{line['id']}"
        assert (await city.post("finance-2", f"{path}/acceptance", status=409))["code"] == "not_explained"
        await city.post("finance-1", f"{path}/explanation", {"explanation": "已与银行核实"})
        await city.post("finance-1", f"{path}/rejection", status=409)
        await city.post("finance-2", f"{path}/rejection")
        assert (await city.post("finance-2", f"{path}/acceptance", status=409))["code"] == "not_explained"
        await city.post("finance-1", f"{path}/explanation", {"explanation": "已与银行核实"})
        own = await city.post("finance-1", f"{path}/acceptance", status=409)
        assert [reason["code"] for reason in own["reasons"]] == ["prepared_by_same_person"]
        await city.post("finance-2", f"{path}/acceptance")
    assert (await city.get("/v1/funds/reconciliation"))["agrees"] is True
    matched = f"/v1/funds/statement-lines/{taken['lines'][0]['id']}/explanation"
    assert (await city.post("finance-1", matched, {"explanation": "x"}, status=409))["code"] == "line_matched"
    await city.assert_sound()


async def test_the_statement_of_a_large_file_is_taken_whole(city: City) -> None:
    await a_paying_account(city)
    movements = [Movement("-1.00", f"R-{n}", f"pay_{n:026}", "重点载体认定一次性奖补" * 10) for n in range(1_500)]
    content = day_of(city, movements)
    assert len(content) > 1_048_576  # what any other request may hold
    (taken,) = (await take(city, content))["items"]
    assert {line["outcome"] for line in taken["lines"]} == {"unknown_order"}
    assert len(taken["lines"]) == len(movements)


async def test_money_that_comes_back_is_reversed_and_the_order_is_open_again(city: City) -> None:
    await a_paying_account(city)
    order = await an_order(city)
    await take(city, day_of(city, [Movement("-300000.00", "R-1", order["id"])]))
    returned = day_of(
        city, [Movement("300000.00", "R-2", order["id"], "账号户名不符")], number="S-2", opening="700000.00"
    )
    (taken,) = (await take(city, returned))["items"]
    assert [line["outcome"] for line in taken["lines"]] == ["returned"]
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "reopened"
    assert (await city.books())["treasury"] == 1_000_000
    await city.assert_sound()


@pytest.mark.parametrize("newest_first", [False, True])
async def test_one_statement_tells_what_went_out_and_came_back(city: City, *, newest_first: bool) -> None:
    await a_paying_account(city)
    order = await an_order(city)
    movements = [Movement("-300000.00", "R-1", order["id"]), Movement("300000.00", "R-2", order["id"], "账号户名不符")]
    listed = movements[::-1] if newest_first else movements
    (taken,) = (await take(city, day_of(city, listed)))["items"]
    assert {line["bank_reference"]: line["outcome"] for line in taken["lines"]} == {"R-1": "settled", "R-2": "returned"}
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "reopened"
    assert [told["cause"] for told in await city.events("payment.reopened")] == ["returned"]
    await city.assert_sound()


async def test_what_was_told_by_hand_and_no_statement_has_is_open(city: City) -> None:
    await a_paying_account(city)
    shown, by_another_name, unseen = [await an_order(city) for _ in range(3)]
    await city.confirm(city.line(shown, "R-1"), city.line(by_another_name, "R-2"), city.line(unseen, "R-3"))
    listed = [Movement("-300000.00", "R-1", shown["id"]), Movement("-300000.00", "X-2", by_another_name["id"])]
    (taken,) = (await take(city, day_of(city, listed)))["items"]
    assert [line["outcome"] for line in taken["lines"]] == ["settled", "already_settled"]
    still = (await city.get("/v1/funds/reconciliation"))["items"]
    assert [item["kind"] for item in still] == ["line_unexplained"], "its day is not over in the statements"
    later = date.fromisoformat(city.today) + timedelta(days=1)
    await take(city, day_of(city, [Movement("1.00", "R-9")], number="S-2", opening="400000.00", on=later))
    found = (await city.get("/v1/funds/reconciliation"))["items"]
    assert [item["kind"] for item in found] == ["line_unexplained", "line_unexplained", "no_line"]
    assert (found[2]["id"], found[2]["amount_fen"], found[2]["since"]) == (unseen["id"], 30_000_000, city.today)
    await city.confirm(city.line(unseen, "R-4", outcome="returned", reason="误登记"))
    corrected = (await city.get("/v1/funds/reconciliation"))["items"]
    assert [item["kind"] for item in corrected] == ["line_unexplained", "line_unexplained"]


async def test_a_city_that_pays_from_another_account_takes_the_statements_of_both(city: City) -> None:
    await a_paying_account(city)
    order = await an_order(city)
    await take(city, day_of(city, [], number="S-0"))
    other = ACCOUNT | {"account_number": "62170001"}
    account = await city.post("finance-1", "/v1/funds/paying-accounts", other, status=201)
    early = await take(city, day_of(city, [], account="62170001", number="N-0", opening="5.00"), status=409)
    assert [reason["code"] for reason in early["reasons"]] == ["another_account"]
    await city.post("finance-2", f"/v1/funds/paying-accounts/{account['id']}/approval")
    await take(city, day_of(city, [], account="62170001", number="N-1", opening="5.00"))
    (old,) = (await take(city, day_of(city, [Movement("-300000.00", "R-1", order["id"])], number="S-1")))["items"]
    assert [line["outcome"] for line in old["lines"]] == ["settled"], "it was sent from the account before"
    await take(city, day_of(city, [], account="62170001", number="S-1", opening="5.00"))  # two banks may count alike
    gap = await take(city, day_of(city, [], account="62170001", number="N-2", opening="6.00"), status=409)
    assert [reason["code"] for reason in gap["reasons"]] == ["does_not_follow"]


async def test_two_banks_of_a_city_may_use_one_reference(city: City) -> None:
    """Each its own once; told by hand, it is of the bank the order was sent to."""
    await a_paying_account(city)
    before = await an_order(city)
    await take(city, day_of(city, [Movement("-300000.00", "R-1", before["id"])]))
    await a_paying_account(city, "62170001", bank_name="中国工商银行徐州分行", cnaps_code="102303000019")
    order, by_hand, again = [await an_order(city) for _ in range(3)]
    listed = [Movement("-300000.00", "R-1", order["id"]), Movement("300000.00", "R-1", again["id"])]
    (taken,) = (await take(city, day_of(city, listed, account="62170001")))["items"]
    assert [line["outcome"] for line in taken["lines"]] == ["settled", "bank_reference_reused"]
    told = await city.confirm(city.line(order, "R-1"), city.line(by_hand, "R-1"), city.line(by_hand, "R-2"))
    assert [(line["outcome"], line["repeated"]) for line in told] == [
        ("settled", True), ("bank_reference_reused", False), ("settled", False),
    ]  # fmt: skip
    await city.assert_sound()


async def test_what_stands_against_a_statement_is_told_at_once_and_nothing_moves(city: City) -> None:
    await a_paying_account(city)
    order = await an_order(city)
    line = [Movement("-300000.00", "R-1", order["id"])]
    await take(city, day_of(city, [], number="S-0", opening="5.00"))
    wrong = day_of(city, line, account="999999", closing="1.00")
    refused = await take(city, wrong, status=409)
    assert [reason["code"] for reason in refused["reasons"]] == ["another_account", "does_not_add_up"]
    refused = await take(city, day_of(city, line, closing="1.00"), status=409)
    assert [reason["code"] for reason in refused["reasons"]] == ["does_not_add_up", "does_not_follow"]
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "batched"
    other = day_of(city, line, number="S-0", opening="5.00")
    assert (await take(city, other, status=409))["code"] == "statement_number_taken"
    # One document may repeat a statement, but not give two the same number.
    some, more = (day_of(city, lines, opening="5.00") for lines in ([], line))
    assert (await take(city, together(some, more), status=409))["code"] == "statement_number_taken"
    twice = (await take(city, together(some, some)))["items"]
    assert [one["already_taken"] for one in twice] == [False, True]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"\x00\xff" * 100,
        "对账单编号,1".encode(),
        ("对账单编号," + "x" * 200_000).encode(),
    ],
)
async def test_what_is_no_statement_is_refused(city: City, content: bytes) -> None:
    assert (await take(city, content, status=422))["code"] == "statement_unreadable"


async def test_two_clerks_who_load_at_once_load_one_after_the_other(city: City) -> None:
    """The same statement is taken once and known to the others; of some that all follow the last, one does."""
    await a_paying_account(city)
    content = day_of(city, [Movement("1.00", "R-1")])
    told = await asyncio.gather(*(take(city, content) for _ in range(4)))
    assert sorted(one["items"][0]["already_taken"] for one in told) == [False, True, True, True]

    async def load(number: str) -> str:
        content = day_of(city, [Movement("1.00", number)], number=number, opening="1000001.00")
        async with city.as_("finance-1") as client:
            answer = await client.post(
                "/v1/funds/statements", files={"file": ("s.xml", content)}, headers={"Idempotency-Key": new_id().hex}
            )
        return "taken" if answer.status_code == 200 else str(answer.json()["reasons"][0]["code"])

    assert sorted(await asyncio.gather(*(load(f"S-{n}") for n in range(2, 6)))) == ["does_not_follow"] * 3 + ["taken"]


HEAD = ("对账单编号", "账号", "期初余额(元)", "期末余额(元)")
COLUMNS = ["记账日期", "银行流水号", "收入(元)", "支出(元)", "指令标识", "摘要"]


def rows_of(*rows: list[Any], number: str = "DZD-1", closing: str = "700012.34") -> list[list[Any]]:
    told = (number, ACCOUNT["account_number"], "1000000.00", closing)
    return [*([name, value] for name, value in zip(HEAD, told, strict=True)), COLUMNS, *rows]


async def a_workbook(city: City, rows: list[list[Any]]) -> bytes:
    """The template as it is downloaded, filled in: dates and amounts as a clerk types them."""
    template = await city.call("finance-1", "GET", "/v1/funds/statement-template")
    empty = CalamineWorkbook.from_filelike(BytesIO(template.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in empty[:4]] == list(HEAD)
    assert empty[4] == COLUMNS
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, day)
                elif isinstance(cell, Decimal):
                    sheet.write_number(place, column, cell)
                else:
                    sheet.write_string(place, column, str(cell))
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "csv", "csv in gb18030"])
async def test_a_bank_without_camt_sends_a_sheet(city: City, kind: str) -> None:
    await a_paying_account(city)
    order, today = await an_order(city), date.fromisoformat(city.today)
    rows = rows_of(
        [today, "L-1", "", Decimal("300000.00"), order["id"], "奖补"],
        [today, "L-2", Decimal("12.34"), "", "", "利息"],
    )
    text = "\r\n".join(",".join(map(str, row)) for row in rows)
    written = {"csv": text.encode("utf-8-sig"), "csv in gb18030": text.encode("gb18030")}
    content = written[kind] if kind in written else await a_workbook(city, rows)
    (taken,) = (await take(city, content))["items"]
    assert [(line["outcome"], line["signed_fen"]) for line in taken["lines"]] == [
        ("settled", -30_000_000), ("unexplained", 1234),
    ]  # fmt: skip
    again = await a_workbook(city, rows)  # another file that says the same
    assert [one["already_taken"] for one in (await take(city, again))["items"]] == [True]
    other = await a_workbook(city, rows_of(rows[-1], closing="1000012.34"))
    assert (await take(city, other, status=409))["code"] == "statement_number_taken"
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "settled"
    assert (await city.books())["treasury"] == 1_000_000 - 300_000


async def test_one_bad_row_is_named_with_all_that_is_wrong_and_nothing_is_taken(city: City) -> None:
    await a_paying_account(city)
    order, today = await an_order(city), date.fromisoformat(city.today)
    good = [today, "L-1", "", "300,000.00", order["id"], "奖补"]
    bad = ["4 December", Decimal(17), "1.005", "", "", ""]
    both = [today, "L-3", "1.00", "1.00", "", ""]
    nul = [today, "L-4", "1.00", "", "\x07", "奖\0补"]
    refused = await take(city, await a_workbook(city, rows_of(good, bad, both, nul)), status=422)
    assert [error["pointer"] for error in refused["errors"]] == [
        "/7/记账日期", "/7/银行流水号", "/7/收入(元)", "/8/收入(元)",
        "/9/指令标识", "/9/摘要",
    ]  # fmt: skip
    assert (await city.get(f"/v1/funds/payment-orders/{order['id']}"))["status"] == "batched"
    assert (await city.get("/v1/funds/statements"))["items"] == []
    wrong = await a_workbook(city, rows_of(good, closing="1.00"))
    assert [reason["code"] for reason in (await take(city, wrong, status=409))["reasons"]] == ["does_not_add_up"]
    taken = (await take(city, await a_workbook(city, rows_of(good, closing="700000.00"))))["items"]
    assert [line["outcome"] for line in taken[0]["lines"]] == ["settled"]


async def test_every_line_that_cannot_be_read_is_named(city: City) -> None:
    await a_paying_account(city)
    content = day_of(city, [Movement("-1.00", "R-1", currency="USD"), Movement("-1.005", "R-2")], closing="1.00")
    refused = await take(city, content, status=422)
    assert len(refused["errors"]) >= 2
    assert {error["code"] for error in refused["errors"]} == {"element_unreadable"}
    assert all("Ntry" in error["pointer"] for error in refused["errors"])


async def test_only_finance_takes_statements(city: City) -> None:
    for role in ("bank", "officer", "auditor", "portal"):
        await take(city, b"<a/>", status=403, who=f"{role}-1")


async def open_kinds(city: City) -> list[str]:
    return [item["kind"] for item in (await city.get("/v1/funds/reconciliation"))["items"]]


async def test_what_an_account_paid_is_looked_for_in_its_own_statements(city: City) -> None:
    """Another account's statement of a later day says nothing of it, nor does one that is no longer paid from."""
    await a_paying_account(city)
    before = date.fromisoformat(city.today) - timedelta(days=1)
    later = date.fromisoformat(city.today) + timedelta(days=1)
    await take(city, day_of(city, [Movement("1.00", "A-1")], on=before))
    other = {"account": "32001718036052500002"}
    await a_paying_account(city, other["account"])
    order = await an_order(city)
    await city.confirm(city.line(order, "R-1"))
    await take(city, day_of(city, [Movement("1.00", "A-2")], number="S-2", opening="1000001.00", on=later))
    assert await open_kinds(city) == ["line_unexplained"] * 2
    await take(city, day_of(city, [Movement("1.00", "B-1")], on=before, **other))
    await take(city, day_of(city, [Movement("1.00", "B-2")], number="S-2", opening="1000001.00", on=later, **other))
    assert await open_kinds(city) == ["line_unexplained"] * 4 + ["no_line"]


async def test_one_debit_of_a_whole_batch_is_explained_for_all_its_orders(city: City) -> None:
    await a_paying_account(city)
    orders = [await an_order(city, sent=False) for _ in range(2)]
    for order in orders:
        await city.release(order)
    sent = {"order_ids": [order["id"] for order in orders]}
    await city.post("finance-2", "/v1/funds/payment-batches", sent, status=201)
    await city.confirm(*(city.line(order, f"R-{n}") for n, order in enumerate(orders)))
    await take(city, day_of(city, [Movement("-600000.00", "P-1", text="批量代发")]))
    later = date.fromisoformat(city.today) + timedelta(days=1)
    await take(city, day_of(city, [Movement("1.00", "R-9")], number="S-2", opening="400000.00", on=later))
    assert await open_kinds(city) == ["line_unexplained"] * 2
