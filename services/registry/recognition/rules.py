"""What recognition asks for, purely: who may act, what was found, when an objection still counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kernel.findings import Finding, findings
from services.registry.carriers.rules import AREA_FACT, SEATS_FACT, operator_deregistered, space_of
from services.registry.premises.rules import address_key

Clauses = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision looks at besides the review."""

    objections_waiting: int
    objections_upheld: int
    operator_is_active: bool
    operator_is_doubtful: bool


def review_findings(*, reviewer: str, accepted_by: str, clauses: Clauses) -> list[Finding]:
    """Four eyes: who accepted the case does not review it."""
    same = Finding(
        "reviewed_by_accepting_officer",
        clauses,
        "受理人员不得审查同一办件。",
        "The officer who accepted the case may not review it.",
    )
    return findings((reviewer == accepted_by, same))


@dataclass(frozen=True, slots=True)
class AppliedSpace:
    """What a case is about, whether or not the register has it yet."""

    city_code: str
    operator_id: UUID
    kind: str
    name: str
    addresses: Sequence[str]


def space_findings(space: AppliedSpace, others: Iterable[tuple[str, str]], clauses: Clauses) -> list[Finding]:
    """One space is applied for by one operator: the same name at the same address is another's already."""
    own = {(address_key(space.name), address_key(address)) for address in space.addresses}
    taken = sorted({address for other, address in others if (address_key(other), address_key(address)) in own})
    zh, en = "同名同址的空间已由另一单位申报或获认定。", "Another operator has, or applied for, this space."
    return findings((bool(taken), Finding("space_of_another_operator", clauses, zh, en, {"addresses": taken})))


def identifier_unconfirmed(clauses: Clauses) -> Finding:
    """A doubtful credit code is no obstacle to registration, but nothing is certified on it before a clerk looked."""
    return Finding(
        "identifier_unconfirmed",
        clauses,
        "运营单位的统一社会信用代码存疑,须先核实并说明理由。",
        "The operator's credit code is doubtful; a clerk has to set the warnings aside with a reason first.",
    )


def recording_findings(
    *, authority: str | None, decided_on: str | None, today: date, standing: Standing, clauses: Clauses
) -> list[Finding]:
    """What the record of an upper-level recognition needs: who recognised, no later than today, an operator in law."""
    unnamed = Finding(
        "authority_missing",
        clauses,
        "须载明作出认定的上级机关。",
        "Name the authority that recognised.",
    )
    future = Finding(
        "upper_decision_in_future",
        clauses,
        "上级认定日期不得晚于今日。",
        "The upper-level decision lies in the future.",
    )
    return findings(
        (not authority, unnamed),
        (decided_on is not None and decided_on > today.isoformat(), future),
        (not standing.operator_is_active, operator_deregistered()),
        (standing.operator_is_doubtful, identifier_unconfirmed(clauses)),
    )


def evidence_not_verified(opinion: str, clauses: Clauses) -> Finding:
    """The reviewer does not believe the evidence."""
    return Finding(
        "evidence_not_verified",
        clauses,
        "申报材料未通过核实。",
        "The evidence could not be verified.",
        {"opinion": opinion},
    )


def evidence_facts(
    *,
    registered: Mapping[str, Any],
    stated: Mapping[str, Any],
    verified: Mapping[str, Any],
    asked: Collection[str],
) -> list[dict[str, Any]]:
    """Each fact that is asked for, with its value and where it is from: verified before stated before registered."""
    layers = (("registry", registered), ("application", stated), ("review", verified))
    found: dict[str, dict[str, Any]] = {}
    for source, facts in layers:
        for name in sorted(facts.keys() & set(asked)):
            found[name] = {"fact": name, "value": facts[name], "source": source}
    return [found[name] for name in sorted(found)]


def premises_facts(places: Iterable[Any]) -> dict[str, int]:
    """What the register knows of a carrier by itself, under the ids packs give it; what is not known is left out."""
    space = space_of(places)
    known = {AREA_FACT: space.area_sqm, SEATS_FACT: space.seats}
    return {name: value for name, value in known.items() if value is not None}


def objection_findings(*, closes_on: date | None, today: date) -> list[Finding]:
    """Objections count from publication until midnight after the last day of the notice."""
    early = Finding("notice_not_open", (), "尚未公示。", "The public notice has not begun.")
    late = Finding(
        "notice_over",
        (),
        "公示期已满,不再受理异议。",
        "The public notice is over.",
        {"closes_on": closes_on.isoformat() if closes_on else None},
    )
    return findings((closes_on is None, early), (closes_on is not None and today > closes_on, late))


def answer_findings(*, filed_by: str, answered_by: str) -> list[Finding]:
    """Who objects does not judge the objection, not even for somebody at the counter."""
    zh, en = "提出或代录异议的人员不得处理该异议。", "Whoever filed the objection may not answer it."
    return findings((filed_by == answered_by, Finding("answered_by_objector", (), zh, en)))


@dataclass(frozen=True, slots=True)
class Hands:
    """Who had a case before it is decided. `opened_by` entered it: a client, or an officer at the counter."""

    opened_by: str | None
    accepted_by: str
    reviewed_by: str | None


def four_eyes_findings(*, decider: str, hands: Hands, clauses: Clauses) -> list[Finding]:
    """Who entered, accepted or reviewed does not decide, whichever way; each is named."""
    zh, en = "录入人员不得作出决定。", "The officer who entered the case may not decide it."
    entered = Finding("decided_by_entering_officer", clauses, zh, en)
    zh, en = "受理人员不得作出决定。", "The officer who accepted the case may not decide it."
    accepted = Finding("decided_by_accepting_officer", clauses, zh, en)
    zh, en = "审查人员不得作出决定。", "The officer who reviewed may not decide."
    reviewed = Finding("decided_by_reviewer", clauses, zh, en)
    return findings(
        (decider == hands.opened_by, entered),
        (decider == hands.accepted_by, accepted),
        (decider == hands.reviewed_by, reviewed),
    )


def decision_findings(*, standing: Standing, clauses: Clauses) -> list[Finding]:
    """Everything that stands against recognising, at once."""
    waiting = Finding(
        "objection_unresolved",
        clauses,
        "尚有异议未处理。",
        "An objection has not been answered.",
        {"objections": standing.objections_waiting},
    )
    upheld = Finding(
        "objection_upheld",
        clauses,
        "异议成立。",
        "An objection was upheld.",
        {"objections": standing.objections_upheld},
    )
    return findings(
        (standing.objections_waiting > 0, waiting),
        (standing.objections_upheld > 0, upheld),
        (not standing.operator_is_active, operator_deregistered()),
        (standing.operator_is_doubtful, identifier_unconfirmed(clauses)),
    )


def refused_by_decision(reason: str, clauses: Clauses) -> Finding:
    """The deciding officer's own reason."""
    return Finding("decided_against", clauses, "决定不予认定。", "Decided against recognition.", {"reason": reason})
