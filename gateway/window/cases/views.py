"""A case as it is shown: with its clock, who has it, the correction notice and what the resubmission changed."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.cases.intake import Assessment, told
from gateway.window.cases.models import CaseFile, CorrectionNotice, Submission
from gateway.window.cases.queries import decided_under, notice_of, submissions_of
from gateway.window.cases.rules import ClockTimes, by_pointer, changes, on_promise, read_clock, waiting_for
from gateway.window.cases.schemas import (
    CaseLine,
    CaseOut,
    ClockOut,
    CorrectedOut,
    CorrectionOut,
    FormErrorOut,
    OutcomeReasonOut,
    PreflightOut,
    ReasonOut,
    SupplementOut,
    TimelineLine,
    WaitingOut,
)
from gateway.window.catalogue.rules import department, is_decided_here
from gateway.window.catalogue.schemas import ChoiceOut
from gateway.window.feed.models import FeedEntry
from gateway.window.feed.rules import facts_kept
from gateway.window.feed.wording import words_of
from gateway.window.policies.queries import policy_for
from gateway.window.supplements.models import Supplement
from gateway.window.supplements.queries import supplement_of
from kernel.clock import today
from kernel.findings import Finding
from policy.calendar import workdays
from policy.schema import Item
from policy.snapshots import Snapshot


async def case_shown(session: AsyncSession, case: CaseFile) -> CaseOut:
    """Everything the window knows of a case, under today's clock."""
    snapshot = await policy_for(session, case.city_code, decided_under(case))
    item = snapshot.pack.items.get(case.item)
    notice = await notice_of(session, case.id)
    supplement = await supplement_of(session, case.id)
    line = CaseLine.model_validate(case)
    return CaseOut(
        **line.model_dump(),
        bundle_id=case.bundle_id,
        item_zh=item.zh if item else case.item,
        item_en=item.en if item else case.item,
        form=case.form,
        documents=case.documents,
        policy_version=case.policy_version,
        clock=_clock(case, notice, snapshot, item),
        waiting=_waiting(case, notice, supplement, snapshot, item),
        correction=_correction(notice),
        supplement=_supplement(supplement),
        changes=_changes(await submissions_of(session, case.id)),
        decision_facts=case.decision_facts,
        outcome_reasons=[OutcomeReasonOut.model_validate(reason) for reason in case.outcome_reasons],
        closed_on=case.closed_on,
        delivered_on=case.delivered_on,
        delivery_channel=case.delivery_channel,
    )


def _clock(case: CaseFile, notice: CorrectionNotice | None, snapshot: Snapshot, item: Item | None) -> ClockOut:
    promised = snapshot.whole(item.promised_working_days, accepted=decided_under(case)) if item else None
    times = ClockTimes(
        submitted_on=case.submitted_on,
        correction_requested_on=notice.issued_on if notice else None,
        resubmitted_on=case.resubmitted_on,
        accepted_on=case.accepted_on,
        stopped_on=case.closed_on,
    )
    reading = read_clock(
        times, workdays(), on=today(case.city_code), promised_days=promised, told_due_on=case.told_due_on
    )
    return ClockOut(
        running=reading.running,
        elapsed_working_days=reading.elapsed_working_days,
        paused_working_days=reading.paused_working_days,
        promised_working_days=promised,
        due_on=reading.due_on,
        provisional=reading.provisional,
        days_left=reading.days_left,
    )


def _waiting(
    case: CaseFile,
    notice: CorrectionNotice | None,
    supplement: Supplement | None,
    snapshot: Snapshot,
    item: Item | None,
) -> WaitingOut | None:
    decided_here = is_decided_here(snapshot.pack, item, service=case.service)
    waiting = waiting_for(case.status, in_notice=case.waits_until is not None, decided_here=decided_here)
    if waiting is None:
        return None
    awaited = supplement if supplement is not None and supplement.is_awaited else None
    waiting = on_promise(waiting) if awaited else waiting
    zh, en = department(snapshot.pack.roles[item.role], today(case.city_code)) if item else ("", "")
    return WaitingOut(
        holder=waiting.holder,
        department_zh=zh,
        department_en=en,
        since=case.status_since,
        until=_until(case, waiting.holder, notice, awaited),
        zh=waiting.zh,
        en=waiting.en,
    )


def _until(case: CaseFile, holder: str, notice: CorrectionNotice | None, awaited: Supplement | None) -> date | None:
    if holder == "applicant":
        return notice.due_on if notice else None
    if holder == "public":
        return case.waits_until
    return awaited.due_on if awaited else None


def _supplement(row: Supplement | None) -> SupplementOut | None:
    if row is None:
        return None
    documents = [ChoiceOut(id=one["kind"], zh=one["zh"], en=one["en"]) for one in row.documents or ()]
    return SupplementOut(
        status=row.standing,
        promised_on=row.promised_on,
        promised=row.kinds,
        reference=row.evidence["reference"],
        documents=documents,
        due_on=row.due_on,
        due_provisional=bool(row.due_provisional),
        credit_source=row.credit_source,
        supplied_on=row.supplied_on,
        lapsed_on=row.lapsed_on,
    )


def _correction(notice: CorrectionNotice | None) -> CorrectionOut | None:
    return CorrectionOut.model_validate(notice) if notice else None


def _changes(rounds: Sequence[Submission]) -> list[CorrectedOut]:
    by_round = [by_pointer(entry.form, entry.documents) for entry in rounds]
    return [
        CorrectedOut.model_validate(change) for before, after in pairwise(by_round) for change in changes(before, after)
    ]


def line_shown(line: FeedEntry) -> TimelineLine:
    """One line of a timeline."""
    zh, en = words_of(line.type, line.data)
    return TimelineLine(
        id=line.event_id,
        type=line.type,
        occurred_at=line.occurred_at,
        actor=line.actor_kind,
        zh=zh,
        en=en,
        data=facts_kept(line.type, line.data),
    )


def assessment_shown(assessment: Assessment) -> PreflightOut:
    """A preflight's answer."""
    return PreflightOut(
        ready=assessment.may_be_handed_in and not assessment.missing,
        errors=[FormErrorOut.model_validate(error) for error in told(assessment.errors)],
        reasons=_reasons(assessment.reasons),
        missing=_reasons(assessment.missing),
        open=_reasons(assessment.open),
    )


def _reasons(found: Sequence[Finding]) -> list[ReasonOut]:
    return [
        ReasonOut(
            code=finding.code, clauses=list(finding.clauses), zh=finding.zh, en=finding.en, facts=dict(finding.facts)
        )
        for finding in found
    ]
