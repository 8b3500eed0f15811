"""XZ-09 移苗: who has the project offers it, another carrier accepts or refuses, and silence lapses by the clock."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import ProjectAdmitted, ProjectTransferred
from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.owning import is_staff
from kernel.problems import Conflict, Forbidden, NotFound, named_constraint, refuse_if
from kernel.timers import Timer, schedule_after
from policy.calendar import workdays
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import find_own_carrier, read_carrier
from services.registry.chain.deciding import ask_precedence
from services.registry.chain.models import Offer, Project, Stay
from services.registry.chain.offers import OFFER_EXPIRES, answer
from services.registry.chain.queries import find_offer, find_project, held_project, lock_project, read_offer, runs
from services.registry.chain.recounting import recount_offer
from services.registry.chain.rules import answer_findings, offer_findings
from services.registry.chain.schemas import OfferIn
from services.registry.chain.service import end_stay, fitting_findings, open_stay
from services.registry.chain.states import (
    ADMITTED,
    MOVES,
    OFFER_MOVES,
    TRANSFERRED,
    Ending,
    Fact,
    OfferFact,
    OfferStatus,
    Stage,
)
from services.registry.terms import terms_today

DAYS = "chain.offer_working_days"


class AlreadyOffered(Conflict):
    code, title_zh, title_en = (
        "transfer_offered_already",
        "该项目已有待答复的移苗",
        "A transfer of the project waits for an answer already",
    )


named_constraint("uq_chain_transfer_offered", AlreadyOffered)


async def offer_transfer(session: AsyncSession, *, project_id: UUID, given: OfferIn, caller: Caller) -> Offer:
    """By who runs the present carrier: its consent. A project that is nowhere is offered by its holder."""
    project = await find_project(session, project_id, caller=caller, for_update=True)
    stay = project.open_stay
    if stay is None:
        project = await held_project(session, project_id, caller=caller)
    elif not await runs(session, stay.carrier_id, caller):
        raise Forbidden
    # To know a carrier's id is enough: it need not be recognised, and whether it takes the project is its own affair.
    to = await read_carrier(session, given.to_carrier_id, project.city_code)
    if to is None:
        raise NotFound
    status_after(_step(given.stage, stay), project.standing, MOVES)
    terms = await terms_today(session, project.city_code)
    refuse_if(
        [
            *terms.open([DAYS]),
            *await fitting_findings(session, project, to, given.stage),
            *offer_findings(same_place=stay is not None and (stay.carrier_id, stay.stage) == (to.id, given.stage)),
        ]
    )
    offer = _offer(project, stay, to, given.stage, int(terms.value(DAYS)), caller)
    if given.revenue_growth_bp is not None:
        await ask_precedence(session, terms, offer, stay, given.revenue_growth_bp)
    session.add(offer)
    await session.flush()
    await schedule_after(session, offer.expires_on, kind=OFFER_EXPIRES, object_id=offer.id, city_code=offer.city_code)
    return offer


async def accept_transfer(session: AsyncSession, *, offer_id: UUID, agreement_reference: str, caller: Caller) -> Offer:
    """The other carrier's consent: the stay here ends, the one there begins, today and in one transaction."""
    offer = await find_offer(session, offer_id, caller=caller)
    await _must_receive(session, offer, caller)
    await answer(session, offer, OfferFact.ACCEPTED, caller)
    project = await lock_project(session, offer.project_id)
    stay, to = project.open_stay, await find_own_carrier(session, offer.to_carrier_id, caller=caller)
    today = clock.today(offer.city_code)
    moved_on = (stay.carrier_id if stay else None) != offer.from_carrier_id
    refuse_if(
        [
            *answer_findings(expires_on=offer.expires_on, today=today, moved_on=moved_on),
            *await fitting_findings(session, project, to, offer.stage),
        ]
    )
    project.standing = status_after(_step(offer.stage, stay), project.standing, MOVES)
    if stay is not None:
        end_stay(stay, Ending.TRANSFERRED, today, caller)
        # The unique indexes know one open stay: the old one ends before the new one begins.
        await session.flush()
    await open_stay(session, project, to, offer.stage, today, agreement_reference, caller)
    await _tell(session, project, offer, stay)
    return offer


async def refuse_transfer(session: AsyncSession, *, offer_id: UUID, reason: str, caller: Caller) -> Offer:
    """The carrier does not take it; the project stays where it is."""
    offer = await find_offer(session, offer_id, caller=caller)
    await _must_receive(session, offer, caller)
    await answer(session, offer, OfferFact.REFUSED, caller)
    offer.reason = reason
    await session.flush()
    return offer


async def withdraw_transfer(session: AsyncSession, *, offer_id: UUID, reason: str, caller: Caller) -> Offer:
    """Taken back by who offered it."""
    offer = await find_offer(session, offer_id, caller=caller)
    if offer.offered_by != caller.acting_for and not is_staff(caller):
        raise Forbidden
    await answer(session, offer, OfferFact.WITHDRAWN, caller)
    offer.reason = reason
    await session.flush()
    return offer


async def expire_offer(session: AsyncSession, timer: Timer) -> None:
    """Handler of the timer after the last day."""
    offer = await read_offer(session, UUID(timer.object_id))
    await lock_project(session, offer.project_id)
    offer = await read_offer(session, offer.id)
    if offer.status is not OfferStatus.OFFERED:
        return
    await recount_offer(session, offer, workdays())
    if offer.expires_on < clock.today(offer.city_code):
        offer.status = status_after(OfferFact.EXPIRED, offer.status, OFFER_MOVES)
        offer.answered_at = clock.now(offer.city_code)


def _step(stage: Stage, stay: Stay | None) -> Fact:
    return (ADMITTED if stay is None else TRANSFERRED)[stage]


def _offer(project: Project, stay: Stay | None, to: Carrier, stage: Stage, days: int, caller: Caller) -> Offer:
    today = clock.today(project.city_code)
    deadline = workdays().add(today, days)
    return Offer(
        id=new_id(),
        city_code=project.city_code,
        project_id=project.id,
        from_carrier_id=stay.carrier_id if stay else None,
        to_carrier_id=to.id,
        stage=stage,
        status=OfferStatus.OFFERED,
        offered_on=today,
        offered_by=caller.acting_for,
        expires_on=deadline.on,
        expires_provisional=deadline.provisional,
        working_days=days,
    )


async def _must_receive(session: AsyncSession, offer: Offer, caller: Caller) -> None:
    """A consent is the carrier's own: nobody at the window gives it."""
    if not await runs(session, offer.to_carrier_id, caller):
        raise Forbidden


async def _tell(session: AsyncSession, project: Project, offer: Offer, stay: Stay | None) -> None:
    same = {
        "project_id": project.id,
        "organisation_id": project.organisation_id,
        "stage": offer.stage,
    }
    today = clock.today(offer.city_code)
    fact: ProjectAdmitted | ProjectTransferred
    if stay is None:
        fact = ProjectAdmitted(carrier_id=offer.to_carrier_id, admitted_on=today, **same)
    else:
        fact = ProjectTransferred(
            from_carrier_id=stay.carrier_id,
            from_stage=stay.stage,
            to_carrier_id=offer.to_carrier_id,
            transferred_on=today,
            **same,
        )
    await record(session, fact, city_code=offer.city_code, subject=project.id)
