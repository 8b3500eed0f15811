"""The form as a workbook: lists to choose from, codes as text, headings locked, the form's version inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.forms import FormField, FormSection, ReportForm
from services.registry.statistics.reading import ROWS_MAX

Language = Literal["zh", "en"]
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM_SHEET = "_form"
EXPLANATIONS = ("变动说明", "Explanations")
ID_ROW, FIRST_ROW = 1, 2
SINGLE_VALUE, SINGLE_ID = 2, 3
UNITS: dict[str, tuple[str, str]] = {
    "none": ("", ""), "firms": ("家", "firms"), "teams": ("个", "teams"), "persons": ("人", "persons"),
    "person_times": ("人次", "attendances"), "times": ("场次", "times"), "items": ("项", "items"),
    "seats": ("个", "seats"), "square_metres": ("平方米", "m²"), "thousand_yuan": ("千元", "CNY 1,000"),
}  # fmt: skip
FLAGS = (("是", "yes"), ("否", "no"))
# Excel takes a list of at most so many characters.
_LIST_MAX = 255
_NARROW, _WIDE, _WIDEST = 14, 26, 46
_KEPT_OPEN = {"insert_rows": True, "delete_rows": True, "sort": True, "format_columns": True, "autofilter": True}


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whose report it is: identifiers on the wire, names, days."""

    report_id: str
    carrier_name: str
    period: str
    due_on: str


@dataclass(frozen=True, slots=True)
class _Looks:
    """Cell formats of one workbook."""

    heading: Format
    small: Format
    label: Format
    text: Format
    number: Format
    prose: Format


def said(entry: Any, language: Language) -> str:
    """The name of a section, field or choice."""
    return str(entry.zh if language == "zh" else entry.en)


def unit_of(asked: FormField, language: Language) -> str:
    """The unit as people read it; empty for what has none."""
    return UNITS[asked.unit][0 if language == "zh" else 1]


