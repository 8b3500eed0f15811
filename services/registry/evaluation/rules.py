"""What may be reported, verified, scored, appealed against and made final. Pure; every reason at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from kernel.findings import Finding, findings
from policy.indicators import UNIT_MAX, Indicator, IndicatorSystem, fits_unit

Clauses = tuple[str, ...]
SELF_REPORTED, REGISTER = "self_reported", "register"
REPORTING_MAX = timedelta(days=366)  # allow number: of a year's round; a mistyped year would never close


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Who is to verify. `organisation_kind` is None where it is an officer of the department itself."""

    subject: str
    organisation_id: UUID | None
    organisation_kind: str | None
    is_officer: bool = False


def opening_findings(*, year: int, today: date, closes_on: date, carriers: int, clauses: Clauses) -> list[Finding]:
    """A round is of this year or an earlier one, leaves time to report, and has somebody to evaluate."""
    return findings(
        (
            year > today.year,
            Finding("year_not_begun", clauses, "评价年度尚未开始。", "The year has not begun.", {"year": year}),
        ),
        (
            closes_on <= today,
            Finding(
                "closing_day_passed",
                clauses,
                "自评截止日须晚于今日。",
                "Reporting has to close after today.",
                {"closes_on": closes_on.isoformat(), "today": today.isoformat()},
            ),
        ),
        (
            closes_on - today > REPORTING_MAX,
            Finding(
                "closing_day_too_far",
                clauses,
                "自评截止日距今日超过一年。",
                "Reporting would close more than a year from today.",
                {"closes_on": closes_on.isoformat(), "today": today.isoformat()},
            ),
        ),
        (
            not carriers,
            Finding(
                "nobody_to_evaluate",
                clauses,
                "没有应参加评价的载体。",
                "There is no carrier that has to take part.",
            ),
        ),
    )


def exemption_findings(*, exempt: Sequence[UUID], roster: Iterable[UUID], clauses: Clauses) -> list[Finding]:
    """Only who would have to take part is exempted."""
    strangers = sorted(str(one) for one in set(exempt) - set(roster))
    zh, en = "所列豁免载体不在应参评名单中。", "A carrier to be exempted does not have to take part."
    return findings((bool(strangers), Finding("exempt_not_on_roster", clauses, zh, en, {"carrier_ids": strangers})))


def report_findings(
    values: Mapping[str, Mapping[str, Any]],
    system: IndicatorSystem,
    *,
    closes_on: date,
    today: date,
    clauses: Clauses,
) -> list[Finding]:
    """In time, every self-reported indicator and no other, each of its unit and with its evidence."""
    late = Finding(
        "self_report_late",
        clauses,
        f"自评已于{closes_on.isoformat()}截止。",
        f"Self-reports closed on {closes_on.isoformat()}.",
        {"closes_on": closes_on.isoformat(), "today": today.isoformat()},
    )
    asked = {entry.id: entry for entry in system.indicators if entry.source == SELF_REPORTED}
    elsewhere = {entry.id for entry in system.indicators} - asked.keys()
    unproven = [name for name in asked if name in values and not values[name]["evidence"]]
    return [
        *findings((today > closes_on, late)),
        *_about(sorted(elsewhere & values.keys()), "indicator_not_reported", clauses),
        *_about([name for name in values if name not in asked and name not in elsewhere], "indicator_unknown", clauses),
        *_about([name for name in asked if name not in values], "indicator_missing", clauses),
        *_unit_findings({name: part["value"] for name, part in values.items()}, asked.values(), clauses),
        *_about(unproven, "evidence_missing", clauses),
    ]


