"""Editions of the Xuzhou pack as a proposer sends them: the texts that ship, with a figure or a line changed."""

from datetime import date
from typing import Any

from policy.loader import PACKS

SETTINGS = "settings: {fund.award_subsidy.period: annual, award.recognition.upgrade_treatment: difference}\n"


def pack_files(*changes: tuple[str, str], pack: str = "xuzhou") -> dict[str, str]:
    """The texts of a pack; each change replaces a text that stands in exactly one place."""
    files = {path.name: path.read_text(encoding="utf-8") for path in (PACKS / pack).glob("*.yaml")}
    for old, new in changes:
        (name,) = [name for name, text in files.items() if text.count(old) == 1]
        files[name] = files[name].replace(old, new)
    return files


def awards(*, municipal: int = 30_000_000, provincial: int = 40_000_000) -> list[tuple[str, str]]:
    """Changes that give the awards these amounts in fen."""
    return [("value: 30_000_000", f"value: {municipal}"), ("value: 40_000_000", f"value: {provincial}")]


def award_cases(*, municipal: str = "300,000.00", provincial: str = "400,000.00") -> dict[str, str]:
    """Two cases an officer wrote for the awards, in yuan."""
    cases = "\n".join(
        f"  - {{case: {level}, cites: [XZ-23], given: {{level: {level}}},"
        f' expect: {{outcome: eligible, amounts: {{award: "{amount}"}}}}}}'
        for level, amount in (("municipal", municipal), ("provincial", provincial))
    )
    head = "programme: award.recognition\nact: award\n"
    given = "given: {carrier_kind: makerspace, designation: key, earlier_awards: []}\n"
    return {"settings.yaml": SETTINGS, "awards.yaml": f"{head}{given}cases:\n{cases}\n"}


def an_edition(effective_on: date, *changes: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What is sent: municipal awards of half a million from a day on, unless said otherwise."""
    return {
        "files": pack_files(*(changes or awards(municipal=50_000_000))),
        "cases": award_cases(municipal="500,000.00"),
        "effective_on": effective_on.isoformat(),
        "reason": "市政府2026年第9号文件",
        **more,
    }