def write_workbook(
    form: ReportForm, addressed: Addressed, *, language: Language, content: Mapping[str, Sequence[Mapping[str, Any]]]
) -> bytes:
    """The template of a report, filled with `content` where there is some."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        looks = _looks(book)
        _write_about(book, form, addressed, language, looks)
        for section in form.sections:
            sheet = book.add_worksheet(said(section, language))
            rows = content.get(section.id, ())
            if section.single:
                _write_single(sheet, section, rows[0] if rows else {}, language, looks)
            else:
                _write_list(sheet, section, rows, language, looks)
            sheet.protect("", _KEPT_OPEN)
        _write_explanations(book, form, language, looks)
        _write_marks(book, form, addressed)
    return stream.getvalue()


def _looks(book: Workbook) -> _Looks:
    heading = {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"}
    return _Looks(
        heading=book.add_format(heading),
        small=book.add_format({"font_color": "#808080", "font_size": 8}),
        label=book.add_format({"border": 1, "text_wrap": True}),
        text=book.add_format({"num_format": "@", "locked": False, "border": 1, "border_color": "#BFBFBF"}),
        number=book.add_format({"num_format": "0", "locked": False, "border": 1, "border_color": "#BFBFBF"}),
        prose=book.add_format({"text_wrap": True, "valign": "top"}),
    )


def _write_about(book: Workbook, form: ReportForm, addressed: Addressed, language: Language, looks: _Looks) -> None:
    zh = language == "zh"
    sheet = book.add_worksheet("说明" if zh else "About")
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 1, _WIDEST, looks.prose)
    lines = [
        (said(form, language), addressed.carrier_name),
        ("报告期" if zh else "Period", addressed.period),
        ("报送截止日" if zh else "Last day", addressed.due_on),
        ("报表版本" if zh else "Version of the form", form.effective_on.isoformat()),
        (
            "填写须知" if zh else "How to fill it in",
            "金额一律以千元为单位填整数；代码列为文本，请勿改为数字；带*的为必填项；每家在孵企业单独填一行。"
            if zh
            else "Amounts are whole thousands of yuan. Codes stay text. * is required. Each firm has a row of its own.",
        ),
    ]
    for row, (label, value) in enumerate(lines):
        sheet.write_string(row, 0, label, looks.heading)
        sheet.write_string(row, 1, value, looks.prose)
    sheet.protect()


def _write_single(
    sheet: Worksheet, section: FormSection, row: Mapping[str, Any], language: Language, looks: _Looks
) -> None:
    titles = ("项目", "单位", "填报值", "代码") if language == "zh" else ("Item", "Unit", "Value", "Id")
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, looks.heading)
    sheet.set_column(0, 0, _WIDEST)
    sheet.set_column(1, SINGLE_VALUE, _NARROW)
    sheet.set_column(SINGLE_ID, SINGLE_ID, _WIDE)
    sheet.freeze_panes(1, 0)
    for line, asked in enumerate(section.fields, start=1):
        sheet.write_string(line, 0, _label(asked, language), looks.label)
        sheet.write_string(line, 1, unit_of(asked, language), looks.label)
        _write_value(sheet, line, SINGLE_VALUE, asked, row.get(asked.id), language, looks)
        sheet.write_string(line, SINGLE_ID, asked.id, looks.small)
        _validate(sheet, asked, (line, SINGLE_VALUE, line, SINGLE_VALUE), language)


def _write_list(
    sheet: Worksheet, section: FormSection, rows: Sequence[Mapping[str, Any]], language: Language, looks: _Looks
) -> None:
    for column, asked in enumerate(section.fields):
        unit = unit_of(asked, language)
        title = f"{_label(asked, language)}（{unit}）" if unit and language == "zh" else _label(asked, language)
        title = f"{title} ({unit})" if unit and language == "en" else title
        width = _WIDE if asked.type in {"text", "credit_code"} else _NARROW
        sheet.set_column(column, column, width, looks.number if asked.is_number else looks.text)
        sheet.write_string(0, column, title, looks.heading)
        sheet.write_string(ID_ROW, column, asked.id, looks.small)
        _validate(sheet, asked, (FIRST_ROW, column, FIRST_ROW + ROWS_MAX, column), language)
    sheet.set_row(0, 32)
    sheet.freeze_panes(FIRST_ROW, 1)
    for line, row in enumerate(rows, start=FIRST_ROW):
        for column, asked in enumerate(section.fields):
            if row.get(asked.id) is not None:
                _write_value(sheet, line, column, asked, row[asked.id], language, looks)


def _label(asked: FormField, language: Language) -> str:
    return said(asked, language) + ("*" if asked.required else "")


def _write_value(
    sheet: Worksheet, row: int, column: int, asked: FormField, value: Any, language: Language, looks: _Looks
) -> None:
    if value is None:
        sheet.write_blank(row, column, None, looks.number if asked.is_number else looks.text)
    elif asked.is_number:
        sheet.write_number(row, column, value, looks.number)
    else:
        # Never `write`: a name that begins with = would become a formula.
        sheet.write_string(row, column, _shown(asked, value, language), looks.text)


def _shown(asked: FormField, value: Any, language: Language) -> str:
    if asked.type == "flag":
        return FLAGS[0 if value else 1][0 if language == "zh" else 1]
    if asked.type == "choice":
        return next(said(choice, language) for choice in asked.choices if choice.id == value)
    return str(value)


def _validate(sheet: Worksheet, asked: FormField, cells: tuple[int, int, int, int], language: Language) -> None:
    rule: dict[str, Any] | None = None
    if asked.type == "flag":
        rule = {"validate": "list", "source": [flag[0 if language == "zh" else 1] for flag in FLAGS]}
    elif asked.type == "choice":
        names = [said(choice, language) for choice in asked.choices]
        rule = {"validate": "list", "source": names} if len(",".join(names)) <= _LIST_MAX else None
    elif asked.type == "count":
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
    elif asked.type == "integer":
        rule = {"validate": "integer", "criteria": "between", "minimum": -(10**12), "maximum": 10**12}
    if rule is not None:
        sheet.data_validation(*cells, rule)


def _write_explanations(book: Workbook, form: ReportForm, language: Language, looks: _Looks) -> None:
    place = 0 if language == "zh" else 1
    sheet = book.add_worksheet(EXPLANATIONS[place])
    titles = (("项目代码", "变动原因"), ("Id of the item", "Why it moved"))[place]
    for column, (title, width) in enumerate(zip(titles, (_WIDE, _WIDEST), strict=True)):
        sheet.write_string(0, column, title, looks.heading)
        sheet.set_column(column, column, width, looks.text)
    ids = f"'{said(form.single, language)}'!$D$2:$D${len(form.single.fields) + 1}"
    sheet.data_validation(1, 0, len(form.single.fields), 0, {"validate": "list", "source": f"={ids}"})
    sheet.freeze_panes(1, 0)
    sheet.protect("", _KEPT_OPEN)


def _write_marks(book: Workbook, form: ReportForm, addressed: Addressed) -> None:
    sheet = book.add_worksheet(FORM_SHEET)
    for row, (name, value) in enumerate((("form", form.effective_on.isoformat()), ("report", addressed.report_id))):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.hide()
    sheet.protect()
