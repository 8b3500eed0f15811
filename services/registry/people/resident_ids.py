"""Numbers of persons (GB 11643-1999): shape, and what looks wrong in a number of the right shape.

Check digit and day of birth are python-stdnum's; its `validate` is not used, for it knows neither the divisions of
today nor the permits of Hong Kong, Macao and Taiwan residents (81, 82, 83) nor the cards of foreigners (9…).
A doubt is a warning that a clerk sets aside with evidence; only what cannot be such a number is refused.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from services.registry.organisations.credit_codes import CodeWarning, is_province

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SEPARATORS = re.compile(r"[\s\-‐-―]+")
# What a spreadsheet makes of eighteen digits: 1.23E+17, or fifteen digits and three noughts, with or without a point.
_FROM_A_SPREADSHEET = re.compile(r"[0-9]+(\.[0-9]+)?E\+?[0-9]+|[0-9]{18}\.[0-9]+")
_ROUNDED = "000"
_PERMITS = frozenset({"81", "82", "83"})
_FOREIGN = "9"
_OLDEST_BIRTH_YEAR = 1900

DOUBTS: dict[str, tuple[str, str]] = {
    "resident_id_check_digit": ("末位校验码不符", "The last character does not check"),
    "resident_id_division_unknown": ("行政区划码未知", "The division is unknown"),
    "resident_id_division_of_no_list": (
        "区划码不在本市现行或历史区划之列,可能取自其他年份的代码表",
        "The city has and had no such division: perhaps a code of another year's list",
    ),
    "resident_id_born_long_ago": ("出生日期早于 1900 年", "The day of birth lies before 1900"),
}


class NumberKind(StrEnum):
    """Whose number it is, by its first digits; a passport's is of no such shape."""

    RESIDENT = "resident"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_RESIDENT = "foreign_resident"
    PASSPORT = "passport"


class NumberMalformed(ValueError):
    """It cannot be the number of a person."""


class NumberDestroyed(NumberMalformed):
    """A spreadsheet has rounded it to fifteen digits; nobody can tell what it was."""


def normalised(text: str) -> str:
    """Full-width digits become plain, separators go, x rises. Raises NumberDestroyed, NumberMalformed."""
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if _FROM_A_SPREADSHEET.fullmatch(number):
        raise NumberDestroyed
    if not _SHAPE.fullmatch(number):
        raise NumberMalformed
    if number.endswith(_ROUNDED) and ric.calc_check_digit(number) != number[-1]:
        raise NumberDestroyed
    try:
        born_on(number)
    except ValidationError:
        raise NumberMalformed from None
    return number


def born_on(number: str) -> date:
    """The day of birth in a number of the right shape."""
    day: date = ric.get_birth_date(number)
    return day


def kind_of(number: str) -> NumberKind:
    """Citizen, resident of Hong Kong, Macao or Taiwan, or foreigner."""
    if number[:2] in _PERMITS:
        return NumberKind.RESIDENCE_PERMIT
    return NumberKind.FOREIGN_RESIDENT if number[0] == _FOREIGN else NumberKind.RESIDENT


def warnings_of(number: str, *, city_code: str, divisions: Collection[str]) -> list[CodeWarning]:
    """Every doubt about a normalised number; `divisions` are all codes the city has and had."""
    return list(_doubts(number, city_code, divisions))


def _doubts(number: str, city_code: str, divisions: Collection[str]) -> Iterator[CodeWarning]:
    if ric.calc_check_digit(number) != number[-1]:
        yield CodeWarning("resident_id_check_digit", {})
    if kind_of(number) is NumberKind.RESIDENT:
        if not is_province(number[:2]):
            yield CodeWarning("resident_id_division_unknown", {})
        elif number[:4] == city_code[:4] and number[:6] not in divisions:
            yield CodeWarning("resident_id_division_of_no_list", {})
    if born_on(number).year < _OLDEST_BIRTH_YEAR:
        yield CodeWarning("resident_id_born_long_ago", {})
