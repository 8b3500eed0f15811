"""What the registry alone can count for a target: carriers that hold a level, where they stand, firms reported."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.counting import CountAsked, CountReply
from policy.store import accepted_now, policy_today
from services.registry.carriers.models import Carrier, CarrierKind, CarrierLevel, Premises
from services.registry.carriers.queries import held_on
from services.registry.mentors.pool.queries import count_mentors
from services.registry.progress.reports.queries import reported
from services.registry.progress.reports.rules import total
from services.registry.statistics.queries import count_reported_firms

MENTORS_COUNTED_BY, TRAINED = "mentors.counted_by", "trained"


async def count(session: AsyncSession, city_code: str, asked: CountAsked) -> CountReply | None:
    """What is asked for; None when nobody has reported a figure yet."""
    if asked.counter == "progress_report":
        return await _reported(session, city_code, asked)
    if asked.counter == "mentors":
        return await _mentors(session, city_code, asked)
    if asked.counter == "reported_firms":
        firms = await count_reported_firms(session, city_code, since=asked.since, until=asked.until)
        return CountReply(key=asked.key, counted=firms)
    return await _carriers(session, city_code, asked)


async def _mentors(session: AsyncSession, city_code: str, asked: CountAsked) -> CountReply:
    """JX-05: people in the pool on the last day, each once; or who was trained, when the city counts that way."""
    since = await _trained_since(session, city_code) or asked.since
    return CountReply(key=asked.key, counted=await count_mentors(session, city_code, since=since, until=asked.until))


async def _trained_since(session: AsyncSession, city_code: str) -> date | None:
    at = accepted_now(city_code)
    policy = await policy_today(session, city_code)
    parameter = policy.pack.parameters.get(MENTORS_COUNTED_BY)
    held = policy.value(MENTORS_COUNTED_BY, accepted=at) if parameter else None
    if parameter is None or held is None or held.value != TRAINED:
        return None
    return policy.pack.documents[policy.pack.clauses[parameter.clauses[0]].document].issued_on


async def _reported(session: AsyncSession, city_code: str, asked: CountAsked) -> CountReply | None:
    """Figures of accepted reports, each target under its own id."""
    figures = [await reported(session, city_code, target, until=asked.until) for target in asked.kinds]
    totals = [total(found, since=asked.since) for found in figures]
    known = [figure for figure in totals if figure is not None]
    return CountReply(key=asked.key, counted=sum(known)) if known else None


async def _carriers(session: AsyncSession, city_code: str, asked: CountAsked) -> CountReply:
    """Carriers of these kinds that hold a level on the last day, first recognised since the first; or their places."""
    kinds = set(CarrierKind) & set(asked.kinds)  # a city may set one that only its reports know
    wanted = and_(Carrier.city_code == city_code, Carrier.kind.in_(kinds), _held(asked))
    if asked.since is not None:
        wanted = and_(wanted, ~_recognised_before(asked.since))
    if asked.counter == "carriers":
        counted = await session.scalar(select(func.count()).select_from(Carrier).where(wanted))
        return CountReply(key=asked.key, counted=counted or 0)
    places = (
        select(Premises.district_code)
        .distinct()
        .join(Carrier, Carrier.id == Premises.carrier_id)
        .where(wanted, Premises.district_code.is_not(None), _stands(asked.until))
        .order_by(Premises.district_code)
    )
    divisions = tuple(code for code in await session.scalars(places) if code is not None)
    return CountReply(key=asked.key, counted=len(divisions), divisions=divisions)


def _held(asked: CountAsked) -> ColumnElement[bool]:
    held = exists().where(CarrierLevel.carrier_id == Carrier.id, held_on(asked.until))
    if asked.levels:
        held = held.where(CarrierLevel.level.in_(asked.levels))
    if asked.is_key is not None:
        held = held.where(CarrierLevel.is_key.is_(asked.is_key))
    return held


def _recognised_before(on: date) -> ColumnElement[bool]:
    return exists().where(CarrierLevel.carrier_id == Carrier.id, CarrierLevel.recognised_on < on)


def _stands(on: date) -> ColumnElement[bool]:
    return and_(Premises.effective_on <= on, or_(Premises.ended_on.is_(None), Premises.ended_on > on))
