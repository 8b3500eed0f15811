"""What was typed, made into values: every cell that cannot be read is named with its place. No database, no clock.

A caller's JSON has exact types; a workbook has what people type, and what a spreadsheet does to it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from numbers import Real
from typing import Any

from kernel.findings import Finding
from policy.forms import FormChoice, FormField, FormSection, ReportForm
from services.registry.organisations.credit_codes import CreditCodeMalformed, normalised, warnings_of

Content = dict[str, list[dict[str, Any]]]
Place = Callable[[str, int, str], dict[str, Any]]
NUMBER_MAX = 2**53 - 1  # what every JSON reader keeps exact
TEXT_MAX = 300
SHOWN_MAX = 500  # findings in one answer
ROWS_MAX = 10_000
_NUMBER = re.compile(r"-?[0-9]{1,16}")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
CONTROL = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FLAGS = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False}
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
# Digits that a spreadsheet made nought: what an eighteen-digit code typed as a number ends with.
_LOST = re.compile(r"[0-9]{15}0{3}")

FAULTS: dict[str, tuple[str, str]] = {
    "value_missing": ("必填项未填。", "A value is required."),
    "not_a_count": ("应为不小于零的整数。", "A whole number, not below zero, is expected."),
    "not_a_number": ("应为整数。", "A whole number is expected."),
    "not_a_flag": ("应填“是”或“否”。", "Yes or no is expected."),
    "not_a_text": ("应为文本，且不超过规定长度。", "A text of the permitted length is expected."),
    "not_a_day": ("应为日期，如2026-06-30。", "A day such as 2026-06-30 is expected."),
    "not_a_choice": ("不在可选值之内。", "It is none of the values to choose from."),
    "code_list_of_another_year": (
        "该代码属于其他年度的代码表，请改用现行代码。",
        "The code stands in the list of another year; use the one in force.",
    ),
    "division_unknown": ("行政区划代码不属于本市。", "It is no code of a division of this city."),
    "credit_code_malformed": ("不是统一社会信用代码。", "It is not a unified social credit code."),
    "identifier_destroyed": (
        "代码已被电子表格改为数字而失真，请将单元格设为文本后重新录入。",
        "A spreadsheet has made a number of this code and lost its last digits; set the cell to text, type it again.",
    ),
    "day_outside_period": ("日期不在报告期内。", "The day lies outside the period reported."),
    "field_unknown": ("报表中没有这一项。", "The form has no such field."),
    "section_unknown": ("报表中没有这一部分。", "The form has no such section."),
    "section_single": ("该部分只应有一行。", "This section has exactly one row."),
    "rows_too_many": (
        "行数超过上限:至多 {rows_max} 行,现有 {rows} 行。",
        "There are {rows} rows; {rows_max} at most are taken.",
    ),
}


class Unfit(ValueError):
    """A value that cannot be read; `facts` may say what would fit."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was typed; `number` is its place in the sheet or list."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """How values are read: with people's spellings or not, in which period, by which code list of divisions."""

    lenient: bool
    period: tuple[date, date]
    divisions: frozenset[str]
    former_divisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """Values by section, what was wrong, and where each row stands."""

    content: Content
    faults: list[Finding]
    numbers: Mapping[str, list[int]]


def read_content(form: ReportForm, typed: Mapping[str, Iterable[Line]], reader: Reader, place: Place) -> Read:
    """Every section of the form; what could not be read is null and has its fault."""
    content: Content = {}
    numbers: dict[str, list[int]] = {}
    faults = [fault("section_unknown", place(name, 0, "")) for name in typed if name not in form.by_id]
    for section in form.sections:
        lines = list(typed.get(section.id, ()))
        if section.single and len(lines) != 1:
            faults.append(fault("section_single", place(section.id, 0, "")))
        if len(lines) > ROWS_MAX:
            faults.append(fault("rows_too_many", place(section.id, 0, ""), rows_max=ROWS_MAX, rows=len(lines)))
            lines = []
        content[section.id] = [_row(section, line, reader, place, faults) for line in lines]
        numbers[section.id] = [line.number for line in lines]
    return Read(content, faults, numbers)


def fault(code: str, where: Mapping[str, Any], **facts: Any) -> Finding:
    """A fault of the list above at a place."""
    zh, en = (text.format(**facts) for text in FAULTS[code])
    return Finding(code, (), zh, en, {**where, **facts})


def bounded(found: list[Finding]) -> list[Finding]:
    """So many that a person can work through them."""
    return found[:SHOWN_MAX]


def _row(section: FormSection, line: Line, reader: Reader, place: Place, faults: list[Finding]) -> dict[str, Any]:
    unknown = [name for name in line.cells if name not in section.by_id]
    faults += [fault("field_unknown", place(section.id, line.number, str(name)[:100])) for name in unknown]
    values: dict[str, Any] = {}
    for asked in section.fields:
        try:
            values[asked.id] = read_value(asked, line.cells.get(asked.id), reader)
        except Unfit as unfit:
            values[asked.id] = None
            faults.append(fault(unfit.code, place(section.id, line.number, asked.id), **unfit.facts))
    return values


