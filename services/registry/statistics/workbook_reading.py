"""A filled workbook, read back: rows with the cells they stand in, so that every fault has its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kernel.findings import Finding
from kernel.problems import Invalid
from kernel.workbooks import TooManyRows, UnreadableWorkbook, read_sheets, too_many_lines
from policy.forms import FormSection, ReportForm
from services.registry.statistics.reading import CONTROL, ROWS_MAX, SHOWN_MAX, TEXT_MAX, Line
from services.registry.statistics.workbooks import EXPLANATIONS, FIRST_ROW, FORM_SHEET, ID_ROW, SINGLE_ID, SINGLE_VALUE

_HEAD_ROWS = 10
_LETTERS = 26


class WorkbookUnreadable(Invalid):
    code, title_zh, title_en = "workbook_unreadable", "工作簿无法读取", "The workbook cannot be read"
    hint_zh = "请使用本系统下载的xlsx模板填报。"
    hint_en = "Fill in the xlsx template that this report offers."


class WorkbookChanged(Invalid):
    code, title_zh, title_en = "workbook_changed", "模板结构已被改动", "The structure of the template was changed"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook holds: its marks, rows by section, explanations, and where each section stands."""

    form_on: date | None
    report_id: str
    typed: Mapping[str, list[Line]]
    explanations: Mapping[str, str]
    sheets: Mapping[str, str]
    columns: Mapping[tuple[str, str], int]
    single_rows: Mapping[str, int] = field(default_factory=dict)

    def place(self, section: str, row: int, name: str) -> dict[str, Any]:
        """Sheet and cell as a spreadsheet shows them, rows from 1 and columns by letters."""
        line = self.single_rows.get(name, row) if row == 0 else row
        column = SINGLE_VALUE if row == 0 else self.columns.get((section, name), 0)
        return {"sheet": self.sheets.get(section, section), "cell": f"{letters(column)}{max(line, 1)}"}


def read_workbook(content: bytes, form: ReportForm) -> Filled:
    """Raises WorkbookUnreadable, or WorkbookChanged with every sheet whose headings are not those of the form."""
    try:
        sheets = read_sheets(content, rows_max=ROWS_MAX + _HEAD_ROWS)
    except TooManyRows as more:
        raise WorkbookUnreadable(errors=[too_many_lines(more.rows - FIRST_ROW, ROWS_MAX)]) from None
    except UnreadableWorkbook:
        raise WorkbookUnreadable from None
    marks = {str(row[0]): str(row[1]) for row in sheets.get(FORM_SHEET, ()) if len(row) > 1}
    if "form" not in marks:
        raise WorkbookUnreadable
    form_on = _day(marks["form"])
    if form_on != form.effective_on:
        # Of another version nothing else is compared: its headings differ by right.
        return Filled(form_on, marks.get("report", ""), {}, {}, {}, {})
    names = {section.id: _sheet_of(section, sheets) for section in form.sections}
    changed = [
        _changed(section, names[section.id]) for section in form.sections if not _is_whole(section, sheets, names)
    ]
    if changed:
        raise WorkbookChanged(reasons=changed)
    return Filled(
        form_on=form_on,
        report_id=marks.get("report", ""),
        typed={section.id: list(_lines(section, sheets[names[section.id] or ""])) for section in form.sections},
        explanations=_explanations(sheets),
        sheets={section: name or "" for section, name in names.items()},
        columns={(part.id, asked.id): at for part in form.sections for at, asked in enumerate(part.fields)},
        single_rows=_single_rows(sheets[names[form.single.id] or ""]),
    )


def letters(column: int) -> str:
    """0 is A, 26 is AA."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        text = chr(ord("A") + rest) + text
    return text


def _sheet_of(section: FormSection, sheets: Mapping[str, Any]) -> str | None:
    return next((name for name in (section.zh, section.en) if name in sheets), None)


def _is_whole(
    section: FormSection, sheets: Mapping[str, Sequence[Sequence[Any]]], names: Mapping[str, str | None]
) -> bool:
    rows = sheets.get(names[section.id] or "", ())
    wanted = [asked.id for asked in section.fields]
    if section.single:
        return sorted(_single_rows(rows)) == sorted(wanted)
    heading = rows[ID_ROW] if len(rows) > ID_ROW else ()
    return [str(cell).strip() for cell in heading][: len(wanted)] == wanted


def _changed(section: FormSection, name: str | None) -> Finding:
    return Finding(
        "headings_changed",
        (),
        f"工作表“{section.zh}”缺失或表头已被改动，请重新下载模板。",
        f"The sheet “{section.en}” is missing, or its headings were changed; fetch the template again.",
        {"sheet": name or section.zh},
    )


def _single_rows(rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    return {
        str(row[SINGLE_ID]): at for at, row in enumerate(rows[1:], start=2) if len(row) > SINGLE_ID and row[SINGLE_ID]
    }


def _lines(section: FormSection, rows: Sequence[Sequence[Any]]) -> list[Line]:
    if section.single:
        cells = {str(row[SINGLE_ID]): row[SINGLE_VALUE] for row in rows[1:] if len(row) > SINGLE_ID and row[SINGLE_ID]}
        return [Line(0, cells)]
    names = [asked.id for asked in section.fields]
    return [
        Line(at, dict(zip(names, row, strict=False)))
        for at, row in enumerate(rows[FIRST_ROW:], start=FIRST_ROW + 1)
        if any(_is_filled(cell) for cell in row)
    ]


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _explanations(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, str]:
    rows = next((sheets[name] for name in EXPLANATIONS if name in sheets), [])
    said = [(_clean(row[0]), _clean(row[1])) for row in rows[1:SHOWN_MAX] if len(row) > 1]
    return {name: text[:TEXT_MAX] for name, text in said if name and text}


def _clean(cell: Any) -> str:
    # A cell can hold what no database keeps: NUL is written as _x0000_.
    return CONTROL.sub(" ", str(cell)).strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
