"""Renewals: judged by today's policy, decided by another officer, told by a new certificate."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import CarrierRecognitionRenewed
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from policy.determinations import Determination
from policy.store import accepted_now, must_be_eligible, policy_for
from services.registry.cancellation.queries import is_open as cancellation_is_open
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import read_carrier
from services.registry.certificates.models import Certificate
from services.registry.certificates.queries import newest_certificate
from services.registry.certificates.service import issue_certificate, next_number
from services.registry.certificates.signing import Certifier
from services.registry.recognition.forms import Subject, subject_of
from services.registry.recognition.granting import issued_by
from services.registry.recognition.judging import facts_of, judge, must_fit, space_lost, with_space
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import find_to_decide
from services.registry.recognition.rules import premises_facts
from services.registry.upkeep.models import Renewal
from services.registry.upkeep.queries import find_renewal, renewal_is_open, standing_level, valid_until
from services.registry.upkeep.rules import Request, decided_by_who_asked, decision_findings, renewal_findings
from services.registry.upkeep.schemas import RenewalIn, RequestDecisionIn
from services.registry.upkeep.states import MOVES, RequestFact, RequestStatus
from services.registry.upkeep.terms import begin_term


class NotStanding(Conflict):
    code, title_zh, title_en = "recognition_not_standing", "该认定未生效或已终止", "The recognition does not stand"


class RenewalPending(Conflict):
    code, title_zh, title_en = "renewal_pending", "已有续期申请待决定", "A renewal waits for its decision"


class RequestDecidedByWhoAsked(Conflict):
    """The database refused what the rule should have."""

    code, title_zh, title_en = "decided_by_who_asked", "须由另一名人员决定", "Another officer has to decide"


named_constraint("uq_recognition_renewal_open", RenewalPending)
named_constraint("ck_recognition_renewal_another_officer_decides", RequestDecidedByWhoAsked)


async def review_renewal(session: AsyncSession, *, recognition_id: UUID, given: RenewalIn, caller: Caller) -> Renewal:
    """Judge whether the criteria of today still hold; what does not hold is refused with all reasons."""
    row, _level, carrier = await standing(session, recognition_id, caller=caller)
    accepted = accepted_now(row.city_code)
    snapshot = await policy_for(session, row.city_code, accepted)
    subject = programme_of(subject_of(snapshot.pack, row.item))
    found = renewal_findings(
        valid_until=await valid_until(session, row.id),
        names_validity=subject.terms.valid_months is not None,
        is_pending=await renewal_is_open(session, row.id),
        cancellation_is_open=await cancellation_is_open(session, row.id),
        clauses=subject.programme.clauses,
    )
    refuse_if(found)
    must_fit(given.facts, subject)
    # An area that shrank since it was recognised stands as the register has it, unless it was measured again now.
    lost = space_lost(row.evidence or {}, carrier)
    facts = facts_of(row, carrier, verified_before(row, lost | given.facts), subject)
    determination = await judge(session, snapshot, row, subject, facts, accepted=accepted)
    must_be_eligible(determination)
    renewal = _opened(row, given, facts, determination, caller)
    renewal.evidence = {**renewal.evidence, "registered": premises_facts(carrier.premises)}
    session.add(renewal)
    return renewal


async def decide_renewal(
    session: AsyncSession,
    certifier: Certifier,
    *,
    recognition_id: UUID,
    renewal_id: UUID,
    given: RequestDecisionIn,
    caller: Caller,
) -> Renewal:
    """By another officer than who judged: another term behind the present one, or a refusal."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    renewal = await find_renewal(session, row.id, renewal_id, caller=caller)
    fact = RequestFact.GRANTED if given.outcome == "grant" else RequestFact.REFUSED
    after = status_after(fact, renewal.status, MOVES)
    decider = caller.acting_for
    refuse_if(decided_by_who_asked(decider=decider, asked_by=renewal.reviewed_by, clauses=()))
    if fact is RequestFact.GRANTED:
        await _renew(session, certifier, row, renewal, decider)
    renewal.status, renewal.decided_by, renewal.decided_at = after, decider, clock.now(row.city_code)
    renewal.decision_reason = given.reason
    return renewal


