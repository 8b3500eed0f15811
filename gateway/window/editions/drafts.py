"""Reads an edition from its texts: the pack with all faults at once, and what each of its own cases says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.problems import Invalid
from policy.cases import read_cases
from policy.loader import PackInvalid, read_pack_files
from policy.schema import Pack
from policy.snapshots import Acceptance
from policy.yaml_source import Fault

FAULTS_SHOWN = 200
CHARACTERS_SHOWN = 300
CASES_MAX = 2_000
FAILURES_SHOWN = 20  # of one case


class EditionInvalid(Invalid):
    """Each error names the file by `pointer` and says in `message` where in it and what."""

    code, title_zh, title_en = "edition_invalid", "政策版本未通过校验", "The edition does not load"


@dataclass(frozen=True, slots=True)
class Draft:
    """A pack that loads, and the failures of each case as if it were accepted on the first day."""

    pack: Pack
    case_results: list[dict[str, Any]]


def read_draft(
    pack_id: str, files: Mapping[str, str], case_files: Mapping[str, str], *, effective_on: date, at: datetime
) -> Draft:
    """Raises EditionInvalid with every fault of the pack and of the texts of the cases."""
    errors: list[dict[str, str]] = []
    read = read_cases(case_files)
    try:
        pack = read_pack_files(pack_id, files)
    except PackInvalid as invalid:
        errors += [_error("files", fault) for fault in invalid.faults]
    errors += [_error("cases", fault) for fault in read.faults]
    if len(read.cases) > CASES_MAX:
        errors.append(_error("cases", Fault("", f"more than {CASES_MAX} cases")))
    if errors:
        raise EditionInvalid(errors=errors[:FAULTS_SHOWN], faults=len(errors))
    accepted = Acceptance(effective_on, at)
    results = [
        {"file": case.file, "name": case.name, "failures": _shown(case.failures(pack, accepted=accepted))}
        for case in read.cases
    ]
    return Draft(pack, results)


def _shown(failures: list[str]) -> list[str]:
    return [failure[:CHARACTERS_SHOWN] for failure in failures[:FAILURES_SHOWN]]


def _error(part: str, fault: Fault) -> dict[str, str]:
    name = fault.where.partition(" ")[0].partition(":")[0]
    return {"pointer": f"/{part}/{name}".rstrip("/"), "code": "pack_fault", "message": str(fault)[:CHARACTERS_SHOWN]}
