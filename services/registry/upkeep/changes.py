"""Changes of what a certificate names: asked for by the operator, approved by another, with a new certificate."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import CarrierOperatorChanged, CarrierRecognitionChanged
from kernel import clock
from kernel.auth import Caller
from kernel.ids import decode_id, encode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.store import accepted_now, must_be_eligible, policy_for, policy_today
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import find_own_carrier
from services.registry.carriers.rules import AREA_FACT, SEATS_FACT, carrier_findings, space_of
from services.registry.carriers.schemas import PremisesIn
from services.registry.carriers.service import move_carrier
from services.registry.carriers.warnings import watch_premises
from services.registry.certificates.queries import newest_certificate
from services.registry.certificates.service import operator_named
from services.registry.certificates.signing import Certifier
from services.registry.operator_changes.queries import is_under_review
from services.registry.operator_changes.rules import recognition_under_way
from services.registry.organisations.models import Organisation
from services.registry.recognition.forms import subject_of
from services.registry.recognition.judging import facts_of, judge
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import find_to_decide
from services.registry.recognition.states import Way
from services.registry.statistics.queries import pass_on_reports
from services.registry.upkeep.models import RecognitionChange
from services.registry.upkeep.queries import find_change, others_standing, standing_level, standing_of
from services.registry.upkeep.rules import change_differs, decided_by_who_asked, decision_findings
from services.registry.upkeep.schemas import ChangeIn, RequestDecisionIn
from services.registry.upkeep.service import (
    NotStanding,
    carrier_of,
    programme_of,
    reissue,
    request_of,
    standing,
    verified_before,
)
from services.registry.upkeep.states import MOVES, ChangeKind, RequestFact, RequestStatus


class ChangePending(Conflict):
    code, title_zh, title_en = "change_pending", "同类变更申请待决定", "A change of this kind waits for its decision"


class ChangeDecidedByWhoAsked(Conflict):
    """The database refused what the rule should have."""

    code, title_zh, title_en = "decided_by_who_asked", "须由另一名人员决定", "Another officer has to decide"


named_constraint("uq_recognition_change_open", ChangePending)
named_constraint("ck_recognition_change_another_person_decides", ChangeDecidedByWhoAsked)


async def request_change(
    session: AsyncSession, *, recognition_id: UUID, given: ChangeIn, caller: Caller
) -> RecognitionChange:
    """By whoever may change the carrier. Raises NotFound for a carrier that is not the caller's."""
    row, _level, carrier = await standing(session, recognition_id, caller=caller)
    await find_own_carrier(session, carrier.id, caller=caller)
    wanted = _wanted(given)
    if not await _is_renamed(session, row, carrier, given):
        refuse_if(change_differs(wanted=wanted, present=_present(carrier, given.kind), clauses=()))
    if given.kind is ChangeKind.OPERATOR:
        await _taker(session, carrier, wanted)
    if given.premises is not None:
        districts = [place.district_code for place in given.premises]
        known = (await policy_today(session, row.city_code)).pack.divisions
        city = row.city_code
        refuse_if(carrier_findings(city_code=city, operator_is_active=True, districts=districts, divisions=known))
    change = RecognitionChange(
        id=new_id(),
        city_code=row.city_code,
        recognition_id=row.id,
        kind=given.kind,
        status=RequestStatus.OPEN,
        wanted=wanted,
        grounds=given.grounds,
        requested_by=caller.acting_for,
        requested_at=clock.now(row.city_code),
    )
    session.add(change)
    return change


