"""The statement of a bank without camt: one sheet, as xlsx or csv, in the layout of the template.

Four lines name it, a line of titles follows, then one transaction a row. A bad row is named with all that is wrong
with it, and then nothing of the file is taken.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from kernel.workbooks import TooManyRows, UnreadableWorkbook, read_sheets, too_many_lines
from services.funds.payments.cells import A_DAY, A_REFERENCE, A_TEXT, day_in, fault, reference_in, text_in, yuan_in
from services.funds.statements.camt import LINES_MAX, TEXT_MAX, StatementUnreadable
from services.funds.statements.rules import Line, Statement

XLSX_MARK = b"PK"
ENCODINGS = ("utf-8-sig", "gb18030")
SHEET = "对账单"
HEAD = ("对账单编号", "账号", "期初余额(元)", "期末余额(元)")
COLUMNS = ("记账日期", "银行流水号", "收入(元)", "支出(元)", "指令标识", "摘要")
ERRORS_MAX = 100
_ORDER = re.compile(r"pay_[0-9a-z]{26}")
_YUAN = ("应为金额(元),至多两位小数", "an amount in yuan with two decimals at most")
_ONE_WAY = (
    "收入、支出须填且只填一项,大于零,至多两位小数",
    "exactly one of income and payment, an amount in yuan above zero with two decimals at most",
)
_WANTED = {
    "对账单编号": (
        "应为银行的对账单编号,文本格式,1 至 100 字",
        "the bank's number of the statement, 1 to 100 characters of text",
    ),
    "账号": ("应为账号,单元格为文本格式", "the account, as text"),
    "期初余额(元)": _YUAN,
    "期末余额(元)": _YUAN,
    "记账日期": A_DAY,
    "银行流水号": A_REFERENCE,
    "收入(元)": _ONE_WAY,
    "支出(元)": _ONE_WAY,
    "指令标识": A_TEXT,
    "摘要": A_TEXT,
}


def write_template() -> bytes:
    """An empty statement in the layout that is read; all cells are text, so that nothing is rounded."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet(SHEET), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(COLUMNS) - 1, 24, text)
        for row, name in enumerate(HEAD):
            sheet.write_string(row, 0, name)
        for column, title in enumerate(COLUMNS):
            sheet.write_string(len(HEAD), column, title)
    return stream.getvalue()


def is_sheet(content: bytes) -> bool:
    """Whether it is read as a sheet; what begins like XML, after a mark of its encoding, is not."""
    return content.startswith(XLSX_MARK) or b"<" not in content[:8]


def read_sheet_statement(content: bytes) -> tuple[Statement, str]:
    """The statement and a hash of what it says. Raises StatementUnreadable with all faults at once."""
    rows = _rows(content)
    misplaced = list(_misplaced(rows))
    if misplaced:
        raise StatementUnreadable(errors=misplaced)
    errors: list[dict[str, str]] = []
    head = _head(rows, errors)
    first = len(HEAD) + 2  # as the spreadsheet numbers them
    found = [_line(place, row, errors) for place, row in enumerate(rows[len(HEAD) + 1 :], start=first) if any(row)]
    if errors:
        raise StatementUnreadable(errors=errors[:ERRORS_MAX])
    number, account, opening, closing = head
    statement = Statement(number, account, opening, closing, tuple(line for line in found if line is not None))
    return statement, hashlib.sha256(repr(statement).encode()).hexdigest()


def _rows(content: bytes) -> Sequence[Sequence[Any]]:
    head = len(HEAD) + 1
    rows_max = head + LINES_MAX
    if content.startswith(XLSX_MARK):
        try:
            sheets = read_sheets(content, rows_max=rows_max)
        except TooManyRows as more:
            raise StatementUnreadable(errors=[too_many_lines(more.rows - head, LINES_MAX)]) from None
        except UnreadableWorkbook:
            raise StatementUnreadable from None
        return next(iter(sheets.values()), [])
    try:
        rows = list(csv.reader(StringIO(_decoded(content), newline="")))
    except csv.Error:
        raise StatementUnreadable from None
    if len(rows) > rows_max:
        raise StatementUnreadable(errors=[too_many_lines(len(rows) - head, LINES_MAX)])
    return rows


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.startswith(HEAD[0]) and "\0" not in text:
            return text
    raise StatementUnreadable


def _misplaced(rows: Sequence[Sequence[Any]]) -> Iterator[dict[str, str]]:
    """Each cell of the template's own that says something else, by row and column as the spreadsheet counts them."""
    places = {(row, 1): name for row, name in enumerate(HEAD, start=1)}
    places |= {(len(HEAD) + 1, column): name for column, name in enumerate(COLUMNS, start=1)}
    for (row, column), name in places.items():
        cells = rows[row - 1] if row <= len(rows) else ()
        if column > len(cells) or _text(cells[column - 1]) != name:
            wanted = (f"此处应为“{name}”", f"this cell should say {name}")
            yield fault(f"/{row}/{column}", "layout_unexpected", wanted)


def _head(rows: Sequence[Sequence[Any]], errors: list[dict[str, str]]) -> list[Any]:
    readers = (reference_in, reference_in, yuan_in, yuan_in)
    return [
        _read(place, name, row[1] if len(row) > 1 else "", reader, errors)
        for place, (name, row, reader) in enumerate(zip(HEAD, rows, readers, strict=False), start=1)
    ]


def _line(place: int, row: Sequence[Any], errors: list[dict[str, str]]) -> Line | None:
    cells = dict(zip(COLUMNS, [*row, *[""] * len(COLUMNS)], strict=False))
    known = len(errors)
    on = _read(place, "记账日期", cells["记账日期"], day_in, errors)
    reference = _read(place, "银行流水号", cells["银行流水号"], reference_in, errors)
    one = "收入(元)" if _text(cells["收入(元)"]) else "支出(元)"
    other = "支出(元)" if one == "收入(元)" else "收入(元)"
    fen = _read(place, one, "" if _text(cells[other]) else cells[one], _above_zero, errors)
    ours = _read(place, "指令标识", cells["指令标识"], text_in, errors)
    said = _read(place, "摘要", cells["摘要"], text_in, errors)
    if len(errors) > known:
        return None
    named = _ORDER.search(ours) or _ORDER.search(said)
    order = named.group() if named else None
    return Line(fen if one == "收入(元)" else -fen, on, reference, order, said[:TEXT_MAX] or None)


def _read(place: int, name: str, cell: Any, reader: Callable[[Any], Any], errors: list[dict[str, str]]) -> Any:
    try:
        return reader(cell)
    except (ValueError, TypeError, ArithmeticError):
        errors.append(fault(f"/{place}/{name}", "cell_unreadable", _WANTED[name]))
        return None


def _above_zero(cell: Any) -> int:
    fen = yuan_in(cell)
    if fen <= 0:
        raise ValueError("above zero")
    return fen


def _text(cell: Any) -> str:
    return str(cell).strip()
