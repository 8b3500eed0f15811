"""What the bank's word means, for every status an order can have."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
import xlsxwriter
from lxml import etree
from python_calamine import CalamineWorkbook

from kernel.clock import CITY_ZONE
from kernel.ids import encode_id
from kernel.moves import IllegalMove, status_after
from services.funds.payments.bank_file import (
    COLUMNS,
    SHEET,
    BankFileUnreadable,
    FileLine,
    lines_sha256,
    read_bank_file,
    write_bank_file,
)
from services.funds.payments.credit_transfer import Debtor, write_credit_transfer
from services.funds.payments.rules import (
    OUTCOMES,
    AdviceKind,
    AdviceLine,
    KnownAdvice,
    OrderView,
    Verdict,
    judge_advice,
    masked,
    same_bank,
)
from services.funds.payments.states import MOVES, Fact, Status

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDER = UUID(int=1)


def a_line(kind: AdviceKind = "settled", *, amount_fen: int = 100, on: date = TODAY) -> AdviceLine:
    return AdviceLine(ORDER, kind, amount_fen, on, "B-1")


def judged(line: AdviceLine, status: Status = Status.BATCHED, known: KnownAdvice | None = None) -> Verdict:
    return judge_advice(line, order=OrderView(status, 100, TODAY - timedelta(1)), known=known, today=TODAY)


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("settled", Status.BATCHED, "settled"),
        ("settled", Status.SETTLED, "already_settled"),
        ("settled", Status.PREPARED, "not_sent"),
        ("settled", Status.RELEASED, "not_sent"),
        ("settled", Status.REOPENED, "not_sent"),
        ("rejected", Status.BATCHED, "rejected"),
        ("rejected", Status.SETTLED, "already_settled"),
        ("rejected", Status.REOPENED, "not_sent"),
        ("returned", Status.SETTLED, "returned"),
        ("returned", Status.BATCHED, "not_settled"),
        ("returned", Status.REOPENED, "not_settled"),
    ],
)
def test_the_outcome_depends_on_where_the_order_stands(kind: AdviceKind, status: Status, outcome: str) -> None:
    verdict = judged(a_line(kind), status)
    assert verdict.outcome == outcome
    assert (verdict.fact is not None) == (outcome == kind)


def test_a_line_about_nothing_we_know() -> None:
    assert judge_advice(a_line(), order=None, known=None, today=TODAY) == Verdict("unknown_order")


def test_another_amount_moves_nothing() -> None:
    assert [judged(a_line(amount_fen=fen)).outcome for fen in (99, 100, 101)] == [
        "wrong_amount", "settled", "wrong_amount",
    ]  # fmt: skip


def test_a_booking_day_lies_between_release_and_today() -> None:
    days = [TODAY - timedelta(2), TODAY - timedelta(1), TODAY, TODAY + timedelta(1)]
    assert [judged(a_line(on=day)).outcome for day in days] == [
        "date_before_release", "settled", "settled", "date_in_future",
    ]  # fmt: skip


def test_the_same_line_again_has_its_first_outcome_and_no_fact() -> None:
    known = KnownAdvice(ORDER, "settled", 100, TODAY)
    assert judged(a_line(), Status.SETTLED, known) == Verdict("settled", repeated=True)
    assert judged(a_line(), Status.REOPENED, known) == Verdict("settled", repeated=True)


@pytest.mark.parametrize(
    "known",
    [
        KnownAdvice(UUID(int=2), "settled", 100, TODAY),
        KnownAdvice(ORDER, "returned", 100, TODAY),
        KnownAdvice(ORDER, "settled", 99, TODAY),
        KnownAdvice(ORDER, "settled", 100, TODAY - timedelta(1)),
    ],
)
def test_a_reference_that_stood_for_something_else(known: KnownAdvice) -> None:
    assert judged(a_line(), known=known).outcome == "bank_reference_reused"


def test_money_booked_as_a_debt_that_was_paid_is_no_return_as_well() -> None:
    order = OrderView(Status.SETTLED, 100, TODAY)
    line = a_line("returned")
    assert judge_advice(line, order=order, known=None, today=TODAY).outcome == "returned"
    twice = judge_advice(line, order=order, known=None, today=TODAY, is_receipt=True)
    assert twice == Verdict("bank_reference_reused")


def test_nothing_comes_back_of_what_was_wholly_set_off() -> None:
    set_off = OrderView(Status.SETTLED, 0, TODAY)
    line = a_line("returned", amount_fen=0)
    assert judge_advice(line, order=set_off, known=None, today=TODAY) == Verdict("wrong_amount")


def test_every_outcome_is_named_in_both_languages() -> None:
    assert all(zh and en for zh, en in OUTCOMES.values())


@pytest.mark.parametrize(("fact", "status"), [(fact, status) for fact in Fact for status in Status])
def test_orders_move_as_the_table_says_and_no_other_way(fact: Fact, status: Status) -> None:
    allowed = {
        (Fact.RELEASED, Status.PREPARED): Status.RELEASED,
        (Fact.RELEASED, Status.REOPENED): Status.RELEASED,
        (Fact.BATCHED, Status.RELEASED): Status.BATCHED,
        (Fact.SETTLED, Status.BATCHED): Status.SETTLED,
        (Fact.REJECTED, Status.BATCHED): Status.REOPENED,
        (Fact.RETURNED, Status.SETTLED): Status.REOPENED,
        (Fact.RECALLED, Status.RELEASED): Status.REOPENED,
        (Fact.SET_OFF, Status.PREPARED): Status.SETTLED,
        (Fact.SET_OFF, Status.REOPENED): Status.SETTLED,
        (Fact.CANCELLED, Status.PREPARED): Status.CANCELLED,
        (Fact.CANCELLED, Status.REOPENED): Status.CANCELLED,
        (Fact.CANCELLED, Status.RELEASED): Status.CANCELLED,
    }
    if (fact, status) in allowed:
        assert status_after(fact, status, MOVES) is allowed[fact, status]
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)


@pytest.mark.parametrize(("number", "shown"), [("1106020109000123456", "****3456"), ("1234", "****"), ("", "****")])
def test_an_account_shows_its_last_four_digits_at_most(number: str, shown: str) -> None:
    assert masked(number) == shown


def a_file_line(**more: object) -> FileLine:
    plain = {
        "order_id": ORDER, "number": "PO-2026-000001", "account_name": "=云创", "account_number": "001106020109",
        "bank_name": "工行", "amount_fen": 30_000_001, "purpose": "奖补",
    }  # fmt: skip
    return FileLine(**plain | more)  # type: ignore[arg-type]


def test_a_file_nobody_filled_in_says_nothing() -> None:
    content = write_bank_file([a_file_line()], sequence=1, made_at=NOON)
    assert read_bank_file(content) == []


def test_the_control_sheet_tells_the_citys_time_and_every_cell_is_text() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(write_bank_file([a_file_line()], sequence=7, made_at=NOON)))
    lines, control = (book.get_sheet_by_name(name).to_python() for name in ("付款指令", "控制"))
    assert all(isinstance(cell, str) for row in [*lines, *control] for cell in row)
    totals = dict(control)
    assert (totals["批次序号"], totals["笔数"], totals["合计(元)"]) == ("7", "1", "300,000.01")
    assert totals["制单时间"] == NOON.astimezone(CITY_ZONE).isoformat(timespec="seconds")
    assert totals["制单时间"].endswith("+08:00")


def test_what_is_no_workbook_of_ours_is_refused() -> None:
    with pytest.raises(BankFileUnreadable):
        read_bank_file(b"PK\x03\x04")


def test_the_hash_of_a_file_changes_with_anything_that_is_paid() -> None:
    plain = lines_sha256([a_file_line()])
    changes = ({"amount_fen": 1}, {"account_number": "1"}, {"account_name": "x"}, {"bank_name": "x"})
    assert len({plain, *(lines_sha256([a_file_line(**change)]) for change in changes)}) == len(changes) + 1


@pytest.mark.parametrize(
    ("amount", "reference", "broken"),
    [
        ("30000001", "B-1", []),
        (30_000_001, "B-1", []),
        (0.5, "B-1", ["/2/金额(分)"]),
        ("30_000_001", "B-1", ["/2/金额(分)"]),
        ("30000001", 20261122000000000017, ["/2/银行流水号"]),
        ("三十万", "", ["/2/金额(分)", "/2/银行流水号"]),
    ],
)
def test_a_cell_that_is_no_exact_amount_or_reference_is_refused(
    amount: object, reference: object, broken: list[str]
) -> None:
    content = _retyped([encode_id("pay", ORDER), amount, reference])
    if broken:
        with pytest.raises(BankFileUnreadable) as refused:
            read_bank_file(content)
        assert [error["pointer"] for error in refused.value.errors] == broken
    else:
        assert read_bank_file(content) == [AdviceLine(ORDER, "settled", 30_000_001, TODAY, "B-1")]


def test_a_reason_with_control_characters_is_a_fault_of_its_row() -> None:
    content = _retyped([encode_id("pay", ORDER), "30000001", "B-1"], reason="户名\0不符")
    with pytest.raises(BankFileUnreadable) as refused:
        read_bank_file(content)
    assert [error["pointer"] for error in refused.value.errors] == ["/2/原因"]


def _retyped(cells: list[object], reason: str = "") -> bytes:
    order_id, amount, reference = cells
    row = ["1", order_id, "PO-1", "", "", "", "", amount, "", "成功", TODAY.isoformat(), reference, reason]
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, row)
    return stream.getvalue()


def test_a_credit_transfer_leaves_out_what_no_xml_holds() -> None:
    debtor = Debtor("徐州市财政局\uffff", "32001718036052500001", "彭城银行\ufffe", "313303000018")
    line = a_file_line(account_name="云创\uffff", bank_name="工行\ufffe", purpose="奖补\uffff")
    told = {"debtor": debtor, "city_code": "320300", "sequence": 1, "made_at": datetime(2026, 11, 2, tzinfo=UTC)}
    document = etree.fromstring(write_credit_transfer([line], **told))  # type: ignore[arg-type]
    names = ["徐州市财政局", "徐州市财政局", "彭城银行", "工行", "云创"]
    assert [node.text for node in document.findall(".//{*}Nm")] == names
    assert document.findtext(".//{*}Ustrd") == "奖补"


def test_a_bank_nobody_named_may_be_any() -> None:
    one, other = "313303000018", "102303000019"
    assert [same_bank(one, one), same_bank(one, ""), same_bank("", other), same_bank("", "")] == [True] * 4
    assert not same_bank(one, other)
