"""Reads of rounds and evaluations. Staff sees all of the city, an evaluator what it is given, an operator its own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from policy.terms import LADDER
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.carriers.queries import held_on, run_by
from services.registry.evaluation.models import Evaluation, EvaluationRound
from services.registry.evaluation.states import RoundStatus, Status
from services.registry.organisations.models import Organisation, OrganisationStatus


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The evaluations of the caller's city that exist for the caller."""
    in_city = Evaluation.city_code == caller.city
    if is_staff(caller):
        return in_city
    own = Evaluation.carrier_id.in_(select(Carrier.id).where(Carrier.city_code == caller.city, run_by(caller)))
    return in_city & or_(own, Evaluation.evaluator == caller.acting_for)


async def find_round(
    session: AsyncSession, round_id: UUID, *, caller: Caller, for_update: bool = False
) -> EvaluationRound:
    """A round of the caller's city. Raises NotFound."""
    statement = select(EvaluationRound).where(EvaluationRound.id == round_id, EvaluationRound.city_code == caller.city)
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: EvaluationRound | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def read_round_for_timer(session: AsyncSession, round_id: UUID) -> EvaluationRound:
    """Whichever city it belongs to, locked."""
    return await session.get_one(EvaluationRound, round_id, with_for_update=True)


async def list_rounds(
    session: AsyncSession, page: PageQuery, *, caller: Caller, year: int | None, status: RoundStatus | None
) -> tuple[list[EvaluationRound], str | None]:
    """In the order they were opened."""
    wanted = {EvaluationRound.year: year, EvaluationRound.status: status}
    statement = select(EvaluationRound).where(EvaluationRound.city_code == caller.city, *asked_for(wanted))
    return await page_of(session, statement, page, (EvaluationRound.recorded_at, EvaluationRound.id))


async def counts_of(session: AsyncSession, round_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """How many carriers of each round stand at each status."""
    found: dict[UUID, dict[str, int]] = {one: {} for one in round_ids}
    if found:
        counted = select(Evaluation.round_id, Evaluation.status, func.count()).where(
            Evaluation.round_id.in_(list(found))
        )
        for round_id, status, count in await session.execute(
            counted.group_by(Evaluation.round_id, Evaluation.status).order_by(Evaluation.status)
        ):
            found[round_id][status.value] = count
    return found


async def roster(
    session: AsyncSession, city_code: str, *, kinds: Sequence[str], levels: Sequence[str], on: date
) -> list[UUID]:
    """Carriers of these kinds that hold one of these levels on the day, run by who exists in law."""
    held = exists().where(
        CarrierLevel.carrier_id == Carrier.id,
        CarrierLevel.level.in_(levels),
        held_on(on),
    )
    statement = select(Carrier.id).join(Organisation, Organisation.id == Carrier.operator_id)
    statement = statement.where(Carrier.city_code == city_code, Carrier.kind.in_(kinds), held)
    active = Organisation.status == OrganisationStatus.ACTIVE
    return list(await session.scalars(statement.where(active).order_by(Carrier.id)))


async def levels_on(session: AsyncSession, carrier_ids: Sequence[UUID], on: date) -> dict[UUID, str]:
    """The highest level each carrier holds on the day; who holds none is left out."""
    wanted = select(CarrierLevel.carrier_id, CarrierLevel.level).where(
        CarrierLevel.carrier_id.in_(carrier_ids),
        held_on(on),
    )
    held = [(carrier_id, str(level.value)) for carrier_id, level in await session.execute(wanted)]
    return dict(sorted(held, key=lambda one: [str(rung) for rung in LADDER].index(one[1])))


async def find_evaluation(
    session: AsyncSession, evaluation_id: UUID, *, caller: Caller, for_update: bool = False
) -> Evaluation:
    """With carrier, operator and round. Raises NotFound for what does not exist for the caller."""
    return await _one(session, evaluation_id, seen_by(caller), for_update=for_update)


async def find_in_city(session: AsyncSession, evaluation_id: UUID, *, caller: Caller) -> Evaluation:
    """Any of the caller's city, locked: for who answers for all of them. Raises NotFound."""
    return await _one(session, evaluation_id, Evaluation.city_code == caller.city, for_update=True)


async def _one(
    session: AsyncSession, evaluation_id: UUID, condition: ColumnElement[bool], *, for_update: bool
) -> Evaluation:
    statement = _whole().where(Evaluation.id == evaluation_id, condition)
    if for_update:
        statement = statement.with_for_update(of=Evaluation)
    row: Evaluation | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def list_evaluations(
    session: AsyncSession,
    page: PageQuery,
    *,
    caller: Caller,
    round_id: UUID | None,
    carrier_id: UUID | None,
    status: Status | None,
    evaluator: str | None,
) -> tuple[list[Evaluation], str | None]:
    """In the order they were opened."""
    wanted = {
        Evaluation.round_id: round_id,
        Evaluation.carrier_id: carrier_id,
        Evaluation.status: status,
        Evaluation.evaluator: evaluator,
    }
    statement = _whole().where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (Evaluation.recorded_at, Evaluation.id))


