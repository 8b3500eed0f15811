"""Files from outside that would stop a process: none is read, and each is refused in the same words."""

import struct
from collections.abc import Callable
from contextvars import copy_context
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from kernel import context
from kernel.workbooks import UnreadableWorkbook, read_sheet
from services.funds.payments.bank_file import COLUMNS, SHEET, BankFileUnreadable, read_bank_file
from services.funds.payments.cells import A_DAY
from services.funds.statements.camt import LINES_MAX, StatementUnreadable, read_statements
from services.funds.statements.sheet import read_sheet_statement

ROWS_MAX = 100
HEAD = ("对账单编号,1", "账号,2", "期初余额(元),0", "期末余额(元),1.00")
IN_YUAN = "exactly one of income and payment, an amount in yuan above zero with two decimals at most"


def a_workbook(*cells: tuple[int, int, object]) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        for row, column, value in cells:
            sheet.write(row, column, value)
    return stream.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == part:
                assert old in data
                data = data.replace(old, new)
            target.writestr(info.filename, data)
    return stream.getvalue()


def understated(content: bytes) -> bytes:
    """The same zip, its central directory claiming that every part unpacks to ten bytes."""
    data, at = bytearray(content), 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 10)
        at += 4
    return bytes(data)


def bomb() -> bytes:
    stream = BytesIO(a_workbook((0, 0, "x")))
    with ZipFile(stream, "a", ZIP_DEFLATED) as book:
        book.writestr("xl/media/big.bin2", bytes(60_000_000))
    return stream.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"
PLAIN = a_workbook((0, 0, "x"), (1, 1, 2))


UNREADABLE: dict[str, Callable[[], bytes]] = {
    "corners": lambda: a_workbook((0, 0, "x"), (1_048_575, 16_383, "y")),
    "a row too many": lambda: a_workbook((0, 0, "x"), (ROWS_MAX, 0, "y")),
    "too wide": lambda: a_workbook((0, 0, "x"), (0, 100, "y")),
    "endless row": lambda: changed(PLAIN, SHEET_PART, b'r="B2"', b'r="B9999999999999999999"'),
    "encoding": lambda: changed(PLAIN, SHEET_PART, b"<?xml", b"\x00<?xml"),
    "lies": lambda: understated(PLAIN),
    "bomb": bomb,
    "half": lambda: PLAIN[: len(PLAIN) // 2],
    "start": lambda: b"PK\x03\x04",
    "none": lambda: b"",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_within_bounds_is_refused(content: Callable[[], bytes]) -> None:
    with pytest.raises(UnreadableWorkbook):
        read_sheet(content(), SHEET, rows_max=ROWS_MAX)


def test_what_is_within_bounds_is_read() -> None:
    assert read_sheet(PLAIN, SHEET, rows_max=ROWS_MAX) == [["x", ""], ["", 2.0]]
    with pytest.raises(UnreadableWorkbook):
        read_sheet(PLAIN, "没有这张表", rows_max=ROWS_MAX)


@pytest.mark.parametrize("number", [b"-1e300", b"1e300"])
def test_a_date_no_calendar_has_is_refused_though_the_reader_panics(number: bytes) -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        for column, title in enumerate(COLUMNS):
            sheet.write_string(0, column, title)
        sheet.write_string(1, COLUMNS.index("结果"), "成功")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, COLUMNS.index("入账日期"), date(2026, 9, 1), day)
    content = changed(stream.getvalue(), SHEET_PART, b"<v>46266</v>", b"<v>" + number + b"</v>")
    with pytest.raises(BankFileUnreadable):
        read_bank_file(content)


def test_a_number_where_an_id_belongs_is_named() -> None:
    titles = [(0, column, title) for column, title in enumerate(COLUMNS)]
    row = [(1, COLUMNS.index("指令标识"), 7), (1, COLUMNS.index("结果"), "成功")]
    with pytest.raises(BankFileUnreadable) as refused:
        read_bank_file(a_workbook(*titles, *row))
    assert "/2/指令标识" in {error["pointer"] for error in refused.value.errors}


def faults(read: Callable[[bytes], object], content: bytes, language: str) -> list[tuple[str, str]]:
    """Pointer and message of every fault, as somebody of that language is told."""

    def reads() -> None:
        context.enter(context.background()._replace(accept_language=language))
        read(content)

    with pytest.raises((StatementUnreadable, BankFileUnreadable)) as refused:
        copy_context().run(reads)
    told = refused.value.document(language)
    assert ("template" if language == "en" else "模板") in told["detail"]
    return [(error["pointer"], error["message"]) for error in told.get("errors", [])]


def test_how_many_lines_a_file_may_have_is_told_and_how_many_it_has() -> None:
    far = LINES_MAX + 1000
    statement = ("\r\n".join([*HEAD, "x"]) + "\r\n1" * far).encode()
    entry = '<Ntry><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><AcctSvcrRef>1</AcctSvcrRef>'
    entries = f"{entry}<BookgDt><Dt>2026-12-04</Dt></BookgDt></Ntry>" * far
    message = f"<Document><BkToCstmrStmt><Stmt>{entries}</Stmt></BkToCstmrStmt></Document>".encode()
    for read, content, lines in (
        (read_sheet_statement, statement, far),
        (read_sheet_statement, a_workbook((len(HEAD) + far, 0, "x")), far),
        (read_statements, message, far),
        (read_bank_file, a_workbook((LINES_MAX + 7, 0, "x")), LINES_MAX + 7),
    ):
        most = LINES_MAX - 1 if read is read_bank_file else LINES_MAX
        assert faults(read, content, "zh-CN")[0] == ("", f"至多 {most} 行,文件中有 {lines} 行(末尾的空行也计入)")
    told = faults(read_bank_file, a_workbook((LINES_MAX, 0, "x")), "en")[0][1]
    assert told.startswith(f"{LINES_MAX - 1} lines at most; the file has {LINES_MAX}, ")


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        (
            [*HEAD, "日期,流水号,收入(元),支出(元),指令标识,摘要"],
            [("/5/1", "此处应为“记账日期”"), ("/5/2", "此处应为“银行流水号”")],
            [("/5/1", "this cell should say 记账日期"), ("/5/2", "this cell should say 银行流水号")],
        ),
        (
            [*HEAD, "记账日期,银行流水号,收入(元),支出(元),指令标识,摘要", "2026/12/4,LS-1,1.001,,,"],
            [("/6/记账日期", A_DAY[0]), ("/6/收入(元)", "收入、支出须填且只填一项,大于零,至多两位小数")],
            [("/6/记账日期", A_DAY[1]), ("/6/收入(元)", IN_YUAN)],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_sheet_is_told_in_the_readers_language(
    rows: list[str], zh: list[tuple[str, str]], en: list[tuple[str, str]]
) -> None:
    content = "\r\n".join(rows).encode()
    assert faults(read_sheet_statement, content, "zh-CN") == zh
    assert faults(read_sheet_statement, content, "en") == en


@pytest.mark.parametrize("yuan", ["1e999999", "1e99999", "NaN", "sNaN", "Infinity", "0.001", ""])
def test_an_amount_no_bank_has_is_a_fault_of_its_entry(yuan: str) -> None:
    entry = f'<Ntry><Amt Ccy="CNY">{yuan}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><AcctSvcrRef>1</AcctSvcrRef>'
    account = "<Id>1</Id><Acct><Id><Othr><Id>2</Id></Othr></Id></Acct>"
    ended = "<BookgDt><Dt>2026-12-04</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>"
    message = f"<Document><BkToCstmrStmt><Stmt>{account}{entry}{ended}".encode()
    told = {"/BkToCstmrStmt/Stmt/Ntry": "amount in CNY with two decimals at most, and its direction"}
    assert dict(faults(read_statements, message, "en")) == told


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("<DtTm>2026-11-30T16:30:00Z</DtTm>", date(2026, 12, 1)),
        ("<DtTm>2026-12-01T00:30:00+08:00</DtTm>", date(2026, 12, 1)),
        ("<DtTm>2026-11-30T23:30:00</DtTm>", date(2026, 11, 30)),
        ("<Dt>2026-11-30</Dt>", date(2026, 11, 30)),
    ],
)
def test_a_moment_of_booking_is_a_day_here(told: str, day: date) -> None:
    (line,) = read_statements(a_booking(told))[0].lines
    assert line.booked_on == day