async def decide_change(
    session: AsyncSession,
    certifier: Certifier,
    *,
    recognition_id: UUID,
    change_id: UUID,
    given: RequestDecisionIn,
    caller: Caller,
) -> RecognitionChange:
    """By another person than who asked. New premises must still meet the criteria: an area that shrank is refused."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    change = await find_change(session, row.id, change_id, caller=caller)
    fact = RequestFact.GRANTED if given.outcome == "grant" else RequestFact.REFUSED
    after, decider = status_after(fact, change.status, MOVES), caller.acting_for
    refuse_if(decided_by_who_asked(decider=decider, asked_by=change.requested_by, clauses=()))
    if fact is RequestFact.GRANTED:
        await _apply(session, certifier, row, change, decider)
    change.status, change.decided_by, change.decided_at = after, decider, clock.now(row.city_code)
    change.decision_reason = given.reason
    return change


async def _apply(
    session: AsyncSession, certifier: Certifier, row: Recognition, change: RecognitionChange, decider: str
) -> None:
    carrier, level = await carrier_of(session, row), await standing_level(session, row.id)
    change.former = _present(carrier, change.kind)
    if change.kind is ChangeKind.OPERATOR:
        operator = await _taker(session, carrier, change.wanted)
        carrier.operator, carrier.operator_id = operator, operator.id
        if change.former != change.wanted:
            await pass_on_reports(session, [carrier.id], to=operator.id)
    elif change.kind is ChangeKind.NAME:
        carrier.name = change.wanted["name"]
    else:
        await _move(session, row, carrier, change.wanted["premises"], by=decider)
    request = await request_of(session, row, carrier, level, decider=decider, asked_by=change.requested_by)
    refuse_if(decision_findings(request, clauses=()))
    if level is None:
        raise NotStanding
    carrier.version += 1
    await session.flush()
    change.certificate_number = await _reissue(session, certifier, row, carrier, level, change.kind)
    # Its other certificates name the same space and operator: none of them stays wrong.
    for other, held in await others_standing(session, row):
        await _reissue(session, certifier, other, carrier, held, change.kind)
    if change.kind is ChangeKind.OPERATOR and change.former != change.wanted:
        await _tell_operator(session, carrier, decode_id("org", change.former["operator_id"]))


async def operator_merged(session: AsyncSession, certifier: Certifier, carrier: Carrier, former_id: UUID) -> None:
    """Its successor runs the carrier already: every certificate follows, and whoever follows operators is told."""
    for row, level in await standing_of(session, carrier.id):
        await _reissue(session, certifier, row, carrier, level, ChangeKind.OPERATOR)
    await _tell_operator(session, carrier, former_id)


async def _is_renamed(session: AsyncSession, row: Recognition, carrier: Carrier, given: ChangeIn) -> bool:
    """The same operator under another name or code than its certificate says: a new paper is all that changes."""
    if given.operator_id != carrier.operator_id:
        return False
    paper = await newest_certificate(session, row.id)
    return bool(paper.statement["operator"] != operator_named(carrier.operator))


async def _reissue(
    session: AsyncSession, certifier: Certifier, row: Recognition, carrier: Carrier, level: CarrierLevel, kind: str
) -> str:
    paper = await reissue(session, certifier, row, carrier, level)
    changed = CarrierRecognitionChanged(
        recognition_id=row.id,
        carrier_id=carrier.id,
        organisation_id=carrier.operator_id,
        kind=kind,
        certificate_number=paper.number,
    )
    await record(session, changed, city_code=row.city_code, subject=carrier.id)
    return paper.number


async def _tell_operator(session: AsyncSession, carrier: Carrier, former_id: UUID) -> None:
    """The same fact as of a carrier without a certificate: whoever follows operators hears of all of them."""
    changed = CarrierOperatorChanged(
        carrier_id=carrier.id,
        organisation_id=carrier.operator_id,
        former_organisation_id=former_id,
        effective_on=clock.today(carrier.city_code),
        by_order=False,
    )
    await record(session, changed, city_code=carrier.city_code, subject=carrier.id)


async def _move(
    session: AsyncSession, row: Recognition, carrier: Carrier, wanted: list[dict[str, Any]], *, by: str
) -> None:
    places = [PremisesIn.model_validate(place) for place in wanted]
    for one in (row, *(other for other, _ in await others_standing(session, row))):
        if one.way is Way.ASSESSED:
            await _must_still_fit(session, one, carrier, places)
    before = space_of(carrier.premises)
    await move_carrier(session, carrier, places, by=by)
    if carrier.warnings:
        # What was lost may be given back; what this change takes away, the officer has judged.
        await watch_premises(session, carrier, before=before, after=space_of(places), by=by)


async def _must_still_fit(session: AsyncSession, row: Recognition, carrier: Carrier, places: list[PremisesIn]) -> None:
    accepted = accepted_now(row.city_code)
    snapshot = await policy_for(session, row.city_code, accepted)
    subject = programme_of(subject_of(snapshot.pack, row.item))
    sums = {
        AREA_FACT: sum(place.area_sqm or 0 for place in places),
        SEATS_FACT: sum(place.seats or 0 for place in places),
    }
    newer = {name: value for name, value in sums.items() if name in subject.asked}
    facts = facts_of(row, carrier, verified_before(row, newer), subject)
    must_be_eligible(await judge(session, snapshot, row, subject, facts, accepted=accepted))


async def _taker(session: AsyncSession, carrier: Carrier, wanted: dict[str, Any]) -> Organisation:
    """Who is to run the carrier, unless another recognition of it is under way: what that earns is the applicant's."""
    operator = await session.get(Organisation, decode_id("org", wanted["operator_id"]), populate_existing=True)
    if operator is None or operator.city_code != carrier.city_code:
        raise NotFound
    if operator.id != carrier.operator_id and await is_under_review(session, carrier.id):
        refuse_if([recognition_under_way()])
    return operator


def _wanted(given: ChangeIn) -> dict[str, Any]:
    if given.name is not None:
        return {"name": given.name}
    if given.operator_id is not None:
        return {"operator_id": encode_id("org", given.operator_id)}
    return {"premises": [place.model_dump() for place in given.premises or []]}


def _present(carrier: Carrier, kind: ChangeKind) -> dict[str, Any]:
    if kind is ChangeKind.NAME:
        return {"name": carrier.name}
    if kind is ChangeKind.OPERATOR:
        return {"operator_id": encode_id("org", carrier.operator_id)}
    names = PremisesIn.model_fields
    return {"premises": [{name: getattr(place, name) for name in names} for place in carrier.premises]}