def verification_findings(
    values: Mapping[str, Mapping[str, Any]],
    system: IndicatorSystem,
    *,
    known: Mapping[str, int],
    clauses: Clauses,
) -> list[Finding]:
    """Every indicator of its unit; what departs from what was reported or registered says why, by which evidence."""
    asked = {entry.id: entry for entry in system.indicators}
    given = {name: part["value"] for name, part in values.items()}
    differing = [name for name in asked if name in given and name in known and given[name] != known[name]]
    unproven = [name for name in asked if name in given and name not in known and not values[name]["evidence"]]
    return [
        *_about([name for name in values if name not in asked], "indicator_unknown", clauses),
        *_about([name for name in asked if name not in values], "indicator_missing", clauses),
        *_unit_findings(given, asked.values(), clauses),
        *_about([name for name in differing if not values[name]["reason"]], "difference_unexplained", clauses),
        *_about(unproven, "evidence_missing", clauses),
    ]


def correction_findings(corrected: Mapping[str, int], system: IndicatorSystem, *, clauses: Clauses) -> list[Finding]:
    """Values an upheld appeal corrects: known, and of their unit."""
    asked = {entry.id: entry for entry in system.indicators}
    return [
        *_about([name for name in corrected if name not in asked], "indicator_unknown", clauses),
        *_unit_findings(corrected, asked.values(), clauses),
    ]


_ABOUT: dict[str, tuple[str, str]] = {
    "indicator_unknown": ("指标体系中没有该指标。", "The indicator system has no such indicator."),
    "indicator_missing": ("该指标未填报。", "The indicator has no value."),
    "indicator_not_reported": (
        "该指标取自登记数据或由评价机构评定,不由载体填报。",
        "The indicator comes from the register or the evaluator; the carrier does not report it.",
    ),
    "evidence_missing": ("该指标缺少佐证材料。", "The indicator has no evidence."),
    "difference_unexplained": (
        "核实值与填报值或登记值不一致,须说明原因。",
        "The verified value departs from what was known; it needs a reason.",
    ),
}


def _about(names: Iterable[str], code: str, clauses: Clauses) -> Iterator[Finding]:
    zh, en = _ABOUT[code]
    yield from (Finding(code, clauses, zh, en, {"indicator": name}) for name in names)


def _unit_findings(values: Mapping[str, Any], asked: Iterable[Indicator], clauses: Clauses) -> Iterator[Finding]:
    for entry in asked:
        if entry.id in values and not fits_unit(entry, values[entry.id]):
            facts = {"indicator": entry.id, "unit": entry.unit, "minimum": 0, "maximum": UNIT_MAX[entry.unit]}
            zh = f"“{entry.zh}”的值超出计量单位允许的范围。"
            yield Finding("value_outside_unit", clauses, zh, f"The value of {entry.en} is none of its unit.", facts)


def evaluator_findings(
    evaluator: Evaluator, *, wanted: Literal["independent_body", "department"], clauses: Clauses
) -> list[Finding]:
    """Where the text wants a body of society (XZ-24), neither the administration nor its officers verify."""
    official = evaluator.is_officer or evaluator.organisation_kind in {None, "department"}
    zh, en = "评价须由社会机构进行,行政机关不得自行评价。", "A body outside the administration has to evaluate."
    refused = Finding("evaluator_not_independent", clauses, zh, en)
    return findings((wanted == "independent_body" and official, refused))


def conflict_findings(
    evaluator: Evaluator,
    *,
    carrier_id: UUID,
    has_interest: bool,
    entered_by: frozenset[str],
    recused: Sequence[str],
    clauses: Clauses,
) -> list[Finding]:
    """Who runs the carrier, entered it or its operator, is related to it, or has stood aside, does not verify it.

    `has_interest`: its organisation runs the carrier, or is related to who does; `entered_by` are the subjects that
    registered carrier and operator.
    """
    facts = {"carrier_id": str(carrier_id)}
    held = {
        "evaluator_has_interest": has_interest,
        "evaluator_acts_for_carrier": evaluator.subject in entered_by,
        "evaluator_recused": evaluator.subject in recused,
    }
    return [Finding(code, clauses, *_CONFLICTS[code], facts) for code, holds in held.items() if holds]


