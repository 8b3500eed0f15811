"""Unified social credit codes (GB 32100-2015): shape, and what looks wrong in a code of the right shape.

Real codes fail their check digit (early pilots) and some numbers of persons pass it, so a doubt is a warning that a
clerk can override with evidence; only what cannot be a credit code at all is refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

# Letters I, O, S, V and Z are left out by GB 32100; six digits of GB/T 2260 follow authority and type.
_SHAPE = re.compile(r"[1-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_SEPARATORS = re.compile(r"[\s\-‐-―]+")
# GB 32100-2015 table 1 with amendment 1: registering authority → types it registers.
_TYPES = {
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129", "8": "19", "9": "123",
    "A": "19", "N": "1239", "Y": "1",
}  # fmt: skip
# First two digits of GB/T 2260; 10 stands for the national registering office.
_PROVINCES = re.compile(r"1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_SUBJECT = slice(8, 17)
_SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
_OLDEST_BIRTH_YEAR = 1900


DOUBTS: dict[str, tuple[str, str]] = {
    "credit_code_check_digit": ("末位校验码不符", "The last character does not check"),
    "subject_check_digit": ("主体标识码的校验码不符", "The check character of the subject's code does not fit"),
    "registration_type_unknown": ("登记管理部门与机构类别不相配", "The authority registers no such type"),
    "division_unknown": ("行政区划码未知", "The division is unknown"),
    "reads_as_resident_id": ("形似居民身份号码,请核对", "It reads as the number of a person; check it"),
}


class CreditCodeMalformed(ValueError):
    """It cannot be a credit code: wrong length, letters GB 32100 does not use, or the number of a person."""


class CodeWarning(NamedTuple):
    """A doubt about a code. `code` is stable; `facts` are plain JSON values, never the code itself."""

    code: str
    facts: dict[str, Any]


def normalised(text: str) -> str:
    """Full-width digits become plain, separators go, letters rise. Raises CreditCodeMalformed."""
    code = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _SHAPE.fullmatch(code):
        raise CreditCodeMalformed("eighteen characters of GB 32100 are expected")
    if reads_as_resident_id(code) and not _is_registered_type(code):
        raise CreditCodeMalformed("this is the number of a person")
    return code


def warnings_of(code: str) -> list[CodeWarning]:
    """Every doubt about a normalised code; none for a code in order."""
    return list(_doubts(code))


def _doubts(code: str) -> Iterator[CodeWarning]:
    expected = uscc.calc_check_digit(code)
    if code[-1] != expected:
        yield CodeWarning("credit_code_check_digit", {"expected": expected})
    subject = code[_SUBJECT]
    expected = subject_check_character(subject)
    if subject[-1] != expected:
        yield CodeWarning("subject_check_digit", {"expected": expected})
    if not _is_registered_type(code):
        yield CodeWarning("registration_type_unknown", {"authority": code[0], "type": code[1]})
    if not is_province(code[2:4]):
        yield CodeWarning("division_unknown", {"province": code[2:4]})
    if reads_as_resident_id(code):
        yield CodeWarning("reads_as_resident_id", {})


def subject_check_character(subject: str) -> str:
    """The ninth character of an organisation code (GB 11714) over the first eight: X stands for ten."""
    total = sum(weight * int(letter, 36) for weight, letter in zip(_SUBJECT_WEIGHTS, subject, strict=False))
    return "0123456789X0"[11 - total % 11]


def reads_as_resident_id(code: str) -> bool:
    """Whether it is also a citizen's number: digits, a day of birth and the check digit of GB 11643."""
    if not code[:-1].isdigit():
        return False
    try:
        born: date = ric.get_birth_date(code)
    except ValidationError:
        return False
    return born.year >= _OLDEST_BIRTH_YEAR and ric.calc_check_digit(code) == code[-1]


def is_province(digits: str) -> bool:
    """Whether GB/T 2260 has, or had, a province of these two digits."""
    return _PROVINCES.fullmatch(digits) is not None


def _is_registered_type(code: str) -> bool:
    return code[1] in _TYPES.get(code[0], "")
