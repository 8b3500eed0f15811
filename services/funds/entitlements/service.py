"""An award from the fact of recognition to the budget: opened, determined, approved by a second person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import EntitlementApproved, EntitlementDetermined
from contracts.registry import CarrierRecognised
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import NotFound, Refusal, named_constraint, refuse_if
from policy.calendar import workdays
from policy.determinations import Determination, finding_document
from policy.engine import decide, known_facts
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, load_determination, policy_for
from services.funds.approvals.models import Approval
from services.funds.approvals.service import approve
from services.funds.chart import Line
from services.funds.entitlements.models import Entitlement, PublicityList
from services.funds.entitlements.notices import recount_list
from services.funds.entitlements.queries import (
    awarded_for_year,
    earlier_awards,
    get_entitlement,
    insert_once,
    lock_carrier,
)
from services.funds.entitlements.rules import (
    CarrierLevel,
    approval_findings,
    award_facts,
    concerns,
    designation_of,
    evaluation_facts,
    publicity_findings,
)
from services.funds.entitlements.states import BY_OUTCOME, MOVES, Fact, Status
from services.funds.objections.queries import objections_waiting
from services.funds.payments.payees import Gathering, Payee, verified_payee
from services.funds.payments.service import Grant, commit_payment
from services.funds.programmes.rules import fund_of
from services.funds.programmes.spending import within_budget

AWARD = "award"


class AwardedBefore(Refusal):
    code, title_zh, title_en = (
        "already_awarded",
        "该载体已获同级奖补",
        "The carrier already has the award of this level",
    )


named_constraint("uq_entitlement_once", AwardedBefore)
named_constraint("uq_entitlement_evaluation", AwardedBefore)


async def open_entitlements(
    session: AsyncSession, *, city_code: str, recognised: CarrierRecognised, prepared_by: str
) -> list[Entitlement]:
    """Open and determine an entitlement under every programme that recognition triggers, once each."""
    accepted = Acceptance(recognised.accepted_on, recognised.accepted_at)
    snapshot = await policy_for(session, city_code, accepted)
    carrier = CarrierLevel(recognised.carrier_kind, recognised.level, designation_of(is_key=recognised.is_key))
    opened = []
    for programme in snapshot.pack.triggered_by(CarrierRecognised.TYPE):
        if not concerns(programme, carrier):
            continue
        entitlement = _entitlement(snapshot, programme, recognised, carrier, prepared_by)
        if await insert_once(session, entitlement):
            await determine_entitlement(session, entitlement=entitlement, prepared_by=prepared_by)
            opened.append(entitlement)
    return opened


def _entitlement(
    snapshot: Snapshot, programme: Programme, recognised: CarrierRecognised, carrier: CarrierLevel, prepared_by: str
) -> Entitlement:
    return Entitlement(
        id=new_id(),
        city_code=snapshot.city_code,
        programme=programme.id,
        fund=fund_of(snapshot.pack, programme.id),
        carrier_id=recognised.carrier_id,
        recognition_id=recognised.recognition_id,
        organisation_id=recognised.organisation_id,
        case_id=recognised.case_id,
        carrier_kind=carrier.kind,
        level=carrier.level,
        designation=carrier.designation,
        recognised_on=recognised.recognised_on,
        recognition_decided_by=recognised.decided_by,
        accepted_on=recognised.accepted_on,
        accepted_at=recognised.accepted_at,
        status=Status.OPENED,
        reasons=[],
        amount_fen=0,
        prepared_by=prepared_by,
    )


async def determine_entitlement(session: AsyncSession, *, entitlement: Entitlement, prepared_by: str) -> Determination:
    """Rule on it by the policy that applied when its case was accepted, and by what the carrier has had since.

    Whatever the outcome, it is kept: an open parameter leaves the entitlement waiting, with all reasons.
    """
    siblings = await lock_carrier(session, entitlement)
    snapshot = await policy_for(session, entitlement.city_code, _accepted(entitlement))
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=entitlement.programme,
        act=AWARD,
        facts=await _facts(session, snapshot, entitlement, siblings),
        accepted=_accepted(entitlement),
        references=_references(entitlement),
        case_id=entitlement.case_id,
    )
    entitlement.status = status_after(BY_OUTCOME[determination.outcome], entitlement.status, MOVES)
    entitlement.determination_id, entitlement.policy_version = determination.id, snapshot.version
    entitlement.reasons = [finding_document(finding) for finding in determination.findings]
    # Who confirmed another amount, and whoever saw it published, agreed to that one.
    if entitlement.amount_fen != determination.amounts.get(AWARD, 0):
        entitlement.confirmed_by = entitlement.confirmed_at = entitlement.list_id = None
    entitlement.amount_fen = determination.amounts.get(AWARD, 0)
    entitlement.prepared_by = prepared_by
    await record(session, _determined(entitlement, determination), city_code=snapshot.city_code, subject=entitlement.id)
    await session.flush()
    return determination


async def determine_if_changed(session: AsyncSession, *, entitlement: Entitlement, prepared_by: str) -> None:
    """Determine again under the latest policy when it decides otherwise than what stands; else nothing is told."""
    siblings = await lock_carrier(session, entitlement)
    snapshot = await policy_for(session, entitlement.city_code, _accepted(entitlement))
    ruling = decide(
        snapshot,
        programme=entitlement.programme,
        act=AWARD,
        facts=await _facts(session, snapshot, entitlement, siblings),
        accepted=_accepted(entitlement),
    )
    stands = entitlement.amount_fen, entitlement.reasons
    if stands != (ruling.amounts.get(AWARD, 0), [finding_document(finding) for finding in ruling.findings]):
        await determine_entitlement(session, entitlement=entitlement, prepared_by=prepared_by)
    entitlement.policy_version = snapshot.version


def _accepted(entitlement: Entitlement) -> Acceptance:
    return Acceptance(entitlement.accepted_on, entitlement.accepted_at)


def _references(entitlement: Entitlement) -> dict[str, str]:
    named = {"entitlement": entitlement.id, "carrier": entitlement.carrier_id}
    sources = {"recognition": entitlement.recognition_id, "evaluation": entitlement.evaluation_id}
    return {name: str(of) for name, of in (named | sources).items() if of is not None}


async def _facts(
    session: AsyncSession, snapshot: Snapshot, entitlement: Entitlement, siblings: list[Entitlement]
) -> dict[str, object]:
    if entitlement.evaluation_id is None:
        carrier = CarrierLevel(entitlement.carrier_kind, entitlement.level or "", entitlement.designation or "")
        return award_facts(carrier, earlier_awards(siblings, entitlement))
    programme = snapshot.pack.programmes[entitlement.programme]
    return evaluation_facts(
        known_facts(snapshot.pack, programme, AWARD),
        grade=entitlement.grade or "",
        carrier_kind=entitlement.carrier_kind,
        level=entitlement.level,
        already_awarded=await awarded_for_year(session, entitlement, siblings),
    )


def _determined(entitlement: Entitlement, determination: Determination) -> EntitlementDetermined:
    return EntitlementDetermined(
        case_id=entitlement.case_id,
        entitlement_id=entitlement.id,
        organisation_id=entitlement.organisation_id,
        programme=entitlement.programme,
        outcome=determination.outcome,
        amount_fen=entitlement.amount_fen,
        determination_id=determination.id,
    )


async def determine_again(session: AsyncSession, *, entitlement_id: UUID, caller: Caller) -> Entitlement:
    """An officer or finance person has it determined again; whoever does so may not approve it then."""
    entitlement = await get_entitlement(session, entitlement_id, caller)
    await determine_entitlement(session, entitlement=entitlement, prepared_by=caller.acting_for)
    return entitlement


async def gather_payee_of_entitlement(gathering: Gathering, *, entitlement_id: UUID, caller: Caller) -> Payee:
    """The payee as the registry has them now, asked before the transaction. Raises NotFound and payee refusals."""
    async with gathering.sessions() as session:
        entitlement = await get_entitlement(session, entitlement_id, caller)
    return await verified_payee(gathering.registry, entitlement.organisation_id, city_code=entitlement.city_code)


async def approve_entitlement(
    session: AsyncSession, *, entitlement_id: UUID, policy_year: int, payee: Payee, caller: Caller, at: datetime
) -> Entitlement:
    """A second person approves: the budget is encumbered and the payment order prepared in the same transaction."""
    entitlement = await get_entitlement(session, entitlement_id, caller)
    # The lock is on all awards of the carrier: XZ-23 pays once, and a rise is judged by what was had before.
    siblings = await lock_carrier(session, entitlement)
    status = status_after(Fact.APPROVED, entitlement.status, MOVES)
    determination = await _standing_determination(session, entitlement)
    snapshot = await policy_for(session, entitlement.city_code, _accepted(entitlement))
    refuse_if(
        [
            *approval_findings(determination.inputs, await _facts(session, snapshot, entitlement, siblings)),
            *await _publicity_findings(session, entitlement, clock.on_date(at)),
        ]
    )
    approval = await approve(
        session,
        city_code=entitlement.city_code,
        subject_kind="entitlement",
        subject_id=entitlement.id,
        case_id=entitlement.case_id,
        step="approval",
        approver=caller.acting_for,
        prepared_by=entitlement.prepared_by,
        decided_by=entitlement.recognition_decided_by,
        at=at,
    )
    grant = await _grant(session, entitlement, determination, approval, policy_year)
    # Set together, after every check that flushes: the row's CHECKs hold at each statement.
    entitlement.status, entitlement.approved_by, entitlement.approved_at = status, caller.acting_for, at
    entitlement.policy_year = policy_year
    order_id = entitlement.payment_order_id = new_id()
    entry_id = entitlement.encumbrance_entry_id = new_id()
    await record(session, _approved(entitlement), city_code=entitlement.city_code, subject=entitlement.id)
    await _encumber(session, entitlement, grant, payee, at=at, order_id=order_id, entry_id=entry_id)
    return entitlement


async def _publicity_findings(session: AsyncSession, entitlement: Entitlement, on: date) -> list[Finding]:
    if entitlement.evaluation_id is None:
        return []
    published = await session.get(PublicityList, entitlement.list_id) if entitlement.list_id else None
    if published is not None:
        await recount_list(session, published, workdays())
    return publicity_findings(
        is_confirmed=entitlement.confirmed_at is not None,
        until_on=published.until_on if published else None,
        on=on,
        objections_waiting=await objections_waiting(session, entitlement.id),
    )


async def _standing_determination(session: AsyncSession, entitlement: Entitlement) -> Determination:
    if entitlement.determination_id is None:
        raise NotFound
    return await load_determination(session, entitlement.city_code, entitlement.determination_id)


async def _grant(
    session: AsyncSession, entitlement: Entitlement, determination: Determination, approval: Approval, policy_year: int
) -> Grant:
    snapshot = await policy_for(session, entitlement.city_code, _accepted(entitlement))
    programme = snapshot.pack.programmes[entitlement.programme]
    # The programme's clause first (XZ-23), then those of every parameter and fund it read (XZ-21).
    cited = [clause for step in determination.ruling.trace for clause in step.clauses]
    return Grant(
        subject_kind="entitlement",
        subject_id=entitlement.id,
        programme=programme.id,
        line=Line(entitlement.fund, policy_year),
        amount_fen=entitlement.amount_fen,
        purpose=programme.zh,
        clauses=list(dict.fromkeys([*programme.clauses, *cited])),
        determination_id=determination.id,
        case_id=entitlement.case_id,
        prepared_by=approval.approved_by,
        approvals=[approval.id],
    )


def _approved(entitlement: Entitlement) -> EntitlementApproved:
    return EntitlementApproved(
        case_id=entitlement.case_id,
        entitlement_id=entitlement.id,
        amount_fen=entitlement.amount_fen,
        approved_by=entitlement.approved_by or "",
    )


async def _encumber(
    session: AsyncSession,
    entitlement: Entitlement,
    grant: Grant,
    payee: Payee,
    *,
    at: datetime,
    order_id: UUID,
    entry_id: UUID,
) -> None:
    city_code = entitlement.city_code
    async with within_budget(session, grant.line, city_code=city_code):
        await commit_payment(
            session, city_code=city_code, grant=grant, payee=payee, at=at, order_id=order_id, entry_id=entry_id
        )
