"""Recognition from review to decision: four eyes, all reasons, and nothing granted while a parameter is open."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import RecognitionReviewed
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.supplements import must_be_supplemented
from policy.determinations import Determination, finding_document
from policy.snapshots import Acceptance, Snapshot
from policy.store import must_be_eligible, policy_for
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import read_carrier
from services.registry.certificates.signing import Certifier
from services.registry.panels.rules import unfinished_findings, verdict_findings
from services.registry.recognition.forms import Subject, subject_of
from services.registry.recognition.granting import grant, refuse, standing_of
from services.registry.recognition.hearing import hear
from services.registry.recognition.judging import facts_of, judge, must_fit, space_lost, with_space
from services.registry.recognition.models import Recognition
from services.registry.recognition.notice import publish_notice
from services.registry.recognition.queries import find_to_decide
from services.registry.recognition.rules import (
    Hands,
    decision_findings,
    evidence_not_verified,
    four_eyes_findings,
    premises_facts,
    recording_findings,
    refused_by_decision,
    review_findings,
)
from services.registry.recognition.schemas import DecisionIn, ReviewIn
from services.registry.recognition.states import MOVES, Fact, Way

UNDECIDED = frozenset({"refused_open", "undetermined"})


class SecondOfficerNeeded(Conflict):
    """The database refused what the rule should have: an officer acting twice on one case."""

    code, title_zh, title_en = "second_officer_needed", "须由另一名人员办理", "Another officer has to do this"


for _constraint in ("second_officer_reviews", "another_officer_decides", "not_decided_at_the_counter"):
    named_constraint(f"ck_recognition_{_constraint}", SecondOfficerNeeded)


async def review_recognition(
    session: AsyncSession, certifier: Certifier, *, recognition_id: UUID, given: ReviewIn, caller: Caller
) -> Recognition:
    """A second officer's findings are judged by the criteria. Open parameters and missing facts leave it as it was."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    status_after(Fact.REVIEW_FAILED, row.status, MOVES[row.way])
    snapshot = await policy_for(session, row.city_code, _accepted(row))
    subject, carrier = _subject(snapshot, row), await _carrier(session, row)
    clauses = subject.programme.clauses
    refuse_if(_review_findings(row, caller.acting_for, clauses))
    if row.way is Way.RECORDED:
        await must_be_supplemented(session, row.case_id)  # its review is the decision
    must_fit(given.facts, subject)
    heard = await hear(session, row)
    refuse_if(unfinished_findings(heard.panels))
    facts = facts_of(row, carrier, heard.counted | given.facts, subject)
    determination = await judge(session, snapshot, row, subject, facts, accepted=_accepted(row), case_id=row.case_id)
    _note_review(row, given, facts, determination, caller)
    row.evidence = {**(row.evidence or {}), **heard.kept(), "registered": premises_facts(carrier.premises)}
    against = [*determination.findings, *verdict_findings(heard.panels)]
    if not given.is_verified:
        await _fail_review(session, row, determination, [evidence_not_verified(given.opinion, clauses)])
    elif determination.outcome in UNDECIDED:
        # Raising leaves the case as it was: a value set later "for pending cases", or a fact, lets it be tried again.
        must_be_eligible(determination)
    elif against:
        await _fail_review(session, row, determination, against)
    elif row.way is Way.RECORDED:
        await _record_upper(session, certifier, row, carrier, determination, clauses)
    else:
        await _pass_review(session, row, determination)
    return row