async def evaluations_of(
    session: AsyncSession, round_id: UUID, *, only: Sequence[UUID] = (), for_update: bool = False
) -> list[Evaluation]:
    """Those of a round (or some of them), with carrier, premises and operator, by carrier."""
    statement = _whole().options(selectinload(Evaluation.carrier).selectinload(Carrier.premises))
    statement = statement.where(Evaluation.round_id == round_id).order_by(Evaluation.carrier_id)
    if only:
        statement = statement.where(Evaluation.id.in_(only))
    if for_update:
        statement = statement.with_for_update(of=Evaluation)
    return list(await session.scalars(statement))


async def ranked(session: AsyncSession, round_id: UUID) -> list[Evaluation]:
    """Those with a grade, from the highest score down; of equal scores by carrier."""
    graded = (Evaluation.round_id == round_id, Evaluation.status.in_((Status.GRADED, Status.FINAL)))
    order = (Evaluation.score_bp.desc(), Evaluation.carrier_id)
    return list(await session.scalars(_whole().where(*graded).order_by(*order)))


async def appeals_waiting(session: AsyncSession, round_id: UUID) -> int:
    """Appeals nobody has answered."""
    waiting = (Evaluation.round_id == round_id, Evaluation.appeal.is_not(None), Evaluation.appeal_outcome.is_(None))
    return await session.scalar(select(func.count()).select_from(Evaluation).where(*waiting)) or 0


async def earlier_results(session: AsyncSession, row: EvaluationRound) -> dict[UUID, list[bool]]:
    """Whether each carrier of the round passed in the earlier rounds of its programme, newest first."""
    same = (
        EvaluationRound.city_code == row.city_code,
        EvaluationRound.programme == row.programme,
        EvaluationRound.year < row.year,
        Evaluation.status == Status.FINAL,
    )
    statement = select(Evaluation.carrier_id, Evaluation.passed).join(
        EvaluationRound, EvaluationRound.id == Evaluation.round_id
    )
    found: dict[UUID, list[bool]] = {}
    for carrier_id, passed in await session.execute(statement.where(*same).order_by(EvaluationRound.year.desc())):
        found.setdefault(carrier_id, []).append(bool(passed))
    return found


async def determination_is_of_evaluation(session: AsyncSession, determination_id: UUID, caller: Caller) -> bool:
    """Whether a determination graded something the caller sees."""
    own = exists().where(Evaluation.determination_id == determination_id, seen_by(caller))
    return bool(await session.scalar(select(own)))


def _whole() -> Select[Evaluation]:
    loaded = (selectinload(Evaluation.carrier).selectinload(Carrier.operator), selectinload(Evaluation.round))
    return select(Evaluation).options(*loaded).execution_options(populate_existing=True)
