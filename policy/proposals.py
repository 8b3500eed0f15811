"""What an operator may set, judged before a second person is asked. Values proposed together are judged together."""

from collections.abc import Iterator, Sequence
from datetime import date

from kernel.findings import Finding
from policy.schema import Value
from policy.snapshots import Acceptance, Setting, Snapshot, inconsistent
from policy.terms import Frozen
from policy.values import misfit


class Proposal(Frozen):
    """One value somebody proposes, with its first day of validity."""

    parameter: str
    value: Value
    effective_on: date
    applies_to_pending: bool = False


def proposal_findings(snapshot: Snapshot, proposals: Sequence[Proposal], *, now: Acceptance) -> list[Finding]:
    """Why these values may not be set: unknown, fixed by the text, misfit, of another day, or not agreeing together.

    `now` is today and this instant in the city's own time.
    """
    found = [finding for proposal in proposals for finding in _one(snapshot, proposal, now)]
    return found or _joint(snapshot, proposals, now)


def _one(snapshot: Snapshot, proposal: Proposal, today: Acceptance) -> Iterator[Finding]:
    key, facts = proposal.parameter, {"parameter": proposal.parameter}
    # A value may be set before the edition that asks for it begins.
    first = max(proposal.effective_on, today.on)
    parameter = snapshot.in_force(Acceptance(first, today.at)).pack.parameters.get(key)
    if parameter is None:
        yield Finding("parameter_unknown", (), "没有该参数。", "There is no such parameter.", facts)
        return
    if parameter.status == "stated":
        zh, en = "文件已明确规定,不得另行设定。", "The document states it; it cannot be set otherwise."
        yield Finding("parameter_stated", parameter.clauses, zh, en, facts)
    wrong = misfit(parameter, proposal.value)
    if wrong:
        zh, en = f"数值不符合参数“{parameter.zh}”的要求。", f"The value does not fit “{parameter.en}”: {wrong}."
        yield Finding("value_misfit", parameter.clauses, zh, en, facts)
    if proposal.effective_on < today.on:
        zh, en = "生效日期不得早于今日。", "The first day of validity cannot lie in the past."
        yield Finding("value_backdated", parameter.clauses, zh, en, facts)
    if proposal.applies_to_pending and proposal.effective_on > today.on:
        # It counts for them at once: what is decided tomorrow would go by a value of the day after.
        zh, en = (
            "适用于在办事项的数值须自批准当日生效。",
            "A value for pending cases is in force from the day it is approved.",
        )
        yield Finding("pending_before_validity", parameter.clauses, zh, en, facts)


def _joint(snapshot: Snapshot, proposals: Sequence[Proposal], now: Acceptance) -> list[Finding]:
    settings = [_as_setting(proposal, now) for proposal in proposals]
    proposed = snapshot.with_settings(settings)
    found: dict[str, Finding] = {}
    for setting in settings:
        # It goes on counting under every edition that is to come, and must agree with each from its first day.
        later = [entry.effective_on for entry in snapshot.editions if entry.effective_on > setting.effective_on]
        for day in (setting.effective_on, *later):
            for finding in inconsistent(proposed, [setting.parameter], accepted=Acceptance(day, now.at)):
                found.setdefault(finding.facts["constraint"], finding)
    return list(found.values())


def _as_setting(proposal: Proposal, now: Acceptance) -> Setting:
    terms = proposal.model_dump()
    return Setting(**terms, recorded_at=now.at, reason="proposed", set_by="proposer", approved_by="approver")