def test_a_moment_no_calendar_has_is_a_fault_of_its_entry() -> None:
    told = faults(read_statements, a_booking("<DtTm>9999-12-31T23:59:59Z</DtTm>"), "en")
    assert told == [("/BkToCstmrStmt/Stmt/Ntry", "booking date")]


def a_booking(told: str) -> bytes:
    entry = '<Ntry><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><AcctSvcrRef>1</AcctSvcrRef>'
    account = "<Id>1</Id><Acct><Id><Othr><Id>2</Id></Othr></Id></Acct>"
    ended = f"<BookgDt>{told}</BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>"
    return f"<Document><BkToCstmrStmt><Stmt>{account}{entry}{ended}".encode()


def test_so_is_what_is_wrong_with_a_message_and_with_the_banks_result() -> None:
    message = b"<Document><BkToCstmrStmt><Stmt><Id>1</Id></Stmt></BkToCstmrStmt></Document>"
    (fault,) = faults(read_statements, message, "zh-CN")
    assert fault[1] == "缺少对账单编号或账号"
    (fault,) = faults(read_statements, message, "en")
    assert fault[1] == "identification and account"
    row = ["1", "no order", "PO-1", "", "", "", "", "1", "", "成功", "2026-12-04", "B-1", ""]
    content = a_workbook(
        *((0, at, title) for at, title in enumerate(COLUMNS)), *((1, at, c) for at, c in enumerate(row))
    )
    assert faults(read_bank_file, content, "zh-CN") == [("/2/指令标识", "应为本平台支付指令的标识(pay_ 开头),原样保留")]
    assert faults(read_bank_file, content, "en") == [("/2/指令标识", "the id of our order (pay_…), as it was written")]