async def _renew(session: AsyncSession, certifier: Certifier, row: Recognition, renewal: Renewal, decider: str) -> None:
    carrier, level = await carrier_of(session, row), await standing_level(session, row.id)
    request = await request_of(session, row, carrier, level, decider=decider, asked_by=renewal.reviewed_by)
    refuse_if([*decision_findings(request, clauses=()), *await _lost_since(session, row, renewal, carrier)])
    before = await valid_until(session, row.id)
    assert level is not None  # noqa: S101 - decision_findings would have said so
    assert before is not None  # noqa: S101 - only what has a term is renewed
    until = await begin_term(
        session,
        row,
        begins_on=before + timedelta(days=1),
        months=renewal.valid_months,
        determination_id=renewal.determination_id,
    )
    await session.flush()
    paper = await reissue(session, certifier, row, carrier, level)
    renewal.valid_until, renewal.certificate_number = until, paper.number
    renewed = CarrierRecognitionRenewed(
        recognition_id=row.id,
        carrier_id=carrier.id,
        organisation_id=carrier.operator_id,
        level=level.level,
        is_key=level.is_key,
        valid_until=until,
        certificate_number=paper.number,
        determination_id=renewal.determination_id,
    )
    await record(session, renewed, city_code=row.city_code, subject=carrier.id)


async def _lost_since(session: AsyncSession, row: Recognition, renewal: Renewal, carrier: Carrier) -> Sequence[Finding]:
    """Criteria no longer met by an area that shrank after the renewal was judged; else it is decided on."""
    lost = space_lost(renewal.evidence, carrier)
    if not lost:
        return []
    accepted = accepted_now(row.city_code)
    snapshot = await policy_for(session, row.city_code, accepted)
    subject, facts = programme_of(subject_of(snapshot.pack, row.item)), with_space(renewal.evidence["facts"], lost)
    again = await judge(session, snapshot, row, subject, facts, accepted=accepted)
    renewal.determination_id, renewal.evidence = again.id, {**renewal.evidence, "facts": facts}
    return again.findings


async def standing(
    session: AsyncSession, recognition_id: UUID, *, caller: Caller
) -> tuple[Recognition, CarrierLevel, Carrier]:
    """A recognition whose level is held, locked, with its carrier. Raises NotFound, NotStanding."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    level = await standing_level(session, row.id)
    if level is None:
        raise NotStanding
    return row, level, await carrier_of(session, row)


async def carrier_of(session: AsyncSession, row: Recognition) -> Carrier:
    """The carrier of a recognition that was not refused at intake, locked."""
    assert row.carrier_id is not None  # noqa: S101 - only what was refused at intake has none
    carrier = await read_carrier(session, row.carrier_id, row.city_code)
    assert carrier is not None  # noqa: S101 - the foreign key
    return carrier


async def request_of(
    session: AsyncSession,
    row: Recognition,
    carrier: Carrier,
    level: CarrierLevel | None,
    *,
    decider: str,
    asked_by: str,
) -> Request:
    """What is known of a request at the moment of its decision."""
    return Request(
        decider=decider,
        asked_by=asked_by,
        stands=level is not None,
        operator_is_active=carrier.operator.is_active,
        operator_is_doubtful=carrier.operator.is_identifier_doubtful,
        cancellation_is_open=await cancellation_is_open(session, row.id),
    )


async def reissue(
    session: AsyncSession, certifier: Certifier, row: Recognition, carrier: Carrier, level: CarrierLevel
) -> Certificate:
    """A new certificate in place of the newest, as things stand now."""
    today = clock.today(row.city_code)
    issued = await issued_by(
        session,
        row,
        carrier,
        number=await next_number(session, row.city_code, today.year),
        on=today,
        valid_until=await valid_until(session, row.id),
        replaces=(await newest_certificate(session, row.id)).number,
    )
    return await issue_certificate(session, certifier, carrier=carrier, level=level, issued=issued)


def programme_of(subject: Subject | None) -> Subject:
    """A pack keeps the items it had: what was recognised under one is renewed under it."""
    assert subject is not None  # noqa: S101 - see above
    return subject


def verified_before(row: Recognition, newer: dict[str, Any]) -> dict[str, Any]:
    """What a reviewer had verified, under what was verified since."""
    facts = (row.evidence or {}).get("facts", [])
    return {fact["fact"]: fact["value"] for fact in facts if fact["source"] == "review"} | newer


def _opened(
    row: Recognition, given: RenewalIn, facts: list[dict[str, Any]], determination: Determination, caller: Caller
) -> Renewal:
    return Renewal(
        id=new_id(),
        city_code=row.city_code,
        recognition_id=row.id,
        status=RequestStatus.OPEN,
        evidence={
            "facts": facts,
            "papers": [paper.model_dump() for paper in given.evidence],
            "opinion": given.opinion,
        },
        determination_id=determination.id,
        reviewed_by=caller.acting_for,
        reviewed_at=clock.now(row.city_code),
        valid_months=determination.terms["valid_months"],
    )
