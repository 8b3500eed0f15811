"""Reads the YAML cases: facts and amounts as an officer writes them, quoted yuan becoming exact fen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from policy.loader import load_pack
from policy.snapshots import Acceptance, Setting, Snapshot, first_snapshot

FOLDER = Path(__file__).parent
YUAN = re.compile(r"\d{1,3}(,\d{3})*\.\d{2}")
ACCEPTED = Acceptance(date(2026, 9, 1), datetime(2026, 9, 1, 2, tzinfo=UTC))
KNOWN_AT = datetime(2026, 1, 2, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    pack: str
    file: str
    name: str
    cites: tuple[str, ...]
    programme: str
    act: str
    facts: dict[str, Any]
    settings: dict[str, Any]
    expect: dict[str, Any]

    def snapshot(self) -> Snapshot:
        return snapshot_with(self.pack, self.settings)


def snapshot_with(pack_id: str, values: dict[str, Any], *, recorded_at: datetime = KNOWN_AT) -> Snapshot:
    pack = load_pack(pack_id)
    settings = [
        Setting(
            parameter=key, value=tuple(value) if isinstance(value, list) else value, effective_on=date(2026, 1, 2),
            recorded_at=recorded_at, reason="case", set_by="a", approved_by="b",
        )
        for key, value in values.items()
    ]  # fmt: skip
    return first_snapshot(pack.city.code, pack).with_settings(settings)


def in_fen(value: Any) -> Any:
    """Quoted yuan anywhere in the value becomes fen."""
    if isinstance(value, str) and YUAN.fullmatch(value):
        return int(value.replace(",", "").replace(".", ""))
    if isinstance(value, dict):
        return {key: in_fen(item) for key, item in value.items()}
    return [in_fen(item) for item in value] if isinstance(value, list) else value


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def default_settings(pack: str) -> dict[str, Any]:
    return dict(in_fen(read(FOLDER / pack / "settings.yaml")["settings"]))


def all_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*/*.yaml")):
        document = read(path)
        for entry in document.get("cases", ()):
            yield _case(path, document, entry)


def _case(path: Path, document: dict[str, Any], entry: dict[str, Any]) -> Case:
    pack = path.parent.name
    settings = {} if entry.get("settings") == "none" else default_settings(pack)
    settings |= in_fen(entry.get("set", {}))
    shared = document.get("given", {}) if entry.get("programme") in (None, document.get("programme")) else {}
    given = {**shared, **entry.get("given", {})}
    return Case(
        pack=pack,
        file=path.name,
        name=entry["case"],
        cites=tuple(entry["cites"]),
        programme=entry.get("programme") or document["programme"],
        act=entry.get("act") or document["act"],
        facts={name: value for name, value in in_fen(given).items() if value is not None},
        settings={key: value for key, value in settings.items() if key not in entry.get("unset", ())},
        expect=in_fen(entry["expect"]),
    )
