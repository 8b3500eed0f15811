"""The cases of the packs that ship, read as a published pack's own cases are."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policy import cases
from policy.loader import load_pack
from policy.snapshots import Acceptance, Snapshot
from policy.yaml_source import LOADER

FOLDER = Path(__file__).parent
ACCEPTED = Acceptance(date(2026, 9, 1), datetime(2026, 9, 1, 2, tzinfo=UTC))
KNOWN_AT = datetime(2026, 1, 2, 2, tzinfo=UTC)
in_fen = cases.in_fen


@dataclass(frozen=True)
class Case(cases.Case):
    pack: str

    def snapshot(self) -> Snapshot:
        return snapshot_with(self.pack, self.settings)


_snapshots: dict[tuple[str, str, datetime], Snapshot] = {}


def snapshot_with(pack_id: str, values: dict[str, Any], *, recorded_at: datetime = KNOWN_AT) -> Snapshot:
    """One for the same values: what a snapshot works out once serves all cases that suppose them, as in a service."""
    key = pack_id, repr(values), recorded_at
    if key not in _snapshots:
        _snapshots[key] = _new_snapshot(pack_id, values, recorded_at)
    return _snapshots[key]


def _new_snapshot(pack_id: str, values: dict[str, Any], recorded_at: datetime) -> Snapshot:
    return cases.snapshot_with(load_pack(pack_id), values, effective_on=date(2026, 1, 2), recorded_at=recorded_at)


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader


def files_of(pack: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / pack).glob("*.yaml")}


def default_settings(pack: str) -> dict[str, Any]:
    return deepcopy(_default_settings(pack))


@cache
def _default_settings(pack: str) -> dict[str, Any]:
    return dict(in_fen(read(FOLDER / pack / "settings.yaml")["settings"]))


def all_cases() -> Iterator[Case]:
    return iter(_all_cases())


@cache
def _all_cases() -> tuple[Case, ...]:
    return tuple(case for folder in sorted({path.parent for path in FOLDER.glob("*/*.yaml")}) for case in _in(folder))


def _in(folder: Path) -> Iterator[Case]:
    found = cases.read_cases(files_of(folder.name))
    assert found.faults == ()
    for case in found.cases:
        if isinstance(case, cases.Case):
            yield Case(**vars(case), pack=folder.name)
