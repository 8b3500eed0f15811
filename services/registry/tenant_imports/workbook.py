"""The workbook of tenants: an empty one to fill in, one that was filled in, and the rows of it that were refused.

Codes are text in every cell we write: a spreadsheet keeps fifteen digits of a number, and a credit code has eighteen.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from kernel.problems import Invalid
from kernel.workbooks import TooManyRows, UnreadableWorkbook, read_sheet, too_many_lines
from services.registry.tenant_imports.rules import CODE, COLUMNS, KIND, KINDS, WHOLE_ENDS_WITH, is_empty, is_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET, REASON = "入驻名单", "未导入原因"
ROWS_MAX = 5_000
FIRST_ROW = 2  # below the header, as a spreadsheet counts
_WIDTH = 20
_EXAMPLE = (
    "示例:徐州星火智能科技有限公司", "企业", "91320300MA1MABC18R", "A座3层", "40", "4", "2026-10-08", "2028-10-07", "",
)  # fmt: skip
_NOTES = "说明"
_HELP = (
    "一行一个入驻单位、团队或项目;名称、主体类型、入驻日期必填。",
    "企业和个体工商户须填统一社会信用代码(文本格式),团队和项目不填。",
    "日期写作 2026-10-08;退出日期为不再入驻的第一天,在驻的留空。",
    f"一次最多 {ROWS_MAX} 行。",
)


class ImportUnreadable(Invalid):
    """Not our workbook, more rows than are taken, or none at all."""

    code, title_zh, title_en = "import_unreadable", "导入文件无法读取", "The workbook cannot be read"
    hint_zh = f"请使用模板填写,工作表名为“{SHEET}”,最多 {ROWS_MAX} 行"
    hint_en = f"Fill in the template: sheet 入驻名单, {ROWS_MAX} rows at most"


def read_workbook(content: bytes) -> list[Sequence[Any]]:
    """Rows below the header down to the last one that says something. Raises ImportUnreadable."""
    try:
        rows = read_sheet(content, SHEET, rows_max=ROWS_MAX + 1)
    except TooManyRows as more:
        raise ImportUnreadable(errors=[too_many_lines(more.rows - 1, ROWS_MAX)]) from None
    except UnreadableWorkbook:
        raise ImportUnreadable from None
    if not rows or not is_header(rows[0]):
        raise ImportUnreadable
    said = rows[1:]
    while said and is_empty(said[-1]):
        said.pop()
    if not said:
        raise ImportUnreadable
    return list(said)


def template() -> bytes:
    """An empty workbook; its second sheet explains and has an example."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        _headed(book, text, COLUMNS)
        notes = book.add_worksheet(_NOTES)
        for row, line in enumerate(
            (*_HELP, "", *(f"{title}:{value}" for title, value in zip(COLUMNS, _EXAMPLE, strict=True)))
        ):
            notes.write_string(row, 0, line)
    return stream.getvalue()


def refused_rows(rows: Sequence[Sequence[Any]], reasons: Mapping[int, Iterable[str]]) -> bytes:
    """The refused rows as they were sent, with all their reasons: corrected, it can be sent in itself."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        sheet = _headed(book, text, (*COLUMNS, REASON))
        for place, number in enumerate(sorted(reasons), start=1):
            cells = rows[number - FIRST_ROW][: len(COLUMNS)]
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, _shown(cell), text)
            sheet.write_string(place, len(COLUMNS), ";".join(reasons[number]), text)
    return stream.getvalue()


def _headed(book: Any, text: Any, titles: Sequence[str]) -> Any:
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, len(titles) - 1, _WIDTH, text)
    bold = book.add_format({"bold": True, "num_format": "@"})
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    kinds = {"validate": "list", "source": list(KINDS)}
    sheet.data_validation(1, COLUMNS.index(KIND), ROWS_MAX, COLUMNS.index(KIND), kinds)
    coded = {"validate": "custom", "value": "=TRUE", "input_title": CODE, "input_message": "按文本格式录入18位"}
    sheet.data_validation(1, COLUMNS.index(CODE), ROWS_MAX, COLUMNS.index(CODE), coded)
    sheet.freeze_panes(1, 0)
    return sheet


def _shown(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, str) else str(cell).removesuffix(WHOLE_ENDS_WITH)