async def decide_recognition(
    session: AsyncSession, certifier: Certifier, *, recognition_id: UUID, given: DecisionIn, caller: Caller
) -> Recognition:
    """By none of those who entered, accepted or reviewed it: recognised with a certificate, or refused with reasons."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    fact = Fact.RECOGNISED if given.outcome == "recognise" else Fact.REFUSED
    status_after(fact, row.status, MOVES[row.way])
    carrier, decider = await _carrier(session, row), caller.acting_for
    snapshot = await policy_for(session, row.city_code, _accepted(row))
    subject = _subject(snapshot, row)
    clauses = subject.programme.clauses
    # Before the merits: who may not decide is not told what stands in the way.
    refuse_if(four_eyes_findings(decider=decider, hands=_hands(row), clauses=clauses))
    await must_be_supplemented(session, row.case_id)
    if fact is Fact.RECOGNISED:
        found = decision_findings(standing=await standing_of(session, row, carrier), clauses=clauses)
        refuse_if([*found, *await _lost_since_review(session, snapshot, row, subject, carrier)])
    row.decided_by, row.decided_at, row.decision_reason = decider, clock.now(row.city_code), given.reason
    if fact is Fact.RECOGNISED:
        await grant(session, certifier, row, carrier)
    else:
        await refuse(session, row, fact, [refused_by_decision(given.reason, clauses)])
    return row


async def _lost_since_review(
    session: AsyncSession, snapshot: Snapshot, row: Recognition, subject: Subject, carrier: Carrier
) -> Sequence[Finding]:
    """An area that shrank after the review is judged again: criteria it no longer meets; else it is decided on."""
    evidence = row.evidence or {}
    lost = space_lost(evidence, carrier)
    if not lost:
        return []
    facts = with_space(evidence["facts"], lost)
    again = await judge(session, snapshot, row, subject, facts, accepted=_accepted(row), case_id=row.case_id)
    row.determination_id, row.evidence = again.id, {**evidence, "facts": facts}
    return again.findings


async def _pass_review(session: AsyncSession, row: Recognition, determination: Determination) -> None:
    await _tell_review(session, row, determination, determination.outcome)
    working_days = determination.terms.get("notice_working_days")
    if working_days:
        await publish_notice(session, row, working_days)
    else:
        row.status = status_after(Fact.REVIEW_PASSED, row.status, MOVES[row.way])


async def _fail_review(
    session: AsyncSession, row: Recognition, determination: Determination, found: Sequence[Finding]
) -> None:
    """The reasons wait for another officer's decision; of an upper-level record they are the decision."""
    await _tell_review(session, row, determination, "not_eligible")
    if row.way is Way.RECORDED:
        row.decided_by, row.decided_at = row.reviewed_by, row.reviewed_at
        await refuse(session, row, Fact.REVIEW_FAILED, found)
    else:
        row.status = status_after(Fact.REVIEW_FAILED, row.status, MOVES[row.way])
        row.reasons = [finding_document(finding) for finding in found]


async def _record_upper(
    session: AsyncSession,
    certifier: Certifier,
    row: Recognition,
    carrier: Carrier,
    determination: Determination,
    clauses: tuple[str, ...],
) -> None:
    """What another level decided is recorded by the officer who verified it."""
    found = recording_findings(
        authority=(row.evidence or {}).get("issuing_authority"),
        decided_on=determination.terms.get("decided_on"),
        today=clock.today(row.city_code),
        standing=await standing_of(session, row, carrier),
        clauses=clauses,
    )
    refuse_if(found)
    await _tell_review(session, row, determination, determination.outcome)
    row.decided_by, row.decided_at = row.reviewed_by, row.reviewed_at
    await grant(session, certifier, row, carrier)


async def _tell_review(session: AsyncSession, row: Recognition, determination: Determination, outcome: str) -> None:
    reviewed = RecognitionReviewed(
        case_id=row.case_id, recognition_id=row.id, outcome=outcome, determination_id=determination.id
    )
    await record(session, reviewed, city_code=row.city_code, subject=row.case_id)


def _note_review(
    row: Recognition, given: ReviewIn, facts: list[dict[str, Any]], determination: Determination, caller: Caller
) -> None:
    row.reviewed_by, row.reviewed_at = caller.acting_for, clock.now(row.city_code)
    row.determination_id = determination.id
    row.evidence = {
        "facts": facts,
        "papers": [paper.model_dump() for paper in given.evidence],
        "issuing_authority": given.issuing_authority or row.form.get("upper_authority"),
        "is_verified": given.is_verified,
        "opinion": given.opinion,
    }


def _review_findings(row: Recognition, reviewer: str, clauses: tuple[str, ...]) -> list[Finding]:
    """Of an upper-level record the review is the decision: nobody from the counter takes it."""
    if row.way is Way.RECORDED and reviewer != row.accepted_by:
        return four_eyes_findings(decider=reviewer, hands=_hands(row), clauses=clauses)
    return review_findings(reviewer=reviewer, accepted_by=row.accepted_by, clauses=clauses)


def _hands(row: Recognition) -> Hands:
    return Hands(opened_by=row.opened_by, accepted_by=row.accepted_by, reviewed_by=row.reviewed_by)


def _accepted(row: Recognition) -> Acceptance:
    return Acceptance(on=row.accepted_on, at=row.accepted_at)


def _subject(snapshot: Snapshot, row: Recognition) -> Subject:
    subject = subject_of(snapshot.pack, row.item)
    assert subject is not None  # noqa: S101 - a pack keeps the items it had; without one the case was refused at intake
    return subject


async def _carrier(session: AsyncSession, row: Recognition) -> Carrier:
    assert row.carrier_id is not None  # noqa: S101 - only what was refused at intake has none
    carrier = await read_carrier(session, row.carrier_id, row.city_code)
    assert carrier is not None  # noqa: S101 - the foreign key
    return carrier
