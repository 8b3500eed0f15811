"""The roster of a host (ZZ-20 台账) as a workbook."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from services.registry.premises.schemas import RegistrationOut

SHEET = "托管企业台账"
COLUMNS = ("企业名称", "统一社会信用代码", "住所", "标注", "行业", "登记日期", "状态", "注销日期", "证明编号")
STATUS_WORDS = {"standing": "在册", "abnormal": "失联(异常)", "without_host": "托管机构已退出", "ended": "已注销"}


def roster_workbook(rows: Sequence[RegistrationOut]) -> bytes:
    """One sheet, all cells text: Excel turns no credit code into a number."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(SHEET)
        for place, cells in enumerate((COLUMNS, *map(_cells, rows))):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, cell, text)
    return stream.getvalue()


def _cells(row: RegistrationOut) -> tuple[str, ...]:
    return (
        row.firm_name,
        row.credit_code or "",
        row.address,
        row.marking or "",
        "、".join(row.trades),
        row.registered_on.isoformat(),
        STATUS_WORDS[row.status.value],
        row.ended_on.isoformat() if row.ended_on else "",
        row.certificate_number,
    )
