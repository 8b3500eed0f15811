"""Files from outside that would stop a process: none is read, and each is refused in the same words."""

import struct
from collections.abc import Callable
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from kernel.workbooks import UnreadableWorkbook, read_sheet
from services.funds.payments.bank_file import COLUMNS, SHEET, BankFileUnreadable, read_bank_file

ROWS_MAX = 100


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
