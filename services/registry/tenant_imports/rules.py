"""A row of a workbook of tenants, read purely: its values, or every reason it cannot be taken, column by column."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real
from typing import Any, NamedTuple

from kernel.schemas import clean
from services.registry.organisations.credit_codes import CreditCodeMalformed, normalised, warnings_of
from services.registry.tenancy.rules import SEATS_MAX, firm_key

NAME, KIND, CODE, PLACE = "名称", "主体类型", "统一社会信用代码", "工位或房间"
AREA, SEATS, STARTED, UNTIL, LEFT = "面积(平方米)", "工位数", "入驻日期", "协议到期日", "退出日期"
COLUMNS = (NAME, KIND, CODE, PLACE, AREA, SEATS, STARTED, UNTIL, LEFT)
KINDS = {"企业": "firm", "个体工商户": "individual_business", "团队": "team", "项目": "project"}
_CODED = frozenset({"firm", "individual_business"})
_NAME_MAX, _PLACE_MAX, _COUNT_MAX = 200, 100, 2_000_000_000  # allow number: what the columns of the table hold
_FIRST_YEAR = 1980  # allow number: before that no carrier existed, and a spreadsheet's day nought lies there
# What a spreadsheet makes of eighteen digits: 9.13203E+17, or fifteen digits and three noughts.
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
_ROUNDED = re.compile(r"[0-9]{15}000")
WHOLE_ENDS_WITH = ".0"
_WHOLE = re.compile(r"[0-9]{1,10}")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")

REASONS: dict[str, tuple[str, str]] = {
    "missing": ("必填", "required"),
    "kind_unknown": ("主体类型须为企业、个体工商户、团队或项目", "not a kind of tenant"),
    "credit_code": ("不是统一社会信用代码", "not a unified social credit code"),
    "credit_code_doubtful": ("统一社会信用代码校验不符", "the credit code does not check"),
    "code_not_expected": ("团队和项目没有统一社会信用代码", "a team or a project has no credit code"),
    "id_destroyed_by_spreadsheet": (
        "18位代码已被表格软件改成数字,末位丢失,请按文本格式重新录入",
        "the spreadsheet turned the code into a number and lost its last digits: enter it as text",
    ),
    "whole_number": ("须为非负整数", "a whole number is expected"),
    "too_many_seats": (f"一家入驻单位的工位数不得超过{SEATS_MAX}", f"a tenant has {SEATS_MAX} seats at most"),
    "date": ("须为日期,如 2026-10-08", "a day such as 2026-10-08 is expected"),
    "too_long": ("内容过长", "too long"),
    "control_character": ("含有控制字符", "text with control characters"),
    "started_in_future": ("入驻日期不得晚于今日", "the tenancy begins in the future"),
    "agreement_backwards": ("协议到期日早于入驻日期", "the agreement ends before the tenancy begins"),
    "left_before_coming": ("退出日期早于入驻日期", "the tenant left before it came"),
    "left_in_future": ("退出日期不得晚于今日", "the day of leaving lies in the future"),
    "repeated_in_file": ("与本文件前面的行重复", "a row above in this file says the same tenant"),
    "already_tenant": ("已入驻本载体", "a tenant of this carrier already"),
    "tenant_deregistered": ("入驻单位已注销", "the tenant is deregistered"),
    "no_free_seats": ("工位不足", "not enough free seats"),
}


class Flaw(NamedTuple):
    """Why a cell, or with an empty column the row, is not taken. `row` as the spreadsheet counts it."""

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A row that can be read."""

    number: int
    kind: str
    name: str
    credit_code: str | None
    place: str | None
    area_sqm: int | None
    seats: int
    started_on: date
    agreed_until: date | None
    ended_on: date | None

    @property
    def firm_key(self) -> str:
        return firm_key(credit_code=self.credit_code, name=self.name)


