"""What may happen along the chain, purely. Where a figure is open, who calls adds the reason that names its clause."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from kernel.findings import Finding, findings

WHOLE_BP = 10_000  # allow number: basis points of a whole


def kinds_of(stage: str) -> str:
    """The parameter that says which carriers are of a stage."""
    return f"chain.{stage}.carrier_kinds"


def admission_findings(
    *, kind: str, fitting: Sequence[str], clauses: tuple[str, ...], carrier_active: bool, holder_active: bool
) -> list[Finding]:
    """XZ-09, LZ-13: a carrier of a kind that makes the stage; both sides exist in law. `fitting` empty: not known."""
    unfit = Finding(
        "carrier_kind_unfit",
        clauses,
        "该类载体不属于此孵化阶段。",
        "A carrier of this kind is not of that stage of the chain.",
        {"kind": kind, "fitting": list(fitting)},
    )
    gone = Finding("operator_deregistered", (), "载体运营单位已注销。", "The operator of the carrier is deregistered.")
    dissolved = Finding(
        "holder_deregistered", (), "项目所属单位已注销。", "The organisation of the project is deregistered."
    )
    return findings(
        (bool(fitting) and kind not in fitting, unfit), (not carrier_active, gone), (not holder_active, dissolved)
    )


def dated_findings(*, on: date, today: date, not_before: date | None) -> list[Finding]:
    """Nothing is recorded ahead of its day, and nothing before what it follows."""
    future = Finding("date_in_future", (), "日期不得晚于今日。", "The date may not lie in the future.")
    early = Finding(
        "before_last_step",
        (),
        "日期早于该项目的上一节点。",
        "The date lies before the step it follows.",
        {"not_before": not_before.isoformat() if not_before else None},
    )
    return findings((on > today, future), (not_before is not None and on < not_before, early))


def offer_findings(*, same_place: bool) -> list[Finding]:
    """A transfer goes to another carrier, or to another stage."""
    same = Finding("same_place", (), "项目已在该载体的同一阶段。", "The project is in that carrier and stage already.")
    return findings((same_place, same))


def answer_findings(*, expires_on: date, today: date, moved_on: bool) -> list[Finding]:
    """By the city's date, not by the timer's punctuality; and the project is still where it was offered from."""
    late = Finding(
        "offer_expired",
        (),
        "移苗接收期限已过。",
        "The time to answer the offered transfer has passed.",
        {"expires_on": expires_on.isoformat()},
    )
    elsewhere = Finding(
        "project_moved_on", (), "项目已不在原载体。", "The project is no longer where it was offered from."
    )
    return findings((today > expires_on, late), (moved_on, elsewhere))


def equity_findings(
    *, share_bp: int, held_by_others_bp: int, cap_bp: int | None, clauses: tuple[str, ...], has_stayed: bool
) -> list[Finding]:
    """XZ-16: a carrier holds equity in what it incubates, within the cap where one is set; a whole has 10,000 bp."""
    stranger = Finding(
        "never_incubated_here", clauses, "该载体未孵化过此项目。", "The carrier has never incubated this project."
    )
    above = Finding(
        "equity_above_cap",
        clauses,
        "持股比例超过规定上限。",
        "The share is above the cap.",
        {"share_bp": share_bp, "cap_bp": cap_bp},
    )
    whole = Finding(
        "equity_above_whole",
        (),
        "各载体持股合计超过100%。",
        "What the carriers hold together is more than the whole.",
        {"total_bp": share_bp + held_by_others_bp},
    )
    return findings(
        (not has_stayed, stranger),
        (cap_bp is not None and share_bp > cap_bp, above),
        (share_bp + held_by_others_bp > WHOLE_BP, whole),
    )


def graduation_findings(*, met: Iterable[str], wanted: Sequence[str], clauses: tuple[str, ...]) -> list[Finding]:
    """One of the city's criteria is met; one that the city does not know is named. `wanted` empty: still open."""
    unknown = [code for code in met if code not in wanted]
    stranger = Finding(
        "criterion_unknown",
        clauses,
        "所填毕业条件不在规定之列。",
        "A criterion stated is not one of the city's.",
        {"unknown": unknown, "criteria": list(wanted)},
    )
    none = Finding(
        "no_criterion_met", clauses, "未满足任一毕业条件。", "None of the criteria of graduation is met.",
        {"criteria": list(wanted)},
    )  # fmt: skip
    return findings((bool(wanted and unknown), stranger), (bool(wanted) and not set(met) & set(wanted), none))


def incorporation_findings(*, is_team: bool, is_firm: bool, firm_active: bool, same: bool) -> list[Finding]:
    """A team's project becomes the project of a firm, once."""
    return findings(
        (not is_team, Finding("holder_not_a_team", (), "项目现所属单位不是团队。", "The project is not a team's.")),
        (same, Finding("same_organisation", (), "新旧单位相同。", "It is the same organisation.")),
        (not is_firm, Finding("not_a_firm", (), "承接单位不是企业或个体工商户。", "The new holder is not a firm.")),
        (not firm_active, Finding("holder_deregistered", (), "承接单位已注销。", "The new holder is deregistered.")),
    )


def graduation_snapshot(
    *, met: Sequence[str], wanted: Sequence[str], evidence: str, version: int, policy_hash: str
) -> dict[str, Any]:
    """What the graduation was judged by, as it stood that day."""
    return {
        "met": sorted(set(met)),
        "criteria": list(wanted),
        "evidence": evidence,
        "policy": {"version": version, "hash": policy_hash},
    }


class Stayed(Protocol):
    """A stay as the register has it."""

    stage: Any
    admitted_on: date
    ended_on: date | None
    ending: Any


def standing_on(stays: Iterable[Stayed], on: date) -> str:
    """Where a project stood on a day, by its stays in their order: a stage, `graduated` or `outside`."""
    begun = [stay for stay in stays if stay.admitted_on <= on]
    if not begun:
        return "outside"
    last = begun[-1]
    if last.ended_on is None or on < last.ended_on:
        return str(last.stage)
    return "graduated" if str(last.ending) == "graduated" else "outside"


_LINKS = {"nursery": "has_seed_selection", "incubator": "has_incubator", "accelerator": "has_accelerator"}


def chain_facts(*, run: Collection[str], fitting: Mapping[str, Sequence[str]]) -> dict[str, bool]:
    """LZ-13: which parts of the chain an operator has; of a stage whose kinds are open nothing is known."""
    return {_LINKS[stage]: not set(kinds).isdisjoint(run) for stage, kinds in fitting.items() if kinds}
