"""The file a batch leaves in, and the same file coming back filled in: xlsx with text cells, so that nothing is lost.

Banks fill the last four columns. Account numbers and amounts are text: a spreadsheet would round the one and the other.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import xlsxwriter

from kernel.clock import CITY_ZONE
from kernel.ids import decode_id, encode_id
from kernel.money import in_yuan
from kernel.problems import Invalid
from kernel.workbooks import TooManyRows, UnreadableWorkbook, read_sheet, too_many_lines
from services.funds.payments.cells import A_DAY, A_REFERENCE, A_TEXT, day_in, fault, reference_in, text_in
from services.funds.payments.rules import AdviceKind, AdviceLine

SHEET, TOTALS = "付款指令", "控制"
COLUMNS = (
    "序号", "指令标识", "指令编号", "收款户名", "收款账号", "开户银行", "金额(元)", "金额(分)", "用途",
    "结果", "入账日期", "银行流水号", "原因",
)  # fmt: skip
RESULTS: dict[str, AdviceKind] = {"成功": "settled", "失败": "rejected", "退汇": "returned"}
_WANTED = {
    "指令标识": ("应为本平台支付指令的标识(pay_ 开头),原样保留", "the id of our order (pay_…), as it was written"),
    "结果": ("应为成功、失败或退汇", "成功 (paid), 失败 (not paid) or 退汇 (came back)"),
    "金额(分)": ("应为金额(分),整数", "an amount in fen, a whole number"),
    "入账日期": A_DAY,
    "银行流水号": A_REFERENCE,
    "原因": A_TEXT,
}
LINES_MAX = 5_000
_WHOLE = re.compile(r"-?\d+(\.0)?")  # int() would also read 1_000


@dataclass(frozen=True, slots=True)
class FileLine:
    """One order as the bank sees it."""

    order_id: UUID
    number: str
    account_name: str
    account_number: str
    bank_name: str
    amount_fen: int
    purpose: str
    cnaps_code: str | None = None


class BankFileUnreadable(Invalid):
    """Not a file of ours, or a row of it cannot be read; `errors` names every row and column."""

    code, title_zh, title_en = "bank_file_unreadable", "回单文件无法读取", "The bank's file cannot be read"
    hint_zh = "应为本平台生成的支付文件:模板列名不变,由银行填写结果后原样上传"
    hint_en = "Our payment file as we wrote it, the template's titles unchanged, with the results the bank filled in"


def lines_sha256(lines: Sequence[FileLine]) -> str:
    """Hash over what is to be paid, printed on the control sheet: independent of the spreadsheet around it."""
    text = "\n".join(
        f"{line.order_id}|{line.account_name}|{line.account_number}|{line.bank_name}|{line.amount_fen}"
        for line in lines
    )
    return hashlib.sha256(text.encode()).hexdigest()


def write_bank_file(lines: Sequence[FileLine], *, sequence: int, made_at: datetime) -> bytes:
    """The xlsx of a batch: one row per order and a sheet of control totals."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:  # never a temporary file with accounts in it
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        sheet, totals = book.add_worksheet(SHEET), book.add_worksheet(TOTALS)
        for column, title in enumerate(COLUMNS):
            sheet.write_string(0, column, title)
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(_cells(row, line)):
                sheet.write_string(row, column, value)
        for row, (label, value) in enumerate(_totals(lines, sequence, made_at)):
            totals.write_string(row, 0, label)
            totals.write_string(row, 1, value)
    return stream.getvalue()


def _cells(row: int, line: FileLine) -> tuple[str, ...]:
    return (
        str(row), encode_id("pay", line.order_id), line.number, line.account_name, line.account_number,
        line.bank_name, in_yuan(line.amount_fen), str(line.amount_fen), line.purpose,
    )  # fmt: skip


def _totals(lines: Sequence[FileLine], sequence: int, made_at: datetime) -> list[tuple[str, str]]:
    total = sum(line.amount_fen for line in lines)
    return [
        ("批次序号", str(sequence)),
        ("笔数", str(len(lines))),
        ("合计(元)", in_yuan(total)),
        ("合计(分)", str(total)),
        ("制单时间", made_at.astimezone(CITY_ZONE).isoformat(timespec="seconds")),
        ("明细 SHA-256", lines_sha256(lines)),
    ]


def read_bank_file(content: bytes) -> list[AdviceLine]:
    """The lines the bank filled in; rows without a result are still open and skipped. Raises BankFileUnreadable."""
    try:
        rows = read_sheet(content, SHEET, rows_max=LINES_MAX)
    except TooManyRows as more:
        raise BankFileUnreadable(errors=[too_many_lines(more.rows - 1, LINES_MAX - 1)]) from None
    except UnreadableWorkbook:
        raise BankFileUnreadable from None
    if not rows or tuple(rows[0][: len(COLUMNS)]) != COLUMNS:
        raise BankFileUnreadable
    errors: list[dict[str, str]] = []
    lines = [line for line in _read_rows(rows[1:], errors) if line is not None]
    if errors:
        raise BankFileUnreadable(errors=errors)
    return lines


def _read_rows(rows: Sequence[Sequence[Any]], errors: list[dict[str, str]]) -> Iterator[AdviceLine | None]:
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(COLUMNS, row, strict=False))
        if cells.get("结果"):
            yield _read_row(number, cells, errors)


def _read_row(number: int, cells: dict[str, Any], errors: list[dict[str, str]]) -> AdviceLine | None:
    readers: dict[str, Callable[[Any], Any]] = {
        "指令标识": lambda text: decode_id("pay", text),
        "结果": RESULTS.__getitem__,
        "金额(分)": _fen,
        "入账日期": day_in,
        "银行流水号": reference_in,
        "原因": lambda text: text_in(text or "") or None,
    }
    read: dict[str, Any] = {}
    for column, reader in readers.items():
        try:
            read[column] = reader(cells.get(column))
        except (ValueError, KeyError, TypeError, AttributeError):
            errors.append(fault(f"/{number}/{column}", "cell_unreadable", _WANTED[column]))
    if len(read) < len(readers):
        return None
    return AdviceLine(*read.values())


def _fen(cell: Any) -> int:
    # A clerk who retypes the amount leaves a number cell; one with a fraction is no amount in fen.
    text = str(cell).strip()
    if not _WHOLE.fullmatch(text):
        raise ValueError("no whole number")
    return int(text.removesuffix(".0"))
