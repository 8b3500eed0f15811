"""Whether a paper's number can be one, purely."""

import re

from stdnum.cn import ric

from kernel.findings import Finding, findings
from services.registry.people.resident_ids import NumberMalformed, normalised

_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")


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
