"""What is recorded of a person, purely."""

import hashlib
import hmac
import re
from datetime import date

from stdnum.cn import ric

from kernel.findings import Finding, findings
from services.registry.people.resident_ids import NumberMalformed, normalised

_GB_11643 = ("GB 11643-1999",)
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")


def keyed_hash(city_code: str, kind: str, value: str, key: bytes) -> bytes:
    """What is stored and looked up: HMAC-SHA-256, so that neither a dump nor another city can be searched by number."""
    return hmac.digest(key, f"{city_code}\0{kind}\0{value}".encode(), hashlib.sha256)


def born_findings(*, born_on: date, today: date) -> list[Finding]:
    """Somebody who was born."""
    unborn = Finding(
        "born_in_future", _GB_11643, "证件号码中的出生日期晚于今日。", "The number tells a day of birth yet to come."
    )
    return findings((born_on > today, unborn))


def name_findings(*, name: str, known_as: str | None) -> list[Finding]:
    """Under the name the number is known by; the right name is not told."""
    differs = Finding(
        "person_name_differs",
        (),
        "姓名与该证件号码已登记的姓名不一致。",
        "The number is recorded under another name.",
    )
    is_other = known_as is not None and _bare(name) != _bare(known_as)
    return findings((is_other, differs))


def _bare(name: str) -> str:
    return "".join(name.split()).replace("·", "").casefold()


def paper_findings(*, is_resident_id: bool, number: str) -> list[Finding]:
    """A resident id has its check character; one that a spreadsheet turned into a number has lost it."""
    wrong_id = Finding("id_number_invalid", ("GB 11643",), "身份证号码不正确。", "The resident id number is not valid.")
    wrong_passport = Finding("passport_number_invalid", (), "护照号码格式不正确。", "The passport number is not valid.")
    return findings(
        (is_resident_id and not _is_resident_id(number), wrong_id),
        (not is_resident_id and not _PASSPORT.fullmatch(number), wrong_passport),
    )


def _is_resident_id(number: str) -> bool:
    # Not python-stdnum's `is_valid`: it raises KeyError for the divisions of today.
    try:
        plain = normalised(number)
    except NumberMalformed:
        return False
    return bool(ric.calc_check_digit(plain) == plain[-1])