class CellError(ValueError):
    """`code` is one of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_header(row: Sequence[Any]) -> bool:
    """Whether the first row names our columns in our order; more columns may follow."""
    return tuple(str(cell).strip() for cell in row[: len(COLUMNS)]) == COLUMNS


def read_rows(rows: Iterable[Sequence[Any]], *, first: int, today: date) -> Iterator[TenantRow | list[Flaw]]:
    """Each row in order, or all that is wrong with it; a stay that stands above in the file is refused below.

    A tenant is in a carrier once; it may have been there before, once since each day.
    """
    seen: set[tuple[str, date | None]] = set()
    for number, cells in enumerate(rows, start=first):
        read = _read_row(number, cells, today)
        if isinstance(read, TenantRow):
            stay = (read.firm_key, read.started_on if read.ended_on else None)
            if stay in seen:
                yield [Flaw(number, "", "repeated_in_file")]
                continue
            seen.add(stay)
        yield read


def is_empty(cells: Sequence[Any]) -> bool:
    """A row nobody filled in; only our columns count."""
    return not any(str(cell).strip() for cell in cells[: len(COLUMNS)])


def _read_row(number: int, cells: Sequence[Any], today: date) -> TenantRow | list[Flaw]:
    named = dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, cells, strict=False))
    values: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for column, reader in _READERS.items():
        try:
            values[column] = reader(named[column])
        except CellError as error:
            flaws.append(Flaw(number, column, error.code))
    flaws += [Flaw(number, column, code) for column, code in _between(values, today)]
    if flaws:
        return flaws
    return TenantRow(
        number, values[KIND], values[NAME], values[CODE], values[PLACE], values[AREA], values[SEATS] or 0,
        values[STARTED], values[UNTIL], values[LEFT],
    )  # fmt: skip


def _between(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """What is wrong between two cells that can both be read."""
    kind, started, until, left = (values.get(column) for column in (KIND, STARTED, UNTIL, LEFT))
    if kind is not None and CODE in values:
        if kind in _CODED and values[CODE] is None:
            yield CODE, "missing"
        if kind not in _CODED and values[CODE] is not None:
            yield CODE, "code_not_expected"
    if started is not None and started > today:
        yield STARTED, "started_in_future"
    if left is not None and left > today:
        yield LEFT, "left_in_future"
    if started is not None and until is not None and until < started:
        yield UNTIL, "agreement_backwards"
    if started is not None and left is not None and left < started:
        yield LEFT, "left_before_coming"


def _text(cell: Any) -> str:
    # A spreadsheet keeps a room number as a number with a fraction of nought.
    text = cell if isinstance(cell, str) else str(cell).removesuffix(WHOLE_ENDS_WITH)
    try:
        text = clean(text)
    except ValueError as error:  # a pydantic error is one
        raise CellError("control_character") from error
    return " ".join(text.split())


def _within(most: int) -> Callable[[Any], str | None]:
    def read(cell: Any) -> str | None:
        text = _text(cell)
        if len(text) > most:
            raise CellError("too_long")
        return text or None

    return read


def _needed(reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        value = reader(cell)
        if value is None:
            raise CellError("missing")
        return value

    return read


def _kind(cell: Any) -> str | None:
    text = _text(cell)
    if text and text not in KINDS:
        raise CellError("kind_unknown")
    return KINDS.get(text)


def _code(cell: Any) -> str | None:
    if isinstance(cell, Real):
        raise CellError("id_destroyed_by_spreadsheet")
    text = _text(cell)
    if not text:
        return None
    if _SCIENTIFIC.fullmatch(text):
        raise CellError("id_destroyed_by_spreadsheet")
    try:
        code = normalised(text)
    except CreditCodeMalformed:
        destroyed = _ROUNDED.fullmatch(text)
        raise CellError("id_destroyed_by_spreadsheet" if destroyed else "credit_code") from None
    doubts = {warning.code for warning in warnings_of(code)}
    if "reads_as_resident_id" in doubts:
        raise CellError("credit_code")
    if "credit_code_check_digit" in doubts:
        raise CellError("id_destroyed_by_spreadsheet" if _ROUNDED.fullmatch(code) else "credit_code_doubtful")
    return code


def _whole(cell: Any) -> int | None:
    text = _text(cell)
    if not text:
        return None
    if isinstance(cell, bool) or not _WHOLE.fullmatch(text) or int(text) > _COUNT_MAX:
        raise CellError("whole_number")
    return int(text)


def _seats(cell: Any) -> int | None:
    seats = _whole(cell)
    if seats is not None and seats > SEATS_MAX:
        raise CellError("too_many_seats")
    return seats


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    else:
        text = _text(cell)
        if not text:
            return None
        found = _DAY.fullmatch(text)
        try:
            day = date(*map(int, found.groups())) if found else date.min
        except ValueError:
            day = date.min
    if day.year < _FIRST_YEAR:
        raise CellError("date")
    return day


_READERS: dict[str, Callable[[Any], Any]] = {
    NAME: _needed(_within(_NAME_MAX)),
    KIND: _needed(_kind),
    CODE: _code,
    PLACE: _within(_PLACE_MAX),
    AREA: _whole,
    SEATS: _seats,
    STARTED: _needed(_day),
    UNTIL: _day,
    LEFT: _day,
}
