"""What an award is judged on, and what still has to be true when a second person approves it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.findings import Finding, findings
from policy.schema import Programme
from policy.terms import LADDER, AwardTerms
from policy.terms_of_support import GradedAwardTerms, UpliftTerms


@dataclass(frozen=True, slots=True)
class CarrierLevel:
    """A recognised carrier as an award programme sees it."""

    kind: str
    level: str
    designation: str


@dataclass(frozen=True, slots=True)
class EarlierAward:
    """An award of the same programme and carrier that was approved or paid."""

    level: str
    amount_fen: int


def designation_of(*, is_key: bool) -> str:
    """`key` for 重点 carriers, `filed` for ordinary filing."""
    return "key" if is_key else "filed"


def concerns(programme: Programme, carrier: CarrierLevel) -> bool:
    """Whether the programme is about carriers of this designation at all: filing alone opens nothing (XZ-23)."""
    return isinstance(programme.terms, AwardTerms) and programme.terms.designation == carrier.designation


def award_facts(carrier: CarrierLevel, earlier: Sequence[EarlierAward]) -> dict[str, Any]:
    """The facts of a once-only award, in the words of the rule. Earlier awards stand from the lowest level up."""
    # In a fixed order, so that the same awards give the same bytes and the same hash.
    ranked = sorted(earlier, key=lambda award: (LADDER.index(award.level), award.amount_fen))
    return {
        "carrier_kind": carrier.kind,
        "level": carrier.level,
        "designation": carrier.designation,
        "earlier_awards": [{"level": award.level, "amount_fen": award.amount_fen} for award in ranked],
    }


def is_graded(programme: Programme, grade: str) -> bool:
    """Whether the programme pays for the grade at all: a lower one opens nothing."""
    terms = programme.terms
    return isinstance(terms, GradedAwardTerms | UpliftTerms) and grade in {entry.grade for entry in terms.grades}


def evaluation_facts(
    known: Mapping[str, Any], *, grade: str, carrier_kind: str, level: str | None, already_awarded: bool
) -> dict[str, Any]:
    """What the registry told of a carrier's evaluation, under the names the rule or the city's conditions ask for.

    One that holds no level any more has the level "none": that is known, and does not wait to be told.
    """
    told = {
        "grade": grade,
        "already_awarded": already_awarded,
        "carrier_kind": carrier_kind,
        "level": level or "none",
        "recognised_level": level or "none",
        "is_municipal_makerspace": carrier_kind == "makerspace" and level in LADDER[LADDER.index("municipal") :],
    }
    return {name: value for name, value in told.items() if name in known}


def publicity_findings(
    *, is_confirmed: bool, until_on: date | None, on: date, objections_waiting: int
) -> list[Finding]:
    """What nobody applied for: the payee wants it, the list was public for its whole time, no objection waits."""
    running = until_on is not None and on <= until_on
    until = until_on.isoformat() if until_on else None
    return findings(
        (
            not is_confirmed,
            Finding("not_confirmed", (), "收款单位尚未确认。", "The payee has not confirmed it."),
        ),
        (
            until_on is None,
            Finding("not_published", (), "尚未列入公示名单。", "It stands on no published list."),
        ),
        (
            running,
            Finding("notice_running", (), "公示期未满。", "The list is still on public notice.", {"until_on": until}),
        ),
        (
            objections_waiting > 0,
            Finding(
                "objection_waiting",
                (),
                "公示异议尚未处理。",
                "An objection to it was not answered yet.",
                {"waiting": objections_waiting},
            ),
        ),
    )


def approval_findings(determined_on: Mapping[str, Any], present: Mapping[str, Any]) -> list[Finding]:
    """An approval rests on a determination of the facts as they are now, other awards of the carrier included."""
    return findings(
        (
            dict(determined_on) != dict(present),
            Finding(
                "determination_outdated",
                (),
                "核定之后该载体的其他奖补情况有变化,须重新核定后再审批。",
                "Other awards of the carrier changed after the determination; it must be determined again first.",
                {"determined_on": dict(determined_on), "present": dict(present)},
            ),
        ),
    )
