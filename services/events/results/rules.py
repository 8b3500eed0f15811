"""Who wins what, who may object and answer, and what stands against publishing or a benefit. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import decode_id, encode_id
from services.events.competitions.terms import GroupTerms
from services.events.judging.rules import Standing

GRADES_ZH = ("一等奖", "二等奖", "三等奖", "四等奖", "五等奖", "六等奖", "七等奖", "八等奖", "九等奖")
CITY = "city"


@dataclass(frozen=True, slots=True)
class Award:
    """`place` is that among those who still compete: who left is not counted."""

    entry_id: UUID
    group: str
    place: int
    grade: int

    def kept(self) -> dict[str, Any]:
        """As the notice shows and the record keeps it."""
        entry = encode_id("cen", self.entry_id)
        return {"entry_id": entry, "group": self.group, "place": self.place, "grade": self.grade}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Award":
        """From the record."""
        return cls(decode_id("cen", kept["entry_id"]), kept["group"], kept["place"], kept["grade"])


def awards(standings: Iterable[Standing], active: Collection[UUID], groups: Sequence[GroupTerms]) -> list[Award]:
    """Each group's prizes from the first grade down, to those who still compete: who left is followed by the next."""
    ordered = sorted(standings, key=lambda one: one.place)
    found: list[Award] = []
    for group in groups:
        winners = [one.entry_id for one in ordered if one.group == group.key and one.entry_id in active]
        grades = [prize.grade for prize in group.prizes for _ in range(prize.places)]
        pairs = zip(winners, grades, strict=False)
        found += [Award(entry, group.key, place + 1, grade) for place, (entry, grade) in enumerate(pairs)]
    return found


def grade_zh(grade: int) -> str:
    """`1` → 一等奖."""
    return GRADES_ZH[grade - 1]


def objection_findings(*, closes_on: date, today: date) -> list[Finding]:
    """Until midnight after the last day of the notice."""
    facts = {"closes_on": closes_on.isoformat(), "today": today.isoformat()}
    return findings((today > closes_on, Finding("notice_over", (), "公示期已满。", "The notice has ended.", facts)))


def answer_findings(*, by: str, noticed_by: str, filed_by: str) -> list[Finding]:
    """Who drew up the result does not judge what is said against it, nor does who said it."""
    zh, en = "异议须由公示发起人以外的人员处理。", "Another officer than the one who gave notice answers."
    same = Finding("answered_by_who_noticed", (), zh, en)
    zh, en = "异议人不得处理自己的异议。", "Nobody answers an objection of one's own."
    return findings((by == noticed_by, same), (by == filed_by, Finding("answered_by_objector", (), zh, en)))


def publication_findings(*, by: str, noticed_by: str, waiting: int, whole_upheld: bool = False) -> list[Finding]:
    """A second officer publishes, when every objection is answered and none against the whole was upheld.

    After that there is only to cancel the edition.
    """
    zh, en = "公布结果须由另一名人员办理。", "Another officer than the one who gave notice publishes."
    same = Finding("published_by_who_noticed", (), zh, en)
    zh, en = "仍有异议未处理。", "Objections wait for an answer."
    open_ones = Finding("objections_waiting", (), zh, en, {"objections": waiting})
    zh, en = "对整个结果的异议已经成立。", "An objection against the whole result was upheld."
    whole = Finding("objection_against_whole_upheld", (), zh, en)
    return findings((by == noticed_by, same), (waiting > 0, open_ones), (whole_upheld, whole))


def benefit_findings(*, is_revoked: bool, chosen: str, treasury: str, clauses: Sequence[str]) -> list[Finding]:
    """A prize that stands, granted by the level the policy has chosen."""
    facts = {"treasury": treasury, "chosen": chosen}
    zh, en = "该奖项已撤销。", "The prize was revoked."
    revoked = Finding("prize_revoked", tuple(clauses), zh, en)
    zh, en = "该政策由另一级安排。", "The policy has the other level grant it."
    other = Finding("granted_by_other_level", tuple(clauses), zh, en, facts)
    return findings((is_revoked, revoked), (chosen != treasury, other))