def read_value(asked: FormField, typed: Any, reader: Reader) -> Any:
    """The value, or None where nothing was typed and nothing is required. Raises Unfit."""
    if isinstance(typed, str):
        typed = unicodedata.normalize("NFKC", typed).strip()
    if typed is None or typed == "":
        if asked.required:
            raise Unfit("value_missing")
        return None
    return _READERS[asked.type](asked, typed, reader)


def _whole(typed: Any, reader: Reader, code: str) -> int:
    if reader.lenient and isinstance(typed, str) and _NUMBER.fullmatch(typed.replace(",", "")):
        typed = int(typed.replace(",", ""))
    if isinstance(typed, bool) or not isinstance(typed, Real if reader.lenient else int):
        raise Unfit(code)
    number: Any = typed  # of a workbook: a number that may have a fraction, be none at all, or have no end
    if not -NUMBER_MAX <= number <= NUMBER_MAX or number != int(number):
        raise Unfit(code)
    return int(number)


def _count(_asked: FormField, typed: Any, reader: Reader) -> int:
    value = _whole(typed, reader, "not_a_count")
    if value < 0:
        raise Unfit("not_a_count")
    return value


def _integer(_asked: FormField, typed: Any, reader: Reader) -> int:
    return _whole(typed, reader, "not_a_number")


def _flag(_asked: FormField, typed: Any, reader: Reader) -> bool:
    if reader.lenient and isinstance(typed, str):
        typed = _FLAGS.get(typed.lower())
    if not isinstance(typed, bool):
        raise Unfit("not_a_flag")
    return typed


def _text(_asked: FormField, typed: Any, reader: Reader) -> str:
    if reader.lenient and isinstance(typed, Real) and not isinstance(typed, bool):
        typed = str(typed).removesuffix(".0")  # a room number
    if not isinstance(typed, str) or len(typed) > TEXT_MAX or CONTROL.search(typed):
        raise Unfit("not_a_text")
    return typed


def _credit_code(_asked: FormField, typed: Any, _reader: Reader) -> str:
    if isinstance(typed, Real) and not isinstance(typed, bool):
        number: Any = typed
        raise Unfit("identifier_destroyed" if number >= 10**_EXACT_DIGITS else "credit_code_malformed")
    if not isinstance(typed, str):
        raise Unfit("credit_code_malformed")
    if _ROUNDED.fullmatch(typed):
        raise Unfit("identifier_destroyed")
    try:
        code = normalised(typed)
    except CreditCodeMalformed:
        lost = _LOST.fullmatch(typed)
        raise Unfit("identifier_destroyed" if lost else "credit_code_malformed") from None
    if _LOST.fullmatch(code) and warnings_of(code):
        raise Unfit("identifier_destroyed")
    return code


def _division(_asked: FormField, typed: Any, reader: Reader) -> str:
    if reader.lenient and isinstance(typed, Real) and not isinstance(typed, bool):
        typed = str(typed).removesuffix(".0")
    if typed in reader.divisions:
        return str(typed)
    if isinstance(typed, str) and typed in reader.former_divisions:
        raise Unfit("code_list_of_another_year", now=reader.former_divisions[typed])
    raise Unfit("division_unknown")


def _date(asked: FormField, typed: Any, reader: Reader) -> str:
    day = _day(typed, reader)
    first, last = reader.period
    if asked.in_period and not first <= day <= last:
        raise Unfit("day_outside_period", period_from=first.isoformat(), period_until=last.isoformat())
    return day.isoformat()


def _day(typed: Any, reader: Reader) -> date:
    if reader.lenient and isinstance(typed, datetime):
        return typed.date()
    if reader.lenient and isinstance(typed, date):
        return typed
    found = _DAY.fullmatch(typed) if isinstance(typed, str) else None
    if found is None or (not reader.lenient and len(typed) != len("2026-06-30")):
        raise Unfit("not_a_day")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise Unfit("not_a_day") from None


def _choice(asked: FormField, typed: Any, reader: Reader) -> str:
    for choice in asked.choices:
        if typed in _spellings(choice, reader):
            return choice.id
    for choice in asked.choices:
        if typed in choice.formerly:
            raise Unfit("code_list_of_another_year", now=choice.id)
    raise Unfit("not_a_choice")


def _spellings(choice: FormChoice, reader: Reader) -> Iterator[str]:
    yield choice.id
    if reader.lenient:
        # People choose by name; a name is compared as it was normalised above.
        yield from (unicodedata.normalize("NFKC", name) for name in (choice.zh, choice.en))


_READERS: dict[str, Callable[[FormField, Any, Reader], Any]] = {
    "count": _count, "integer": _integer, "flag": _flag, "text": _text, "credit_code": _credit_code,
    "division": _division, "date": _date, "choice": _choice,
}  # fmt: skip