_CONFLICTS: dict[str, tuple[str, str]] = {
    "evaluator_has_interest": (
        "评价机构与被评价载体存在利益关系,应当回避。",
        "The evaluator has an interest in the carrier and stands aside.",
    ),
    "evaluator_acts_for_carrier": (
        "评价人员曾代该载体办理登记或填报,应当回避。",
        "The evaluator has acted for the carrier and stands aside.",
    ),
    "evaluator_recused": (
        "评价人员已对该载体申请回避。",
        "The evaluator has stood aside for this carrier.",
    ),
}


def unverified_finding(carriers: Sequence[UUID], clauses: Clauses) -> list[Finding]:
    """A best value needs all values: nothing is scored while a report is not verified."""
    ids = sorted(str(one) for one in carriers)
    zh, en = f"尚有{len(ids)}家载体的自评未核实。", f"The reports of {len(ids)} carriers are not verified yet."
    return findings((bool(ids), Finding("reports_unverified", clauses, zh, en, {"evaluation_ids": ids})))


def best_values(verified: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The highest verified value of each indicator."""
    best: dict[str, int] = {}
    for values in verified:
        for name, part in values.items():
            best[name] = max(best.get(name, 0), part["value"])
    return best


def appeal_findings(
    *, until: date | None, today: date, is_appealed: bool, is_graded: bool, clauses: Clauses
) -> list[Finding]:
    """Once, against a published grade, within the days of the policy."""
    return findings(
        (
            until is None or not is_graded,
            Finding("nothing_to_appeal", clauses, "尚无可申诉的评价结果。", "There is no grade to appeal against."),
        ),
        (
            until is not None and today > until,
            Finding(
                "appeal_late",
                clauses,
                "申诉期限已过。",
                "The time to appeal is over.",
                {"until": until.isoformat() if until else None, "today": today.isoformat()},
            ),
        ),
        (is_appealed, Finding("appealed_before", clauses, "该结果已提出过申诉。", "It was appealed against before.")),
    )


def answer_findings(
    *, by: str, took_part: Iterable[str | None], outcome: str, participated: bool, corrects: bool, clauses: Clauses
) -> list[Finding]:
    """By who neither verified, scored nor appealed; a correction has values, an exemption is for the absent."""
    zh, en = "申诉须由未参与该评价的人员处理。", "Somebody who took no part in the evaluation answers the appeal."
    wanted = outcome == "corrected"
    return findings(
        (by in set(took_part), Finding("answered_by_participant", clauses, zh, en)),
        (
            wanted != corrects,
            Finding(
                "correction_incomplete",
                clauses,
                "更正须列明更正后的指标值,其他处理不得附带指标值。",
                "A correction names its values; no other answer has any.",
            ),
        ),
        (
            wanted and not participated,
            Finding(
                "absent_has_no_values",
                clauses,
                "未参评载体没有可更正的指标值。",
                "Who did not take part has no values to be corrected.",
            ),
        ),
        (
            outcome == "exempted" and participated,
            Finding(
                "participant_not_exempted",
                clauses,
                "已参评载体不得改为豁免。",
                "Who took part is not exempted afterwards.",
            ),
        ),
    )


def final_findings(*, by: str, scored_by: str | None, waiting: int, clauses: Clauses) -> list[Finding]:
    """By another person than who scored, with every appeal answered."""
    return findings(
        (
            by == scored_by,
            Finding("finalised_by_scorer", clauses, "评分人员不得作出最终认定。", "Who scored does not make it final."),
        ),
        (
            waiting > 0,
            Finding(
                "appeals_unanswered",
                clauses,
                "尚有申诉未处理。",
                "An appeal has not been answered.",
                {"appeals": waiting},
            ),
        ),
    )


def failures_in_a_row(passed_before: Iterable[bool], *, passed: bool) -> int:
    """How many final results one after the other failed, this one included. `passed_before`: newest first."""
    if passed:
        return 0
    count = 1
    for earlier in passed_before:
        if earlier:
            break
        count += 1
    return count


def places(scores: Sequence[int]) -> list[int]:
    """Places of scores that stand in falling order: equal scores share one, and the next place counts them."""
    found: list[int] = []
    for index, score in enumerate(scores):
        found.append(found[-1] if index and scores[index - 1] == score else index + 1)
    return found
